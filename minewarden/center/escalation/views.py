"""Pages of escalation: supervision orders, the ladder, the calendar."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.forms import end_of_day
from minewarden.center.cases.models import Case
from minewarden.center.registry.access import requires, user_of
from minewarden.center.ui.forms import render_form
from minewarden.center.ui.paging import keyset

from . import queries, services
from .forms import DayForm, OrderFilter, OrderForm, RungForm, YearForm
from .models import Rung


@requires("supervision.view")
@require_safe
def orders(request: HttpRequest) -> HttpResponse:
    """Supervision orders, the newest first."""
    form = OrderFilter(request.GET)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    rows = queries.narrowed(queries.orders(user_of(request)), state, timezone.now())
    page = keyset(rows, request, order=queries.ORDER)
    return render(request, "escalation/orders.html", {"form": form, "page": page})


@requires("supervision.open")
def open_order(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Open a supervision order about a case."""
    user = user_of(request)
    visible = Case.objects.for_user(user, "supervision.open").select_related("mine", "node", "place")
    about: Case = get_object_or_404(visible, pk=pk)
    form = OrderForm(user, about, request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = dict(form.cleaned_data)
        given["due_at"] = end_of_day(given["due_at"], ZoneInfo(about.time_zone))
        try:
            order = services.open_supervision(user, about=about, **given)
        except CaseError as error:
            if error.code == "forbidden":
                raise PermissionDenied(error.message) from error
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, _("The supervision order is open: %(number)s.") % {"number": order.number})
            return redirect("cases:detail", order.pk)
    return render_form(request, "escalation/open_order.html", form, about=about)


@requires("escalation.manage")
@require_safe
def ladder(request: HttpRequest) -> HttpResponse:
    """Who is told when."""
    context = {"rungs": queries.ladder(), "may_change": queries.manages_all(user_of(request))}
    return render(request, "escalation/ladder.html", context)


def _rung_form(request: HttpRequest, rung: Rung) -> HttpResponse:
    user = user_of(request)
    if not queries.manages_all(user):
        raise PermissionDenied(_("The ladder is the whole province's: its administrator changes it."))
    is_new = rung.pk is None
    form = RungForm(request.POST if request.method == "POST" else None, instance=rung)
    if form.is_valid():
        services.save_rung(user, form.instance)
        messages.success(request, _("The rung is kept. It counts from the next scan on."))
        return redirect("escalation:ladder")
    heading = _("Add a rung") if is_new else _("Change the rung")
    note = "" if is_new else _("Who was told already is not told again.")
    return render_form(request, "registry/form.html", form, heading=heading, note=note)


@requires("escalation.manage")
def rung_add(request: HttpRequest) -> HttpResponse:
    """A new rung."""
    return _rung_form(request, Rung())


@requires("escalation.manage")
def rung_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a rung, or take it out of use."""
    return _rung_form(request, get_object_or_404(Rung, pk=pk))


@requires("escalation.manage")
def holidays(request: HttpRequest) -> HttpResponse:
    """The days off and moved working days of a year, and a form to correct one."""
    user, today = user_of(request), timezone.localdate()
    may_change = queries.manages_all(user)
    year_form = YearForm(queries.known_years(today), request.GET)
    year = year_form.cleaned_data["year"] if year_form.is_valid() else today.year
    form = DayForm(request.POST if request.method == "POST" else None)
    if form.is_bound and not may_change:
        raise PermissionDenied(_("The calendar is the whole province's: its administrator changes it."))
    if form.is_valid():
        row = services.set_calendar_day(user, **form.cleaned_data)
        messages.success(request, _("%(day)s is kept.") % {"day": row.day.isoformat()})
        return redirect(f"{reverse('escalation:holidays')}?year={row.day.year}")
    context = {
        "year_form": YearForm(queries.known_years(today), {"year": year}),
        "year": year,
        "days": queries.calendar(year),
        "source": queries.source_of(year),
        "may_change": may_change,
    }
    return render_form(request, "escalation/holidays.html", form, **context)
