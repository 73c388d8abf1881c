"""Which step tells whom, out of ``rules.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from minewarden.center.cases.models import Kind
from minewarden.center.registry.models import Role

PLACES = ("mine", "office", "above", "asker")


class BrokenRules(ValueError):
    """``rules.toml`` names something that does not exist; the message says what."""


@dataclass(frozen=True)
class Rule:
    """Steps called ``actions`` of cases of ``kinds`` tell people of ``roles`` at a place."""

    actions: tuple[str, ...]
    kinds: tuple[str, ...]
    roles: tuple[str, ...]
    at: str

    def fits(self, kind: str, action: str) -> bool:
        """Whether it speaks of this action of this kind of case."""
        return action in self.actions and (not self.kinds or kind in self.kinds)


@cache
def rules() -> tuple[Rule, ...]:
    """All rules.

    Raises:
        BrokenRules: an unknown place, kind or role.
    """
    content = tomllib.loads(files(__package__).joinpath("rules.toml").read_text("utf-8"))["rules"]
    found = []
    for entry in content:
        rule = Rule(tuple(entry["actions"]), tuple(entry.get("kinds", ())), tuple(entry.get("roles", ())), entry["at"])
        if rule.at not in PLACES or not set(rule.kinds) <= set(Kind.values) or not set(rule.roles) <= set(Role.values):
            raise BrokenRules(f"{entry}")
        found.append(rule)
    return tuple(found)


def fitting(kind: str, action: str) -> list[Rule]:
    """The rules of one action of one kind of case."""
    return [rule for rule in rules() if rule.fits(kind, action)]
