"""The strings of an app that a user can see, found as Django's ``makemessages`` finds them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from django.utils.translation.template import templatize

CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}


def of_source(code: str) -> set[str]:
    """First string of every call of gettext; both strings of the plural forms count by their singular."""
    found = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            position = 1 if node.func.id.startswith("pgettext") else 0
            argument = node.args[position] if len(node.args) > position else None
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                found.add(argument.value)
    return found


def of_template(text: str) -> set[str]:
    """Django turns a template into something like a program; its strings stand in gettext calls."""
    program = templatize(text)
    pattern = r"""n?p?gettext\(\s*u?(".*?(?<!\\)"|'.*?(?<!\\)'|\"\"\".*?\"\"\")\s*[,)]"""
    return {ast.literal_eval(match) for match in re.findall(pattern, program, re.DOTALL)}


def of_app(folder: Path) -> set[str]:
    found: set[str] = set()
    for path in folder.rglob("*.py"):
        if "migrations" not in path.parts:
            found |= of_source(path.read_text())
    for path in folder.rglob("templates/**/*.html"):
        found |= of_template(path.read_text())
    return found
