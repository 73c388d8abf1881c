#!/usr/bin/env bash
# What the tests need beyond Python: a browser, a real RTSP server, a font for Chinese. Installed here where that is
# possible (root or password-less sudo on Debian or Ubuntu), otherwise named, so that no test is skipped unseen.
set -euo pipefail

missing=()
find_browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
find_browser >/dev/null || missing+=(chromium)
/usr/bin/python3 -c 'import gi; gi.require_version("GstRtspServer", "1.0")' 2>/dev/null \
  || missing+=(python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-rtsp)
for package in gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly; do
  dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
done
fc-list :lang=zh 2>/dev/null | grep -q . || missing+=(fonts-noto-cjk)

if [ "${#missing[@]}" -eq 0 ]; then exit 0; fi

install="apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq ${missing[*]}"
if ! command -v apt-get >/dev/null; then
  echo "The tests need: ${missing[*]} (names of Debian packages). Install them and run make test again." >&2
  exit 1
fi
if [ "$(id -u)" -eq 0 ]; then
  bash -c "$install" >/dev/null
elif sudo -n true 2>/dev/null; then
  sudo bash -c "$install" >/dev/null
else
  echo "The tests need packages that this user may not install. Run:" >&2
  echo "  sudo apt-get install ${missing[*]}" >&2
  exit 1
fi
