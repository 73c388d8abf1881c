"""Where video comes from: the text a user writes, understood once and never shown with its password."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from minewarden.vision.errors import SourceError

LIVE_SCHEMES = frozenset({"rtsp", "rtsps", "http", "https", "rtmp", "rtmps"})
ALLOWED = (
    "allowed are a file path, file:PATH?loop=1&realtime=1&offset=SECONDS, rtsp://, rtsps://, http://, https://, "
    "rtmp:// and rtmps://"
)

# Everything up to the last @ of the word counts as password: one that holds an unescaped @ or / must not leak either.
_USER_PASSWORD = re.compile(r"(://[^\s:@/]*):\S*@")
_SECRET_PARAMETER = re.compile(r"(?i)([?&](?:password|passwd|pass|pwd|token|secret|key|auth|sign)=)[^&\s]+")
_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*):")


def mask(text: str) -> str:
    """The text with every password in it replaced by ``***``; for anything that a person or a log may see."""
    return _SECRET_PARAMETER.sub(r"\1***", _USER_PASSWORD.sub(r"\1:***@", text))


@dataclass(frozen=True, slots=True)
class Address:
    """One source of video.

    ``url`` is what FFmpeg opens (a path for files) and may hold a password: show ``str(address)`` instead.
    ``realtime`` plays a file as if it were live, ``loop`` begins it again at its end, ``offset`` (s) says where it
    begins the first time.
    """

    scheme: str
    url: str = field(repr=False)
    loop: bool = False
    realtime: bool = False
    offset: float = 0.0

    @property
    def is_file(self) -> bool:
        return self.scheme == "file"

    @property
    def is_live(self) -> bool:
        """Whether time passes by itself: a stream, or a file that is played as one."""
        return not self.is_file or self.realtime

    def __str__(self) -> str:
        return mask(self.url)


def parse_address(text: str) -> Address:
    """Understand what a user wrote as a source.

    Raises:
        SourceError: (``retry`` False) an unknown scheme, a URL without host, a wrong parameter of ``file:``.
    """
    text = text.strip()
    if not text:
        raise SourceError("(empty)", f"no source is named; {ALLOWED}", retry=False)
    match = _SCHEME.match(text)
    scheme = match.group(1).lower() if match else ""
    # A word before a colon without "//" is taken for a scheme only if it is one: "C:clip.mp4" and "a:b.mp4" are names.
    if scheme == "file":
        return _file_address(text)
    if "://" not in text:
        return Address("file", text)
    if scheme not in LIVE_SCHEMES:
        raise SourceError(mask(text), f'"{scheme}" is not a kind of source; {ALLOWED}', retry=False)
    try:
        host = urlsplit(text).hostname
    except ValueError:  # its text would show the password
        host = None
    if not host:
        help_ = "the address names no host; write / ? # [ ] @ in a password as %2F %3F %23 %5B %5D %40"
        raise SourceError(mask(text), help_, retry=False)
    return Address(scheme, text)


def _file_address(text: str) -> Address:
    path, _, query = text[len("file:") :].partition("?")
    if path.startswith("//"):
        path = path[2:]
    if not path:
        raise SourceError(text, "file: names no file", retry=False)
    given = dict(parse_qsl(query, keep_blank_values=True))
    unknown = sorted(set(given) - {"loop", "realtime", "offset"})
    if unknown:
        raise SourceError(text, f"unknown parameter {unknown[0]!r}; file: knows loop, realtime, offset", retry=False)
    return Address(
        "file",
        unquote(path),
        loop=_flag(text, "loop", given.get("loop", "0")),
        realtime=_flag(text, "realtime", given.get("realtime", "0")),
        offset=_seconds(text, given.get("offset", "0")),
    )


def _flag(source: str, name: str, value: str) -> bool:
    if value not in {"0", "1"}:
        raise SourceError(source, f"{name}={value} is neither 0 nor 1", retry=False)
    return value == "1"


def _seconds(source: str, value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise SourceError(source, f"offset={value} is no number of seconds from 0", retry=False)
    return seconds
