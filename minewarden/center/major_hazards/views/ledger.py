"""The list of major hazards in force."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from minewarden.center.cases.facts import facts
from minewarden.center.cases.models import State
from minewarden.center.major_hazards import ledger as reads
from minewarden.center.major_hazards.forms import LedgerFilter
from minewarden.center.major_hazards.queries import overdue_publications
from minewarden.center.major_hazards.way import BEHIND
from minewarden.center.registry.access import requires, user_of
from minewarden.center.registry.models import Node
from minewarden.center.ui.paging import keyset


@requires("major.view")
@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """Major hazards in force, the newest first, with what is late above them."""
    user, now = user_of(request), timezone.now()
    choices: dict[str, list[tuple[str, Any]]] = {
        "step": [(state, State(state).label) for state in BEHIND if state not in (State.CLOSED, State.LOOKED_BACK)],
        "listing": [(code, str(words)) for code, words in facts()["listing_level"].choices.items()],
        "late": [(reads.MINE_LATE, _("the mine is overdue")), (reads.OFFICE_LATE, _("the office is overdue"))],
    }
    form = LedgerFilter(choices, Node.objects.for_user(user, "major.view").order_by("name", "pk"), request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    node = chosen.get("node")
    narrow = reads.Narrow(
        chosen.get("step", ""), chosen.get("listing", ""), node.pk if node else None, chosen.get("late", "")
    )
    cases = reads.in_force(user)
    page = keyset(reads.narrowed(cases, narrow, now).select_related("mine"), request, order=reads.ORDER)
    context = {
        "form": form,
        "page": page,
        "lines": reads.lines(page.rows),
        "summary": reads.summary(cases, now),
        "unpublished": overdue_publications(user, now),
    }
    return render(request, "major_hazards/ledger.html", context)
