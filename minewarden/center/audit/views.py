"""The audit trail as a page."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from minewarden.center.registry.access import requires
from minewarden.center.registry.models import User
from minewarden.center.ui.paging import keyset

from .models import AuditEvent
from .queries import head, visible_events
from .wording import action_words


class TrailFilter(forms.Form):
    """Which events are shown."""

    actor = forms.CharField(label=_("Who"), required=False, max_length=150)
    action = forms.CharField(label=_("Action"), required=False, max_length=60)
    day = forms.DateField(label=_("Up to the day"), required=False, widget=forms.DateInput({"type": "date"}))
    object_type = forms.CharField(label=_("Table"), required=False, max_length=60)
    object_id = forms.CharField(label=_("Record"), required=False, max_length=64)

    def columns(self) -> dict[str, Any]:
        """The chosen filters as look-ups; a wrong one narrows nothing."""
        if not self.is_valid():
            return {}
        chosen: dict[str, Any] = self.cleaned_data
        exact = {"actor_name": chosen["actor"], "object_type": chosen["object_type"], "object_id": chosen["object_id"]}
        wanted: dict[str, Any] = {name: value for name, value in exact.items() if value}
        if chosen["action"]:
            wanted["action__startswith"] = chosen["action"]
        if chosen["day"]:
            wanted["at__lt"] = _midnight_after(chosen["day"])
        return wanted


def _midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=timezone.get_current_timezone())


@requires("audit.view")
@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    """Who did what, the newest first."""
    assert isinstance(request.user, User)
    form = TrailFilter(request.GET or None)
    events = visible_events(request.user).filter(**(form.columns() if form.is_bound else {}))
    page = keyset(events, request, order=("-sequence",))
    rows = [(event, action_words(event.action), _changes(event)) for event in page.rows]
    return render(request, "audit/trail.html", {"form": form, "page": page, "rows": rows, "head": head()})


def _changes(event: AuditEvent) -> list[tuple[str, str, str]]:
    """(column, old, new) in words short enough for a line."""
    return [(column, _short(old), _short(new)) for column, (old, new) in sorted(event.changes.items())]


def _short(value: Any) -> str:
    text = "–" if value in (None, "") else str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
