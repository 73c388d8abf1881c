"""Pages of missions: the list, a plan, one mission, its team, its log, its report."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.kept import handed_out
from minewarden.center.cases.queries import COUNT_CAP, Total
from minewarden.center.lists.queries import listing, start_of
from minewarden.center.registry.access import permissions_of, requires, user_of
from minewarden.center.registry.models import Mine
from minewarden.center.ui.forms import render_form
from minewarden.center.ui.paging import keyset

from . import services
from .columns import MISSIONS
from .filters import MissionFilter
from .forms import CorrectForm
from .models import OPEN_STATES, LogPhoto, Mission, MissionState
from .page import log_form, missing_of, mission_context, rights
from .plan_forms import MineForm, PlanForm, TeamChangeForm, TeamForm
from .queries import LOG_ORDER, ORDER, entries, listed, visible
from .standing import standing_now
from .steps import add, show
from .team import LOG, PLAN, VIEW, VIEW_LOG, today_at

RECORD = "hazards.record"


@requires(VIEW)
@require_safe
def mission_list(request: HttpRequest) -> HttpResponse:
    """The missions that the user may see, narrowed as the address says."""
    user = user_of(request)
    shown = listing(request, MISSIONS)
    if begin := start_of(request, shown):
        return redirect(begin)
    form = MissionFilter(user, VIEW, request.GET)
    rows = form.narrowed(listed(user))
    page = keyset(rows, request, order=ORDER)
    total = Total(len(page.rows), more=False)
    if page.next or page.previous:
        count = rows.order_by().values("pk")[: COUNT_CAP + 1].count()
        total = Total(min(count, COUNT_CAP), more=count > COUNT_CAP)
    context = {
        "form": form,
        "page": page,
        "listing": shown,
        "total": total,
        "may_plan": PLAN in permissions_of(request),
        "state": request.GET.get("state", ""),
    }
    status = HTTPStatus.OK if form.is_valid() else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "resident_teams/list.html", context, status=status)


@requires(VIEW)
@require_safe
def mission(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One mission."""
    return show(request, pk)


@requires(PLAN)
def new(request: HttpRequest) -> HttpResponse:
    """Send a team: first to which mine (``?mine=CODE`` says it), then everything else. Where one is already, to its
    page: nobody fills in a form that must be refused."""
    user = user_of(request)
    asked = request.GET if "mine" in request.GET else None
    choose = MineForm(user, asked)
    if asked is None or not choose.is_valid():
        return render_form(request, "resident_teams/choose.html", choose)
    mine: Mine = choose.cleaned_data["mine"]
    if request.method == "GET" and (there := visible(user).filter(mine=mine, state__in=OPEN_STATES).first()):
        messages.info(request, _("A team is appointed for this mine or there already: change that mission."))
        return redirect("missions:mission", there.pk)
    standing = standing_now(mine, today_at(mine))
    form = PlanForm(mine, request.POST or None, initial=PlanForm.beginning(mine, standing))
    return _planned(request, form, None, standing)


@requires(PLAN)
def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a plan before the team is there."""
    found = _own(request, pk, MissionState.PLANNED)
    form = PlanForm(found.mine, request.POST or None, initial=PlanForm.of(found))
    return _planned(request, form, found, standing_now(found.mine, today_at(found.mine)))


def _planned(request: HttpRequest, form: PlanForm, found: Mission | None, standing: Any) -> HttpResponse:
    user = user_of(request)
    if form.is_valid():
        try:
            if found is None:
                kept = services.plan(user, form.plan())
            else:
                version = form.cleaned_data["expected_version"] or 0
                kept = services.change(found.pk, user, form.plan(), expected_version=version)
        except CaseError as error:
            _refuse(form, error)
        else:
            messages.success(request, _("The team is appointed; its people are told."))
            return redirect("missions:mission", kept.pk)
    context = {"mission": found, "mine": form.mine, "standing": standing}
    return render_form(request, "resident_teams/plan.html", form, **context)


@requires(PLAN)
def team(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change who is there while the mission goes on."""
    found = _own(request, pk, MissionState.ON_SITE)
    form = TeamChangeForm(found.mine, request.POST or None, initial=TeamForm.of(found))
    if form.is_valid():
        given = form.cleaned_data
        try:
            services.set_team(pk, user_of(request), given["lead"], form.people(), given["reason"])
        except CaseError as error:
            _refuse(form, error)
        else:
            messages.success(request, _("The team is changed."))
            return redirect("missions:mission", pk)
    return render_form(request, "resident_teams/team.html", form, mission=found)


def _own(request: HttpRequest, pk: UUID, state: str) -> Mission:
    found: Mission = get_object_or_404(visible(user_of(request), PLAN), pk=pk)
    if found.state != state:
        raise Http404(_("The mission has gone on meanwhile."))
    return found


def _refuse(form: forms.BaseForm, error: CaseError) -> None:
    if error.code == "forbidden":
        raise PermissionDenied(error.message)
    if error.code == "not_found":
        raise Http404(error.message)
    add(form, error)


@requires(VIEW_LOG)
@require_safe
def log(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The whole log, the newest day first."""
    found = _read(request, pk)
    page = keyset(entries(user_of(request)).filter(mission=found), request, order=LOG_ORDER)
    members = list(found.members.select_related("user").order_by("pk"))
    context = {
        "mission": found,
        "page": page,
        "missing": missing_of(found, members),
        "may": rights(request, found, members),
    }
    return render(request, "resident_teams/log.html", context)


def _read(request: HttpRequest, pk: UUID) -> Mission:
    found: Mission = get_object_or_404(visible(user_of(request), VIEW_LOG), pk=pk)
    request.focus_node = found.mine.node_id  # type: ignore[attr-defined] # the shell's tree opens there
    return found


@requires(LOG)
def write(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write a day."""
    found: Mission = get_object_or_404(visible(user_of(request), LOG), pk=pk)
    posted = (request.POST, {"photos": request.FILES.getlist("photos")}) if request.method == "POST" else (None, None)
    form = log_form(request, found, *posted)
    if form is None or found.state != MissionState.ON_SITE:
        raise PermissionDenied(_("Only the team itself writes here: the head can add you to it."))
    if form.is_valid():
        try:
            services.write_log(pk, form.cleaned_data["member"].pk, user_of(request), form.written())
        except CaseError as error:
            _refuse(form, error)
        else:
            messages.success(request, _("The day is written down."))
            return redirect(reverse("missions:mission", args=[pk]) + "#log")
    return render_form(request, "resident_teams/write.html", form, mission=found)


@requires(LOG)
def correct(request: HttpRequest, pk: UUID, row: int) -> HttpResponse:
    """Correct an entry; its earlier words stay."""
    found: Mission = get_object_or_404(visible(user_of(request), LOG), pk=pk)
    entry = get_object_or_404(entries(user_of(request)).filter(mission=found), pk=row)
    if user_of(request).pk not in (entry.written_by_id, found.lead_id):
        raise PermissionDenied(_("Only who wrote an entry, or the lead, corrects it."))
    posted = (request.POST, {"photos": request.FILES.getlist("photos")}) if request.method == "POST" else (None, None)
    form = CorrectForm(entry, *posted, auto_id="id_log_%s")
    if form.is_valid():
        try:
            services.correct_log(row, pk, user_of(request), form.written(), form.cleaned_data["reason"])
        except CaseError as error:
            _refuse(form, error)
        else:
            messages.success(request, _("The correction is kept, and so is what was written first."))
            return redirect(reverse("missions:mission", args=[pk]) + "#log")
    return render_form(request, "resident_teams/write.html", form, mission=found, entry=entry)


@requires(VIEW_LOG)
@require_safe
@cache_control(private=True, max_age=3600, immutable=True)
def photo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A picture or document of the log, byte for byte."""
    allowed = LogPhoto.objects.for_user(user_of(request), VIEW_LOG).select_related("file")
    found = get_object_or_404(allowed, pk=pk)
    return handed_out(found.file, found.original_name)


@requires(RECORD)
@require_safe
def hazard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """To the page where a hazard is written down; it comes back here and is tied."""
    found: Mission = get_object_or_404(visible(user_of(request), LOG), pk=pk)
    return redirect(f"{reverse('hazards:new')}?mine={found.mine_id}&for=mission:{found.pk}")


@requires(VIEW_LOG)
@require_safe
def report(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The mission on paper: everything that its page and its log say."""
    found = get_object_or_404(
        visible(user_of(request), VIEW_LOG).select_related("planned_by", "ended_by", "asked_by"), pk=pk
    )
    context = mission_context(request, found)
    context["entries"] = entries(user_of(request)).filter(mission=found).order_by("day", "pk")
    return render(request, "resident_teams/report.html", context)
