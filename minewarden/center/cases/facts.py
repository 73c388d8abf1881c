"""The particulars that a step may want (``facts.toml``): read, asked for in a form, and checked."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final, Literal

from django.utils.translation import gettext as _

from minewarden.center.ui.words import Words

from .errors import CaseError

FactType = Literal["text", "long_text", "whole", "date", "choice"]
TEXT_MOST: Final = {"text": 120, "long_text": 2000}
PREFIX: Final = "fact_"  # of the form's fields

Value = str | int


@dataclass(frozen=True)
class Fact:
    """One particular. ``most`` is the longest text or the largest number."""

    name: str
    label: Words
    type: FactType
    most: int
    choices: dict[str, Words]

    def shown(self, value: Value) -> str:
        """The value for a reader; a choice that is no longer offered is shown as it was kept."""
        return str(self.choices.get(str(value), value))

    def clean(self, raw: object) -> Value | None:
        """What is kept of what was given; None where nothing was.

        Raises:
            CaseError: ``fact_wrong``, with the form's field.
        """
        text = "" if raw is None else str(raw).replace("\x00", "").strip()
        if not text:
            return None
        if self.type == "whole":
            return self._whole(text)
        if self.type == "date":
            return self._date(text)
        if self.type == "choice" and text not in self.choices:
            raise self._wrong(_("choose one of those offered"))
        if len(text) > self.most and self.type != "choice":
            raise self._wrong(_("at most %(n)s characters") % {"n": self.most})
        return text

    def _whole(self, text: str) -> int:
        if not (text.isascii() and text.isdecimal()) or len(text) > 9 or int(text) > self.most:
            raise self._wrong(_("a whole number from 0 to %(n)s") % {"n": self.most})
        return int(text)

    def _date(self, text: str) -> str:
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError as error:
            raise self._wrong(_("a date such as 2026-08-31")) from error

    def _wrong(self, wanted: str) -> CaseError:
        return CaseError("fact_wrong", f"{self.label}: {wanted}", f"{PREFIX}{self.name}")


@cache
def facts() -> dict[str, Fact]:
    """All particulars by name.

    Raises:
        KeyError, ValueError: the file says of one too little or something unknown.
    """
    content = tomllib.loads(files(__package__).joinpath("facts.toml").read_text("utf-8"))
    found = {}
    for name, entry in content.items():
        if entry["type"] not in ("text", "long_text", "whole", "date", "choice"):
            raise ValueError(f"facts.toml: {name}: no such type: {entry['type']}")
        choices = {code: Words.of(words) for code, words in entry.get("choices", {}).items()}
        most = int(entry.get("most", TEXT_MOST.get(entry["type"], 10**9 - 1)))
        found[name] = Fact(name, Words.of(entry["label"]), entry["type"], most, choices)
    return found


def checked(wanted: tuple[str, ...], taken: tuple[str, ...], given: Mapping[str, object]) -> dict[str, Value]:
    """What a step keeps: everything wanted is there, nothing else than wanted and taken.

    Raises:
        CaseError: ``fact_wanted``, ``fact_wrong``, ``fact_not_taken``.
    """
    if surplus := [name for name in given if name not in wanted + taken]:
        raise CaseError("fact_not_taken", _("This step takes no %(what)s.") % {"what": ", ".join(sorted(surplus))})
    kept: dict[str, Value] = {}
    for name in wanted + taken:
        value = facts()[name].clean(given.get(name))
        if value is not None:
            kept[name] = value
        elif name in wanted:
            label = facts()[name].label
            raise CaseError("fact_wanted", _("Fill in: %(what)s") % {"what": label}, f"{PREFIX}{name}")
    return kept
