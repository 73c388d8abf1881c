"""What the page of a campaign shows: what it would be before it starts, how far it is, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from minewarden.center.hazards.models import Clause
from minewarden.center.registry.models import Node, User

from .draw import ALL, Rule
from .models import Campaign, CampaignState, CheckState, Draw, Result
from .population import Population, Preview, Scope, population, preview
from .queries import NONE, gone, late, listed
from .rules import rules
from .summary import counted, groups, sample_says
from .wording import rule_words, scope_words

LABELS: Final = {
    "city": _("By city"),
    "mine": _("By mine"),
    "clause": _("By clause"),
    "acceptor": _("By acceptor"),
    "inspector": _("By inspector"),
}


@dataclass(frozen=True)
class Cell:
    """One number and the list that it was counted from; ``tone`` colours it where it is not nought."""

    label: str | Promise
    count: int
    url: str
    tone: str = ""


@dataclass(frozen=True)
class Row:
    """One part of a table: its name, its cells by column, and its results for the bar."""

    name: str
    note: str
    cells: list[Cell]
    results: dict[str, int]


COLUMNS: Final[tuple[tuple[str, str | Promise, str], ...]] = (
    ("every", _("Drawn"), ""),
    (CheckState.DONE, CheckState.DONE.label, ""),
    (CheckState.WAITING, CheckState.WAITING.label, ""),
    (CheckState.SKIPPED, CheckState.SKIPPED.label, ""),
    (Result.PUT_RIGHT, Result.PUT_RIGHT.label, ""),
    (Result.NOT_PUT_RIGHT, Result.NOT_PUT_RIGHT.label, "orange"),
    (Result.NEVER_PUT_RIGHT, Result.NEVER_PUT_RIGHT.label, "red"),
    (Result.COME_BACK, Result.COME_BACK.label, "orange"),
)


def _filter(column: str) -> dict[str, str]:
    """What the list of a column is narrowed to."""
    if column == "every":
        return {}
    return {"state": column} if column in CheckState.values else {"result": column}


def _cells(figures: dict[str, int], **where: Any) -> list[Cell]:
    return [Cell(label, figures[name], listed(**where, **_filter(name)), tone) for name, label, tone in COLUMNS]


def campaign_context(campaign: Campaign, part: str) -> dict[str, Any]:
    """A campaign that was started: totals, a table by one part, and what a sample says."""
    is_sample = campaign.rule["kind"] != ALL
    kept = (Draw.objects.all() if is_sample else Draw.objects.defer("population")).get(campaign=campaign)
    waits = Q(state=CheckState.WAITING)
    more = {
        "late": Count("pk", filter=late()),
        "gone": Count("pk", filter=gone()),
        "nobody": Count("pk", filter=waits & Q(inspector=None)),
    }
    figures = campaign.checks.order_by().aggregate(**counted(), **more)
    rows, more_rows = table(campaign, part)
    of_it: dict[str, Any] = {"campaign": campaign.pk}
    marks = [
        Cell(_("Late"), figures["late"], listed(**of_it, late="on"), "red"),
        Cell(_("With nobody"), figures["nobody"], listed(**of_it, inspector=NONE, state="waiting"), "orange"),
        Cell(_("No longer closed"), figures["gone"], listed(**of_it, gone="on"), "orange"),
    ]
    cells = _cells(figures, **of_it)
    return {
        "draw": kept,
        "figures": figures,
        "cells": cells[:4] + marks,
        "results": cells[4:],
        "totals": {result.value: figures[result] for result in Result},
        "part": part,
        "parts": LABELS.items(),
        "columns": [label for _name, label, _tone in COLUMNS],
        "rows": rows,
        "more_rows": more_rows,
        "estimate": sample_says(campaign, kept) if is_sample else None,
        "confidence": round(rules().confidence * 100),
    }


def table(campaign: Campaign, part: str) -> tuple[list[Row], bool]:
    """The figures by one part, with names; True where there are more parts than are shown."""
    figures = groups(campaign.checks.all(), part)
    most = rules().most_groups
    titles = _titles([row["key"] for row in figures]) if part == "clause" else {}
    rows = []
    for row in figures[:most]:
        key, note = row["key"], titles.get(row["key"], row["note"] or "")
        name = (row["name"] or note or str(key)) if key else str(_("none"))
        results = {result.value: row[result] for result in Result}
        cells = _cells(row, campaign=campaign.pk, **{part: key or NONE})
        rows.append(Row(name, note if note != name else "", cells, results))
    return rows, len(figures) > most


def _titles(codes: list[str]) -> dict[str, str]:
    return {clause.code: clause.label for clause in Clause.objects.filter(code__in=codes)}


def plan_context(campaign: Campaign) -> dict[str, Any]:
    """What stands on the page of every campaign."""
    team = campaign.members.filter(left_at=None).select_related("user")
    return {
        "campaign": campaign,
        "scope": scope_words(Scope.of(campaign.scope)),
        "rule": rule_words(Rule.of(campaign.rule)),
        "team": [member.user for member in team.order_by("user__full_name", "user__username")],
        "is_planned": campaign.state == CampaignState.PLANNED,
        "is_running": campaign.state == CampaignState.RUNNING,
    }


@dataclass(frozen=True)
class Previewed:
    """A preview with names instead of ids."""

    counts: Preview
    cities: list[tuple[str, int, int]]
    acceptors: list[tuple[str, int, int]]
    members: list[tuple[str, int]]


def previewed(planner: User, scope: Scope, node_id: int, rule: Rule, seed_team: tuple[str, list[int]]) -> Previewed:
    """Count what a plan would be if it were started now. ``seed_team``: the seed, and the ids of the team."""
    seed, team = seed_team
    found: Population = population(scope, node_id, planner)
    counts = preview(found, rule, seed, team)
    nodes = {node.pk: node.name for node in Node.objects.filter(pk__in=counts.by_city)}
    users = {user.pk: str(user) for user in User.objects.filter(pk__in={*counts.by_acceptor, *counts.by_member})}
    none = str(_("none"))
    return Previewed(
        counts,
        [(nodes.get(key, none), size, drawn) for key, (size, drawn) in counts.by_city.items()],
        [(users.get(key, none), size, drawn) for key, (size, drawn) in counts.by_acceptor.items()][
            : rules().most_groups
        ],
        [(users.get(key, none), cases) for key, cases in counts.by_member.items()],
    )
