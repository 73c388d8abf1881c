"""Rows of the watch list with what its columns show, and their pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.registry.models import User
from minewarden.center.ui.paging import PAGE_SIZE, Page

from . import queries
from .formula import Formula
from .models import MineStanding, SettingKey
from .shown import line_words, word
from .teams import Mark

MOST_NAMED: Final = 2


def numbered(rows: QuerySet[MineStanding], request: HttpRequest, size: int = PAGE_SIZE) -> Page[MineStanding]:
    """One page of rows in their order. There are never more than mines, so a page may begin after a number of rows; and
    some columns that they are sorted by are empty, which a keyset cannot be.

    Raises:
        BadRequest: the parameter is not one that we made.
    """
    text = request.GET.get("after", "") or "0"
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise BadRequest(_("This page address is damaged. Begin again at the first page."))
    begin = int(text)
    found = list(rows[begin : begin + size + 1])
    return Page(
        found[:size],
        next=_link(request, begin + size) if len(found) > size else "",
        previous=_link(request, max(0, begin - size)) if begin else "",
    )


def _link(request: HttpRequest, begin: int) -> str:
    query = request.GET.copy()
    query["after"] = str(begin)
    return f"?{query.urlencode()}"


def filled(rows: Sequence[Any], user: User, formula: Formula | None, teams: Mapping[int, Mark]) -> list[Any]:
    """The rows with ``above`` (the mark), ``crossed`` (red lines in words), ``team``, ``state`` (team, waiting, removed
    or empty), ``removal`` and ``most`` (where most of its points come from); without a chance where it says nothing."""
    crossed, removed = _crossed(user, formula), {one.mine_id: one for one in queries.taken_off_now()}
    states, telling = _states(removed), formula is not None and chance_tells(formula)
    for row in rows:
        row.above = formula is not None and row.score >= formula.list_from
        row.crossed, row.team = crossed.get(row.mine_id, []), teams.get(row.mine_id)
        row.state, row.removal = states.get(row.mine_id, ""), removed.get(row.mine_id)
        row.chance = row.chance if telling else None
        row.most = _most(row.parts, formula) if formula else ""
    return list(rows)


def chance_tells(formula: Formula) -> bool:
    """Whether more mines have a rank than there are places that the chance is of: else every mine is sure of one."""
    return MineStanding.objects.filter(frozen=None, rank__gt=formula.draws.rank).exists()


def _states(removed: Mapping[int, Any]) -> dict[int, str]:
    """Of all listed mines, whoever looks: who has a team, who waits, who was taken off."""
    places = MineStanding.objects.filter(frozen=None, listed=True).order_by("place").values_list("mine_id", flat=True)
    left, found = queries.setting(SettingKey.TEAMS).value, {}
    for mine in places:
        found[mine] = "removed" if mine in removed else "team" if left > 0 else "waiting"
        left -= mine not in removed
    return found


def _crossed(user: User, formula: Formula | None) -> dict[int, list[str]]:
    """Mine → the words of the red lines that it is over today."""
    if formula is None:
        return {}
    words, found = line_words(formula), dict[int, list[str]]()
    rows = queries.lines_in_force(timezone.localdate()).filter(mine__in=queries.mines_of(user))
    for mine, line in rows.order_by("since", "pk").values_list("mine_id", "line"):
        found.setdefault(mine, []).append(words.get(line, (line, ""))[0])
    return found


def _most(parts: Mapping[str, Any], formula: Formula) -> str:
    """The indicators that give most points, of those above the peers' rate."""
    names = {one.key: word(one.words) for one in formula.indicators}
    above = [(part["points"], key) for key, part in parts.items() if key in names and part["ratio"] > 1]
    return "；".join(f"{names[key]} {points:.1f}" for points, key in sorted(above, reverse=True)[:MOST_NAMED])
