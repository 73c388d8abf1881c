"""The way on the page of a major hazard's case, and its notices."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from minewarden.center.cases.models import Case, Kind
from minewarden.center.registry.access import user_of
from minewarden.center.registry.scope import may

from .models import Publication
from .way import way_of


def way_panel(request: HttpRequest, case: Case) -> dict[str, Any] | None:
    """Context of ``major_hazards/_way.html``; None for other kinds."""
    if case.kind != Kind.MAJOR_HAZARD:
        return None
    steps = case.transitions.select_related("actor").order_by("version")
    notices = Publication.objects.filter(case=case).select_related("recorded_by").order_by("pk")
    may_publish = may(user_of(request), "major.publish", case.node)
    return {
        "way": way_of(case, steps),
        "notices": list(notices),
        "zone": case.time_zone,
        "may_publish": may_publish,
    }
