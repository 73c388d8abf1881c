"""Quarterly reports: who has reported, one report, and its signature."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth import authenticate
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from minewarden.center.audit.canonical import digest
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.facts import facts
from minewarden.center.cases.models import State
from minewarden.center.cases.views import version_of
from minewarden.center.major_hazards import queries, services
from minewarden.center.major_hazards.forms import ReportForm, SignForm
from minewarden.center.major_hazards.models import QuarterlyReport
from minewarden.center.major_hazards.quarters import Quarter
from minewarden.center.major_hazards.report_content import drafted
from minewarden.center.registry.access import requires, user_of
from minewarden.center.registry.models import Mine, User
from minewarden.center.registry.scope import may
from minewarden.center.ui.paging import keyset

YEARS = range(2020, 2100)


@requires("major.view")
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """Which mines have reported of a quarter; without a choice of the one that is reported now."""
    user, quarter = user_of(request), _asked_quarter(request)
    state = request.GET.get("state", "")
    mines = queries.with_reports(queries.reporting_mines(user), quarter)
    if state in queries.REPORT_STATES:
        mines = queries.in_report_state(mines, quarter, state)
    context = {
        "quarter": quarter,
        "counts": queries.reported(user, quarter),
        "late": timezone.localdate() > quarter.due_on,
        "state": state,
        "next_quarter": quarter.next if quarter < Quarter.of(timezone.localdate()) else None,
        "page": keyset(mines, request, order=("name", "pk")),
    }
    return render(request, "major_hazards/reports.html", context)


def _asked_quarter(request: HttpRequest) -> Quarter:
    """The quarter of the address, such as ``?quarter=2026-3``; one that makes no sense is the one reported now."""
    year, _dash, number = request.GET.get("quarter", "").partition("-")
    if year.isdecimal() and number in ("1", "2", "3", "4") and len(year) == 4 and int(year) in YEARS:
        return Quarter(int(year), int(number))
    return queries.current_quarter()


def _found(request: HttpRequest, mine: int, year: int, number: int) -> tuple[Mine, Quarter, QuarterlyReport | None]:
    """What the address names, if the user may see it and it is a quarter."""
    if year not in YEARS or not 1 <= number <= 4:
        raise Http404
    mines = Mine.objects.for_user(user_of(request), "major.view").select_related("node")
    found: Mine = get_object_or_404(mines, pk=mine)
    own = QuarterlyReport.objects.filter(mine=found, year=year, quarter=number)
    return found, Quarter(year, number), own.select_related("written_by", "signed_by").first()


@requires("major.view")
@require_safe
def report(request: HttpRequest, mine: int, year: int, number: int) -> HttpResponse:
    """One report: as it was signed, or as it would be signed now."""
    return _show(request, *_found(request, mine, year, number))


def _show(
    request: HttpRequest,
    mine: Mine,
    quarter: Quarter,
    report: QuarterlyReport | None,
    refused: ReportForm | SignForm | None = None,
) -> HttpResponse:
    user = user_of(request)
    request.focus_node = mine.node_id  # type: ignore[attr-defined] # the shell's tree opens there
    frozen = report.content if report is not None else None
    content: dict[str, Any] = drafted(mine, quarter) if frozen is None else frozen
    over = quarter.end(mine.time_zone) <= timezone.now()
    context = {
        "mine": mine,
        "quarter": quarter,
        "report": report,
        "content": content,
        "hazards": [_shown(row) for row in content["hazards"]],
        "over": over,
        "late": timezone.localdate() > quarter.due_on,
        "zone": mine.time_zone,
        **_forms(user, mine, report, over, refused),
    }
    if report is not None and frozen is not None:
        context["intact"] = digest(frozen) == report.sha256
        context["moved_on"] = drafted(mine, quarter)["figures"] != content["figures"]
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return render(request, "major_hazards/report.html", context, status=status)


def _forms(
    user: User, mine: Mine, report: QuarterlyReport | None, over: bool, refused: ReportForm | SignForm | None
) -> dict[str, Any]:
    """The forms that this reader may use now."""
    if report is not None and report.signed_at is not None:
        return {}
    forms: dict[str, Any] = {}
    if may(user, "major.write_report", mine.node):
        initial = {"remarks": report.remarks, "plan": report.plan} if report else None
        forms["report_form"] = refused if isinstance(refused, ReportForm) else ReportForm(initial=initial)
    if report is not None and over and may(user, "major.sign_report", mine.node):
        forms["sign_form"] = refused if isinstance(refused, SignForm) else SignForm()
    return forms


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """A hazard of the content, with words for its codes."""
    labels = dict(State.choices)
    level = row["listing_level"]
    return row | {
        "state_label": labels.get(row["state"], row["state"]),
        "listing_label": facts()["listing_level"].shown(level) if level else "",
    }


@requires("major.write_report")
@require_POST
def write_report(request: HttpRequest, mine: int, year: int, number: int) -> HttpResponse:
    """Keep the mine's words."""
    found, quarter, old = _found(request, mine, year, number)
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _show(request, found, quarter, old, form)
    try:
        services.write_report(
            found, quarter, user_of(request), expected_version=version_of(request, unreadable=-1), **form.cleaned_data
        )  # fmt: skip
    except CaseError as error:
        return _refuse(request, (found, quarter, old), form, error)
    messages.success(request, _("Written. The head of the mine signs it when the quarter is over."))
    return redirect("major_hazards:report", mine, year, number)


@sensitive_post_parameters("password")
@requires("major.sign_report")
@require_POST
def sign_report(request: HttpRequest, mine: int, year: int, number: int) -> HttpResponse:
    """Sign with the password. A wrong one counts like a failed login, and locks like one."""
    found, quarter, old = _found(request, mine, year, number)
    user, form = user_of(request), SignForm(request.POST)
    if form.is_valid():
        known = authenticate(request, username=user.get_username(), password=form.cleaned_data["password"])
        if known is None or known.pk != user.pk:
            form.add_error("password", _("The password is not right: nothing was signed."))
    if not form.is_valid():
        return _show(request, found, quarter, old, form)
    try:
        services.sign_report(found, quarter, user, expected_version=version_of(request, unreadable=-1))
    except CaseError as error:
        return _refuse(request, (found, quarter, old), form, error)
    messages.success(request, _("Signed. The report is with the office and can no longer be changed."))
    return redirect("major_hazards:report", mine, year, number)


def _refuse(
    request: HttpRequest,
    found: tuple[Mine, Quarter, QuarterlyReport | None],
    form: ReportForm | SignForm,
    error: CaseError,
) -> HttpResponse:
    if error.code == "forbidden":
        raise PermissionDenied(error.message)
    form.add_error(error.field if error.field in form.fields else None, error.message)
    return _show(request, *found, form)
