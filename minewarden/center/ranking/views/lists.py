"""The watch list with its tabs, and the page of a mine."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from minewarden.center.cases.queries import Total
from minewarden.center.enforcement.queries import hours_by_mine
from minewarden.center.lists.queries import listing, start_of
from minewarden.center.ranking import queries
from minewarden.center.ranking.chart import chart
from minewarden.center.ranking.columns import WATCH_LIST
from minewarden.center.ranking.filters import TABS, WatchFilter
from minewarden.center.ranking.listed import chance_tells, filled, numbered
from minewarden.center.ranking.models import LatestRanking, MineStanding, RaisedLine, SettingKey, TakenOff
from minewarden.center.ranking.shown import line_words, now_in_force, off_of, parts_of
from minewarden.center.ranking.teams import marks_of
from minewarden.center.registry.access import permissions_of, requires, roles_of, user_of
from minewarden.center.registry.models import Mine, Role, User
from minewarden.center.registry.scope import may
from minewarden.center.ui.panels import record_panels
from minewarden.center.ui.shell import related_to

from .red_lines import in_words, readable

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
    shown = listing(request, WATCH_LIST)
    if begin := start_of(request, shown):
        return redirect(begin)
    in_force, teams = now_in_force(), marks_of(user)
    formula = in_force[1] if in_force else None
    form = WatchFilter(user, formula, teams, request.GET)
    rows = form.narrowed(queries.standings(user).defer("off"))
    page = numbered(rows, request)
    filled(page.rows, user, formula, teams)
    context: dict[str, Any] = {
        "form": form,
        "page": page,
        "listing": shown,
        "total": Total(rows.count() if page.next or page.previous else len(page.rows), more=False),
        "tab": form.list_shown,
        "tabs": [(key, words, _to_tab(request, key)) for key, words in TABS.items()],
        "latest": LatestRanking.objects.select_related("formula").defer("text").first(),
        "share": _share(user),
        "teams": queries.setting(SettingKey.TEAMS),
        "may_decide": queries.DECIDE in permissions_of(request),
    }
    status = HTTPStatus.OK if form.is_valid() else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "ranking/list.html", context, status=status)


def _to_tab(request: HttpRequest, tab: str) -> str:
    """The same filters on another of the lists."""
    query = request.GET.copy()
    for name in ("after", "all"):
        query.pop(name, None)
    query["tab"] = tab
    return f"?{query.urlencode()}"


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
            "chance_tells": chance_tells(formula),
            "parts": parts_of(standing, formula, before),
            "alone": alone,
            "together": together,
            "history": history[::-1],
            "chart": chart(history, formula.list_from),
            "lines": in_words(list(rows.order_by("-since", "-pk")), line_words(formula), user),
        }
    return render(request, "ranking/mine.html", context)
