"""The rules of ``stopped_mine_activity``, out of ``activity_rules.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from minewarden.center.registry.models import MineState
from minewarden.center.ui.words import Words


@dataclass(frozen=True)
class Rule:
    """Events of ``scene`` with one of ``labels`` count ``weight``; with ``counts_out`` only while at least ``at_least``
    people are underground beyond those of the approved list (``counts_out`` is the label of going out). With what
    ``unless`` names in its detail an event counts nothing."""

    id: str
    scene: str
    labels: frozenset[str]
    weight: float
    names: Words
    counts_out: str = ""
    at_least: int = 1
    unless: tuple[tuple[str, Any], ...] = ()

    def excuses(self, detail: dict[str, Any]) -> bool:
        """Whether what the scene said beside the label makes it no evidence."""
        return any(name in detail and detail[name] == value for name, value in self.unless)


@dataclass(frozen=True)
class ActivityRules:
    """What is looked for, and how long evidence belongs together."""

    states: frozenset[str]
    opens_at: float
    gather: timedelta
    quiet: timedelta
    people: timedelta
    rules: dict[str, Rule]

    @property
    def scenes(self) -> frozenset[str]:
        """The scenes whose events can be evidence."""
        return frozenset(rule.scene for rule in self.rules.values())

    def rule_of(self, scene: str, label: str) -> Rule | None:
        """The rule by which such an event is evidence."""
        for rule in self.rules.values():
            if rule.scene == scene and label in rule.labels:
                return rule
        return None


@cache
def rules() -> ActivityRules:
    """The rules of the package."""
    return parse(tomllib.loads(files(__package__).joinpath("activity_rules.toml").read_text("utf-8")))


def parse(content: dict[str, Any]) -> ActivityRules:
    """Turn the parsed file into checked rules.

    Raises:
        ValueError: an unknown state, a weight or time that makes no sense, or a label with two rules.
    """
    if unknown := set(content["states"]) - set(MineState.values):
        raise ValueError(f"activity_rules.toml: no such state of a mine: {', '.join(sorted(unknown))}")
    known: dict[str, Rule] = {}
    taken: set[tuple[str, str]] = set()
    for name, entry in content["rules"].items():
        known[name] = _rule(name, entry)
        labels = {(known[name].scene, label) for label in known[name].labels}
        if taken & labels:
            raise ValueError(f"activity_rules.toml: {name}: a label of it has another rule already")
        taken |= labels
    numbers = {name: float(content[name]) for name in ("opens_at", "gather_hours", "quiet_hours", "people_hours")}
    if wrong := [name for name, number in numbers.items() if number <= 0]:
        raise ValueError(f"activity_rules.toml: {', '.join(wrong)} must be above 0")
    return ActivityRules(
        states=frozenset(content["states"]),
        opens_at=numbers["opens_at"],
        gather=timedelta(hours=numbers["gather_hours"]),
        quiet=timedelta(hours=numbers["quiet_hours"]),
        people=timedelta(hours=numbers["people_hours"]),
        rules=known,
    )


def _rule(name: str, entry: dict[str, Any]) -> Rule:
    weight, at_least = float(entry["weight"]), int(entry.get("at_least", 1))
    if weight <= 0 or at_least < 1:
        raise ValueError(f"activity_rules.toml: {name}: weight must be above 0 and at_least no less than 1")
    return Rule(
        id=name,
        scene=entry["scene"],
        labels=frozenset(entry["labels"]),
        weight=weight,
        names=Words.of(entry["names"]),
        counts_out=entry.get("counts_out", ""),
        at_least=at_least,
        unless=tuple(entry.get("unless", {}).items()),
    )
