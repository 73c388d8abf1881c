"""What actions of the ledger are called on the page, out of ``words.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from django.utils.translation import get_language


@cache
def _actions() -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = tomllib.loads(files(__package__).joinpath("words.toml").read_text("utf-8"))[
        "actions"
    ]
    return table


def action_words(action: str) -> str:
    """The name of an action in the reader's language; empty where nobody has described it yet."""
    names = _actions().get(action, {})
    return names.get("zh" if (get_language() or "zh").startswith("zh") else "en", "")
