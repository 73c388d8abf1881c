"""What a case's page shows of systemic problems: of a problem its figures, of another case what it belongs to."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from minewarden.center.cases.models import Case, Kind
from minewarden.center.registry.access import user_of

from .figures import shown_figures
from .models import Problem
from .queries import problems_of


def panel(request: HttpRequest, case: Case) -> dict[str, Any] | None:
    """The context of ``problems/_panel.html``; None where there is nothing to show."""
    if case.kind == Kind.PROBLEM:
        own: Problem | None = Problem.objects.select_related("case__node", "case__mine").filter(pk=case.pk).first()
        return {"own": own, "figures": shown_figures(own)} if own is not None else None
    if case.kind == Kind.SUPERVISION:
        return None
    visible = Problem.objects.for_user(user_of(request), "cases.view").values("pk")
    rows = list(problems_of(case).filter(pk__in=visible))
    return {"own": None, "problems": rows} if rows else None
