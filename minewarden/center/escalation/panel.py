"""What a case's page shows of escalation: orders about it, and who was told when."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from minewarden.center.cases.models import Case, Kind
from minewarden.center.registry.access import permissions_of, user_of

from .models import Escalated
from .queries import concerning, may_press

MOST = 8


def panel(request: HttpRequest, case: Case) -> dict[str, Any] | None:
    """The context of ``escalation/_panel.html``; None where there is nothing to show and nothing to do."""
    permissions = permissions_of(request)
    if "supervision.view" not in permissions:
        return None
    reached = Escalated.objects.filter(case=case).select_related("rung").order_by("-at", "-pk")
    context = {
        "case": case,
        "is_order": case.kind == Kind.SUPERVISION,
        "orders": list(concerning(case)[:MOST]),
        "reached": list(reached[:MOST]),
        "may_press": "supervision.open" in permissions and may_press(user_of(request), case),
        "zone": case.time_zone,
    }
    return context if context["orders"] or context["reached"] or context["may_press"] else None
