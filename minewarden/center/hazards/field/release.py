"""One release of the page: its files, the page in each language, and the service worker that keeps them together.

The version is a hash of all content, so a telephone takes a new release exactly when something is new. Nothing in it
knows a user: what the service worker keeps could be printed on a poster.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation

from .config import api_root, page_settings
from .words import page_words

FOLDER: Final = "hazards/field"
STYLES: Final = ("ui/tokens.css", "ui/ui.css", f"{FOLDER}/field.css")
SCRIPTS: Final = tuple(
    f"{FOLDER}/{name}.js" for name in ("store", "sender", "dom", "clauses", "photos", "form", "list", "page")
)
PICTURES: Final = ("ui/mark.svg",)
WORKER: Final = tuple(f"{FOLDER}/{name}.js" for name in ("store", "sender", "sw"))


@dataclass(frozen=True)
class Release:
    """``shells``: language → the page. ``worker``: the script of the service worker, all of it in one."""

    version: str
    shells: dict[str, str]
    worker: str


def release() -> Release:
    """The release that this office serves now; made anew each time, out of a few small files."""
    assets = {name: _address(name) for name in (*STYLES, *SCRIPTS, *PICTURES)}
    shells = {language: _shell(language, assets) for language, _name in settings.LANGUAGES}
    hashes = {address: _sha256(_content(name)) for name, address in assets.items()}
    addresses = {language: reverse("hazards:field_shell", args=[language]) for language in shells}
    hashes |= {addresses[language]: _sha256(page.encode()) for language, page in shells.items()}
    facts = {
        "page": reverse("hazards:field"),
        "api": api_root(),
        "language": settings.LANGUAGE_CODE,
        "shells": addresses,
        "files": hashes,
    }
    sources = "\n".join(_content(name).decode() for name in WORKER)
    version = _sha256(json.dumps(facts, sort_keys=True).encode() + sources.encode())[:16]
    head = f"const RELEASE = Object.freeze({json.dumps({'version': version, **facts})});\n"
    return Release(version, shells, head + sources)


def shell(language: str) -> str:
    """The page in one language.

    Raises:
        KeyError: it is not a language of the office.
    """
    if language not in dict(settings.LANGUAGES):
        raise KeyError(language)
    return _shell(language, {name: _address(name) for name in (*STYLES, *SCRIPTS, *PICTURES)})


def _shell(language: str, assets: dict[str, str]) -> str:
    with translation.override(language):
        return render_to_string(
            f"{FOLDER}/shell.html",
            {
                "styles": [assets[name] for name in STYLES],
                "scripts": [assets[name] for name in SCRIPTS],
                "mark": assets[PICTURES[0]],
                "icon": static(f"{FOLDER}/icon-192.png"),
                "words": page_words(),
                "settings": page_settings(),
            },
        )


def _address(name: str) -> str:
    """With the hash of the content: neither the browser's own cache nor a proxy can answer with an older one."""
    return f"{static(name)}?v={_sha256(_content(name))[:12]}"


def _content(name: str) -> bytes:
    path = finders.find(name)
    if path is None:
        raise FileNotFoundError(f"static file {name}")
    return Path(path).read_bytes()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
