"""The review page: one event after the other, a key for each verdict; every form works without JavaScript."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from minewarden.center.registry.access import requires
from minewarden.center.registry.models import User

from . import cards, catalogue, health, queries, services
from .models import Event, ReviewState
from .moves import LEVELS

# So many events are held and loaded ahead: enough for quick keys, few enough to keep from others.
AHEAD: Final = 4
REFUSED_STATUS: Final = {"not_found": 404, "forbidden": 403, "already": 409, "too_late": 409}


@requires(queries.REVIEW)
def review(request: HttpRequest) -> HttpResponse:
    """The next event of the queue, and those after it."""
    user = _user(request)
    held = services.claim(user, AHEAD, _ids(request.GET.get("skip", "")))
    if not held and request.GET.get("skip"):
        return redirect("video:review")
    now = timezone.now()
    context = {
        "cards": cards.cards(held, user),
        "queue_count": queries.waiting_count(user),
        "with_others": queries.held_by_others(user, now),
        "levels": LEVELS.values(),
        "reasons": catalogue.reject_reasons().values(),
        "watched": health.overview(health.cameras_now(user, now)) if not held else None,
    }
    return render(request, "video/review.html", context)


@require_POST
@requires(queries.REVIEW)
def next_cards(request: HttpRequest) -> JsonResponse:
    """More events for the page: ``have`` are those it shows, held anew, ``skip`` those it wants no more.

    Answers ``cards`` (id and HTML), ``gone`` (those of ``have`` that somebody else decided or took) and ``waiting``.
    """
    user = _user(request)
    have, skip = _ids(request.POST.get("have", "")), _ids(request.POST.get("skip", ""))
    held = services.claim(user, AHEAD, skip, keep=have)
    still = queries.still_held(user, have)
    new = [event for event in held if event.pk not in have]
    return JsonResponse(
        {
            "cards": [{"id": str(card.event.pk), "html": _html(card, request)} for card in cards.cards(new, user)],
            "gone": [str(event_id) for event_id in have if event_id not in still],
            "waiting": queries.waiting_count(user),
        }
    )


def _html(card: cards.Card, request: HttpRequest) -> str:
    return render_to_string("video/_card.html", {"card": card, "hidden": True}, request)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _ids(text: str) -> list[UUID]:
    """Ids with commas between them; what is none is left out, for it can stand for no event."""
    found = []
    for part in filter(None, text.split(",")[:100]):
        try:
            found.append(UUID(part))
        except ValueError:
            continue
    return found


@require_POST
@requires(queries.REVIEW)
def verdict(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One verdict. To the review page's script as JSON, to a plain form as a page with a message."""
    given = services.Given(
        # A button for a reason can send only that: no action with a reason is a rejection.
        action=request.POST.get("action") or ("reject" if request.POST.get("reason") else ""),
        level=request.POST.get("level", ""),
        reason=request.POST.get("reason", ""),
        words=request.POST.get("words", "")[:300],
        whole=request.POST.get("whole") == "1",
    )
    by_script = request.headers.get("Accept") == "application/json"
    try:
        event = services.judge(_user(request), pk, given)
    except services.ReviewError as error:
        if by_script:
            body = {"error": error.code, "message": error.message}
            return JsonResponse(body, status=REFUSED_STATUS.get(error.code, 422))
        if error.code == "not_found":
            raise Http404 from error
        messages.error(request, error.message)
        return redirect(_back(request))
    said = _said(event, given.action)
    if by_script:
        return JsonResponse({"state": event.state, "message": said, "case": _case_url(event)})
    messages.success(request, said)
    return redirect(_back(request))


def _said(event: Event, action: str) -> str:
    scene = catalogue.scene(event.scene).names
    if action == "undo":
        return _("Taken back: %(scene)s, %(camera)s.") % {"scene": scene, "camera": event.camera.name}
    said = {"scene": scene, "camera": event.camera.name, "verdict": ReviewState(event.state).label}
    if event.case is not None:
        return _("%(verdict)s: %(scene)s, %(camera)s. Case %(number)s is open.") % {**said, "number": event.case.number}
    return _("%(verdict)s: %(scene)s, %(camera)s.") % said


def _case_url(event: Event) -> str:
    return reverse("cases:detail", args=[event.case.pk]) if event.case is not None else ""


def _back(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if target and allowed else reverse("video:review")
