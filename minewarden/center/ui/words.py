"""Words that stand in data files, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from django.utils.translation import get_language


@dataclass(frozen=True)
class Words:
    """One text in both languages; as a string it is in the reader's."""

    zh: str
    en: str

    @classmethod
    def of(cls, entry: dict[str, str]) -> Self:
        """From ``{ zh = "…", en = "…" }`` of a TOML file.

        Raises:
            KeyError: one of the languages is missing.
        """
        return cls(entry["zh"], entry["en"])

    def __str__(self) -> str:
        return self.zh if (get_language() or "zh").startswith("zh") else self.en
