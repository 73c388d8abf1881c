"""Red lines: all of them, put forward, put into force or refused, ended. Who does one step does not do the next."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from minewarden.center.ranking import queries, services
from minewarden.center.ranking.forms import EndForm, LineForm, WhyForm
from minewarden.center.ranking.models import LineState, RaisedLine
from minewarden.center.ranking.shown import line_words
from minewarden.center.registry.access import permissions_of, requires, user_of
from minewarden.center.registry.models import User
from minewarden.center.ui.paging import keyset

from .acting import acted, formula_now, of_mine

NOT_IN_FORCE = (LineState.PROPOSED, LineState.REFUSED)


def readable(rows: QuerySet[RaisedLine], user: User, *, decides: bool) -> QuerySet[RaisedLine]:
    """What lists nobody (yet) is read by who decides it and by who put it forward."""
    rows = rows.select_related("case", "written_by", "decided_by", "ended_by")
    return rows if decides else rows.exclude(Q(state__in=NOT_IN_FORCE) & ~Q(written_by=user))


def in_words(rows: list[Any], words: dict[str, tuple[str, str]], user: User) -> list[Any]:
    """The rows with ``words``, ``ends`` (what ends it), and which steps four eyes leave to this user."""
    for row in rows:
        row.words, row.ends = words.get(row.line, (row.line, ""))
        row.own_proposal = row.written_by_id == user.pk
        row.may_end = user.pk not in services.raised_by(row)
    return rows


@requires(queries.VIEW)
@require_safe
def lines(request: HttpRequest) -> HttpResponse:
    """All red lines of the mines that the user may see."""
    user, held = user_of(request), permissions_of(request)
    decides, proposes = queries.DECIDE in held, queries.PROPOSE in held
    rows: QuerySet[RaisedLine] = RaisedLine.objects.for_user(user, queries.VIEW).select_related("mine")
    rows = readable(rows, user, decides=decides)
    state = request.GET.get("state", "")
    if state in LineState.values:
        rows = rows.filter(state=state)
    page = keyset(rows, request, order=("-since", "-pk"))
    context = {
        "page": page,
        "rows": in_words(page.rows, line_words(formula_now()), user),
        "state": state,
        "states": [one for one in LineState if proposes or one not in NOT_IN_FORCE],
        "may_decide": decides,
        "may_propose": proposes,
    }
    return render(request, "ranking/lines.html", context)


@requires(queries.PROPOSE)
def line_add(request: HttpRequest) -> HttpResponse:
    """Put a red line forward by a document."""
    user, given = user_of(request), request.GET.get("mine", "")
    form = LineForm(user, formula_now(), request.POST or None, initial={"mine": given} if given.isdecimal() else {})
    texts = (_("Put a red line forward"), _("Put forward. It lists the mine once another head puts it into force."))
    return acted(
        request, form, lambda: services.put_forward(user, **form.cleaned_data), texts, reverse("ranking:lines")
    )


def _line(request: HttpRequest, pk: int) -> RaisedLine:
    found: RaisedLine = get_object_or_404(
        RaisedLine.objects.for_user(user_of(request), queries.DECIDE).select_related("mine"), pk=pk
    )
    return found


@requires(queries.DECIDE)
def line_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Put what was put forward into force."""
    row, form = _line(request, pk), WhyForm(request.POST or None)
    texts = (_("Confirm: %(what)s") % {"what": row.document}, _("The red line is in force: the mine is on the list."))
    return acted(
        request,
        form,
        lambda: services.decide_line(user_of(request), row, holds=True, why=form.cleaned_data["why"]),
        texts,
        of_mine(row.mine_id),
    )


@requires(queries.DECIDE)
def line_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse what was put forward."""
    row, form = _line(request, pk), WhyForm(request.POST or None)
    texts = (_("Refuse: %(what)s") % {"what": row.document}, _("Refused, with your reason."))
    return acted(
        request,
        form,
        lambda: services.decide_line(user_of(request), row, holds=False, why=form.cleaned_data["why"]),
        texts,
        of_mine(row.mine_id),
    )


@requires(queries.DECIDE)
def line_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a red line with evidence."""
    row, form = _line(request, pk), EndForm(request.POST or None)
    texts = (_("End: %(what)s") % {"what": row.document}, _("The red line has ended. It stays in the history."))
    return acted(
        request,
        form,
        lambda: services.end_line(user_of(request), row, **form.cleaned_data),
        texts,
        of_mine(row.mine_id),
    )
