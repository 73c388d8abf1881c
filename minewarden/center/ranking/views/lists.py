"""The watch list with its tabs, and the page of a mine."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from minewarden.center.enforcement.queries import hours_by_mine
from minewarden.center.ranking import queries
from minewarden.center.ranking.chart import chart
from minewarden.center.ranking.models import LatestRanking, MineStanding, RaisedLine, SettingKey, TakenOff
from minewarden.center.ranking.shown import line_words, now_in_force, off_of, parts_of
from minewarden.center.registry.access import permissions_of, requires, roles_of, user_of
from minewarden.center.registry.models import Mine, Role, User
from minewarden.center.registry.scope import may
from minewarden.center.ui.paging import keyset
from minewarden.center.ui.panels import record_panels
from minewarden.center.ui.shell import related_to

from .red_lines import in_words, readable

SCREENING, CAPACITY, TOO_LITTLE, ALL = "screening", "capacity", "too_little", "all"
TABS: Final = (SCREENING, CAPACITY, TOO_LITTLE, ALL)
OF_A_MINE: Final = frozenset({Role.MINE.value, Role.MINE_HEAD.value})


@requires(queries.VIEW)
@require_safe
def watch_list(request: HttpRequest) -> HttpResponse:
    """The screening list, the capacity list, mines of which too little is known, and all. A mine's own people come to
    the page of their mine."""
    user = user_of(request)
    if roles_of(request) <= OF_A_MINE:
        mine = Mine.objects.for_user(user, queries.VIEW).order_by("pk").first()
        if mine is not None:
            return redirect("ranking:mine", mine.pk)
    tab = request.GET.get("tab", SCREENING)
    tab = tab if tab in TABS else SCREENING
    rows = queries.standings(user)
    context: dict[str, Any] = {
        "tab": tab,
        "latest": LatestRanking.objects.select_related("formula").defer("text").first(),
        "share": _share(user),
        "teams": queries.setting(SettingKey.TEAMS),
        "may_decide": queries.DECIDE in permissions_of(request),
    }
    page = None
    if tab in (SCREENING, CAPACITY):
        context["rows"] = _listed(rows, context["teams"].value)
    else:
        chosen = rows.filter(sufficient=False) if tab == TOO_LITTLE else rows
        page = keyset(chosen, request, order=("-score", "pk"))
        context["rows"] = page.rows
    formula = now_in_force()
    context |= {"page": page, "formula": formula[1] if formula else None, "lines": _lines_of(user)}
    for row in context["rows"]:
        row.crossed = context["lines"].get(row.mine_id, [])
    return render(request, "ranking/list.html", context)


def _listed(rows: QuerySet[MineStanding], teams: int) -> list[Any]:
    """Listed mines in their order, each with ``state``: team, waiting or removed; of all mines, whoever looks."""
    removed = {one.mine_id: one for one in queries.taken_off_now()}
    state: dict[int, str] = {}
    places = MineStanding.objects.filter(frozen=None, listed=True).order_by("place").values_list("mine_id", flat=True)
    left = teams
    for mine in places:
        if mine in removed:
            state[mine] = "removed"
            continue
        state[mine] = "team" if left > 0 else "waiting"
        left -= 1
    found: list[Any] = list(rows.filter(listed=True).order_by("place"))
    for row in found:
        row.state, row.removal = state[row.mine_id], removed.get(row.mine_id)
    return found


def _lines_of(user: User) -> dict[int, list[str]]:
    """Mine → the words of the red lines that it is over today."""
    formula = now_in_force()
    if formula is None:
        return {}
    words = line_words(formula[1])
    found: dict[int, list[str]] = {}
    rows = queries.lines_in_force(timezone.localdate()).filter(mine__in=Mine.objects.for_user(user, queries.VIEW))
    for mine, line in rows.order_by("since", "pk").values_list("mine_id", "line"):
        found.setdefault(mine, []).append(words.get(line, (line, ""))[0])
    return found


def _share(user: User) -> dict[str, Any]:
    """Which share of the inspection hours of the window was drawn by lot, in percent, and which was decided."""
    decided = queries.setting(SettingKey.RANDOM_SHARE)
    latest = LatestRanking.objects.defer("text").first()
    hours = hours_by_mine(user, latest.window_first, latest.window_last).values() if latest else ()
    every, drawn = sum(float(one.hours) for one in hours), sum(float(one.random_hours) for one in hours)
    percent = 100 * drawn / every if every else None
    return {"decided": decided, "percent": percent, "met": percent is not None and percent >= decided.value}


@requires(queries.VIEW)
@require_safe
def mine(request: HttpRequest, pk: int) -> HttpResponse:
    """One mine: every figure of its score, its peers, its red lines with documents, and what would take it off."""
    user = user_of(request)
    found = get_object_or_404(Mine.objects.for_user(user, queries.VIEW).select_related("node"), pk=pk)
    request.focus_node = found.node_id  # type: ignore[attr-defined] # the shell's tree opens there
    standing, in_force = queries.standing_of(found), now_in_force()
    may_decide = may(user, queries.DECIDE, found.node)
    context: dict[str, Any] = {
        "mine": found,
        "standing": standing,
        "latest": LatestRanking.objects.select_related("formula").defer("text").first(),
        "may_decide": may_decide,
        "may_propose": may(user, queries.PROPOSE, found.node),
        "may_remove": may(user, queries.REMOVE, found.node),
        "removals": list(TakenOff.objects.filter(mine=found).select_related("by", "put_back_by").order_by("-at")),
        "removed": queries.taken_off_now().filter(mine=found).first(),
        "panels": record_panels("mine", request, found, permissions_of(request)),
        "related": related_to("watched_mine", found, permissions_of(request)),
    }
    if standing is not None and in_force is not None:
        formula = in_force[1]
        history = queries.history_of(found)
        before = MineStanding.objects.filter(pk=history[-1].pk).first() if history else None
        alone, together = off_of(standing, formula)
        rows = readable(RaisedLine.objects.filter(mine=found), user, decides=may_decide)
        context |= {
            "formula": formula,
            "parts": parts_of(standing, formula, before),
            "alone": alone,
            "together": together,
            "history": history[::-1],
            "chart": chart(history, formula.list_from),
            "lines": in_words(list(rows.order_by("-since", "-pk")), line_words(formula), user),
        }
    return render(request, "ranking/mine.html", context)
