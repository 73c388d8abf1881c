"""The board of dynamic clearing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from minewarden.center.cases.queries import HAZARDS
from minewarden.center.major_hazards import board as reads
from minewarden.center.major_hazards.rules import rules
from minewarden.center.registry.access import requires, user_of
from minewarden.center.registry.models import Node


@requires("hazards.view")
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Open, due and overdue hazards; ``node`` goes down the tree, ``kind`` narrows to major ones, ``all`` shows all."""
    user = user_of(request)
    wished, kind = request.GET.get("node", ""), request.GET.get("kind", "")
    node = None
    if wished:
        known = wished if wished.isascii() and wished.isdecimal() and len(wished) < 19 else "0"
        node = get_object_or_404(Node.objects.for_user(user, "cases.view"), pk=int(known))
    counted = reads.board(
        user, kind if kind == reads.MAJOR else HAZARDS, node, timezone.now(), every=bool(request.GET.get("all"))
    )
    if counted.focus is not None:
        request.focus_node = counted.focus.pk  # type: ignore[attr-defined] # the shell's tree opens there
    context = {"board": counted, "major": reads.MAJOR, "ages": rules().ages, "counted_at": timezone.now()}
    return render(request, "major_hazards/board.html", context)
