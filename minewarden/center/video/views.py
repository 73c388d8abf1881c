"""Pages of events and of the state of cameras, and the files of evidence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from minewarden.center.audit.files import record_path
from minewarden.center.registry.access import permissions_of, requires
from minewarden.center.registry.models import Mine, User
from minewarden.center.registry.scope import may
from minewarden.center.ui.paging import keyset

from . import catalogue, health, queries
from .cards import card
from .forms import EventFilter, HealthFilter
from .learning_views import learn_panel
from .moves import BEFORE, LEVELS, moves
from .ranged import ranged_response

# Operations work from the top: so many cameras in trouble are shown, and how many more there are.
HEALTH_ROWS: Final = 200
LIVE_ROWS: Final = 200


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@requires(queries.VIEW)
def events(request: HttpRequest) -> HttpResponse:
    """All events that the user may see, the newest first."""
    form = EventFilter(_user(request), request.GET)
    filters: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    page = keyset(queries.narrowed(queries.events(_user(request)), filters), request, order=("-started_at", "-id"))
    return render(request, "video/events.html", {"form": form, "page": page})


@requires(queries.VIEW)
def event(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One event: evidence, what the machine said and why, and everything that people decided."""
    user = _user(request)
    found = queries.event(user, pk)
    if found is None:
        raise Http404
    request.focus_node = found.mine.node_id  # type: ignore[attr-defined] # the shell's tree opens there
    possible = {
        move.action: move
        for (state, _action), move in moves().items()
        if state == found.state and may(user, move.permission, found.mine.node)
    }
    history = queries.history(found)
    context = {
        "card": card(found, user),
        "history": history,
        "actions": {action for action, move in possible.items() if move.target != BEFORE},
        "may_undo": "undo" in possible and bool(history) and history[0].by_id == user.pk,
        "levels": LEVELS.values(),
        "reasons": catalogue.reject_reasons().values(),
        "reason": catalogue.reject_reasons().get(found.reject_reason),
        "may_see_case": found.case is not None and may(user, "cases.view", found.mine.node),
        "learn": learn_panel(user, found, request.GET),
    }
    return render(request, "video/event.html", context)


@require_safe
@login_required
def file(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """A picture or clip, whole or in parts. It is found only by those who may see its event, or the case of it."""
    found = queries.evidence(_user(request), pk)
    if found is None:
        raise Http404
    try:
        return ranged_response(request, record_path(found.sha256), found.media_type, found.sha256)
    except FileNotFoundError:
        raise Http404 from None


@requires(queries.VIEW)
def health_page(request: HttpRequest) -> HttpResponse:
    """What operations see first: which cameras are down since when, what coverage that cost, and the edges."""
    user, now = _user(request), timezone.now()
    form = HealthFilter(user, {"state": "trouble", **request.GET.dict()})
    filters: dict[str, Any] = form.cleaned_data if form.is_valid() else {"state": "trouble"}
    cameras = health.cameras_now(user, now)
    wanted = health.longest_first(health.narrowed(cameras, filters)).select_related("place__mine", "edge", "live")
    rows = list(wanted[: HEALTH_ROWS + 1])
    lost = health.lost_today(user, now)
    felt = [span for span in lost.values() if span >= timedelta(seconds=1)]
    context = {
        "form": form,
        "rows": [(camera, lost.get(camera.pk)) for camera in rows[:HEALTH_ROWS]],
        "more": len(rows) > HEALTH_ROWS,
        "overview": health.overview(cameras),
        "lost_total": sum(felt, timedelta()),
        "lost_cameras": len(felt),
        "edges": health.edges_now(user, now),
        "now": now,
    }
    return render(request, "video/health.html", context)


@requires(queries.VIEW)
def live(request: HttpRequest) -> HttpResponse:
    """Every mine with its cameras by state and what waits."""
    lines = health.mines_now(_user(request), timezone.now())
    return render(request, "video/live.html", {"lines": lines, "states": health.STATES, "now": timezone.now()})


@requires(queries.VIEW)
def live_mine(request: HttpRequest, pk: int) -> HttpResponse:
    """The cameras of one mine as they are now."""
    user, now = _user(request), timezone.now()
    mine = get_object_or_404(Mine.objects.for_user(user, queries.VIEW), pk=pk)
    request.focus_node = mine.node_id  # type: ignore[attr-defined] # the shell's tree opens there
    cameras = health.cameras_now(user, now).filter(place__mine=mine).select_related("place", "edge", "live")
    rows = list(cameras.order_by("place__place_class", "code")[: LIVE_ROWS + 1])
    context = {
        "mine": mine,
        "cameras": rows[:LIVE_ROWS],
        "more": len(rows) > LIVE_ROWS,
        "may_review": queries.REVIEW in permissions_of(request),
        "now": now,
    }
    return render(request, "video/live_mine.html", context)
