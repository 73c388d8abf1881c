"""The kinds of documents, out of ``kinds.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from minewarden.center.ui.words import Words


@dataclass(frozen=True)
class DocumentKind:
    """One kind: of which cases, after which steps, and the wording of the package's own template. ``rows`` are the
    columns of its table by name, with their headings, where it has one."""

    code: str
    name: Words
    case_kinds: frozenset[str]
    after: frozenset[str]
    paragraphs: tuple[str, ...]
    number_fact: str = ""
    rows: tuple[tuple[str, str], ...] = ()


@cache
def kinds() -> dict[str, DocumentKind]:
    """All kinds by code, in the file's order."""
    content = tomllib.loads(files(__package__).joinpath("kinds.toml").read_text("utf-8"))
    return {
        code: DocumentKind(
            code,
            Words.of(entry["name"]),
            frozenset(entry["case_kinds"]),
            frozenset(entry["after"]),
            tuple(entry["paragraphs"]),
            entry.get("number_fact", ""),
            tuple(entry.get("rows", {}).items()),
        )
        for code, entry in content.items()
    }
