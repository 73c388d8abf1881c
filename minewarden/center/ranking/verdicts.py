"""A back-test in the words of its page: tables, charts, and what may be said of them and what may not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .backtest import AT, INDEX
from .forest import Forest, Kept, forest

RULES: Final[Mapping[str, Promise]] = {
    INDEX: gettext_lazy("The index of this list"),
    "raw_count": gettext_lazy("Number of major hazards"),
    "raw_rate": gettext_lazy("Major hazards by inspection hour"),
    "last_year": gettext_lazy("The list of a year before"),
    "spi": gettext_lazy("Capped ratios, not shrunk (SPI)"),
}
OUTCOMES: Final[Mapping[str, Promise]] = {
    "accidents": gettext_lazy("Accidents, by hours worked"),
    "major_hazards": gettext_lazy("New major hazards, by inspection hour"),
    "lookbacks": gettext_lazy("Failed look-backs, by look-back"),
}
CHANCE: Final = 0.5


@dataclass(frozen=True)
class Table:
    """One outcome: what happened to whom, all rules, their charts, and what follows (``tone``: of a note)."""

    label: str
    happened: int
    asked: int
    rows: list[dict[str, Any]]
    auc: Forest
    precision: Forest
    said: list[str]
    tone: str


def tables_of(result: Mapping[str, Any]) -> list[Table]:
    """The outcomes of a back-test as ``tested.plain`` kept it."""
    return [_table(result, key, str(label)) for key, label in OUTCOMES.items()] if result else []


def first_of(result: Mapping[str, Any]) -> int:
    """How many of the first precision and lift speak of. Runs of before this was kept spoke of 20."""
    return int(result.get("first", AT))


def _table(result: Mapping[str, Any], outcome: str, label: str) -> Table:
    rows = [
        {**row, "label": str(RULES.get(row["rule"], row["rule"]))}
        for row in result["results"]
        if row["outcome"] == outcome
    ]
    happened, asked = result["happened"].get(outcome, (0, 0))
    said, tone = _said(rows)
    return Table(
        label=label,
        happened=happened,
        asked=asked,
        rows=rows,
        auc=forest([_line(row, "auc") for row in rows], CHANCE),
        precision=forest([_line(row, "precision") for row in rows], happened / asked if asked else 0.0, percent=True),
        said=said,
        tone=tone,
    )


def _line(row: Mapping[str, Any], figure: str) -> tuple[str, Kept, bool]:
    return row["label"], row[figure], row["rule"] == INDEX


def _said(rows: Sequence[Mapping[str, Any]]) -> tuple[list[str], str]:
    """What the ranges allow to be said: of the index against chance, then against each other rule."""
    index = next((row for row in rows if row["rule"] == INDEX), None)
    if index is None or index["auc"][1] is None:
        return [_("Too little happened for a range: nothing can be said of any rule.")], "warning"
    _value, low, high = index["auc"]
    if low > CHANCE:
        said, tone = _("The index tells it better than chance: its whole range lies above 0.5."), "success"
    elif high < CHANCE:
        said, tone = _("The index points the wrong way: its whole range lies below 0.5."), "error"
    else:
        said, tone = _("The index cannot be told from chance here: 0.5 lies within its range."), "warning"
    words = {
        "ahead": _("It is ahead of: %(rules)s."),
        "behind": _("It is behind: %(rules)s."),
        "same": _("No difference can be shown to: %(rules)s."),
    }
    found: dict[str, list[str]] = {key: [] for key in words}
    for row in rows:
        if row["rule"] != INDEX:
            found[_against(row["ahead"])].append(row["label"])
    joined = [words[key] % {"rules": _("; ").join(rules)} for key, rules in found.items() if rules]
    return [said, *joined], tone


def _against(ahead: Kept | None) -> str:
    _value, low, high = ahead or (None, None, None)
    if low is not None and low > 0:
        return "ahead"
    return "behind" if high is not None and high < 0 else "same"
