"""The page on which a hazard is written down, and what it shows beside it. All of it works without JavaScript."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import Case
from minewarden.center.cases.queries import visible
from minewarden.center.cases.record import record
from minewarden.center.cases.views import version_of
from minewarden.center.registry.access import requires, user_of
from minewarden.center.registry.models import Place

from .clauses.queries import clauses_on
from .forms import FixesForm, HazardForm, JudgeForm, shown_mine
from .look import MINES_MOST, answers_in, grade_now, look, mines_of, unfinished
from .models import Answer, Hazard
from .panel import Refused
from .returning import go_on, written_for
from .services import judge, record_hazard, relate, write_fixes
from .suggestion.services import suggest

REMEMBERED: Final = "hazards.last"  # in the session: what the next hazard begins with


@requires("hazards.record")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write a hazard down. ``look`` only shows what is known beside it, for who has no JavaScript."""
    user = user_of(request)
    if request.method != "POST":
        return _page(request, HazardForm(user, initial=_beginning(request)))
    form = HazardForm(user, request.POST, {"photos": request.FILES.getlist("photos")})
    if "look" in request.POST:
        return _page(request, HazardForm(user, initial=request.POST.dict()))
    if form.is_valid():
        given = dict(form.cleaned_data)
        parts = form.grade_parts()
        try:
            case = record_hazard(
                user,
                grade_parts=parts,
                relations=answers_in(request.POST),
                proposed=request.POST.getlist("proposed"),
                **{name: value for name, value in given.items() if name not in parts},
            )
        except CaseError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            request.session[REMEMBERED] = {"mine": shown_mine(given["mine"]), "source": given["source"]}
            _say(request, case.pk == given["case_id"], case.number)
            return redirect(go_on(request, case) or reverse("cases:detail", args=[case.pk]))
    return _page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)


def _say(request: HttpRequest, is_new: bool, number: str) -> None:
    words = _("Written down as %(number)s.") if is_new else _("Added to %(number)s, which is still open.")
    messages.success(request, words % {"number": number})


def _beginning(request: HttpRequest) -> dict[str, Any]:
    """What the form begins with: the address says it, else the last hazard's mine and source."""
    beginning = dict(request.session.get(REMEMBERED, {}))
    place = request.GET.get("place", "")
    if place.isascii() and place.isdigit():
        allowed = Place.objects.for_user(user_of(request), "hazards.record").select_related("mine")
        if at := allowed.filter(pk=place).first():
            beginning |= {"mine": shown_mine(at.mine), "place": at.name}
    mine = request.GET.get("mine", "")
    if mine.isascii() and mine.isdigit() and (of := mines_of(user_of(request)).filter(pk=mine).first()):
        beginning["mine"] = shown_mine(of)
    return beginning


def _page(request: HttpRequest, form: HazardForm, status: int = HTTPStatus.OK) -> HttpResponse:
    user = user_of(request)
    data = form.data if form.is_bound else form.initial
    known = unfinished(user, data)
    context = {
        "form": form,
        "known": known,
        "mines": mines_of(user)[:MINES_MOST],
        "clauses": clauses_on(known.day),
        "places": Place.objects.filter(mine=known.mine).order_by("name", "pk") if known.mine else (),
        "look": look(user, known),
        "judgement": grade_now(known.clause_code, known.day, data),
        "kept_files": bool(request.FILES),
        "suggested": suggest(f"{known.title} {known.description}", known.day),
        "written_for": written_for(request),
    }
    return render(request, "hazards/new.html", context, status=status)


@requires("hazards.record")
@require_POST
def look_beside(request: HttpRequest) -> HttpResponse:
    """What is known beside what is typed so far; a fragment. By POST: what is typed is long, and not for a log."""
    user = user_of(request)
    known = unfinished(user, request.POST)
    return _fragment("look", {"known": known, "look": look(user, known)})


@requires("hazards.record")
@require_POST
def grade(request: HttpRequest) -> HttpResponse:
    """The grade of what is chosen so far; a fragment."""
    known = unfinished(user_of(request), request.POST)
    judged = grade_now(known.clause_code, known.day, request.POST)
    return _fragment("grade", {"judgement": judged})


@requires("hazards.record")
@require_POST
def places(request: HttpRequest) -> HttpResponse:
    """The places of the mine, for the list beside the field; a fragment."""
    known = unfinished(user_of(request), request.POST)
    rows = Place.objects.filter(mine=known.mine).order_by("name", "pk") if known.mine else ()
    return _fragment("places", {"places": rows})


def _fragment(name: str, context: dict[str, Any]) -> HttpResponse:
    """A part of the page, without what the frame around it would count."""
    return HttpResponse(render_to_string(f"hazards/_{name}.html", context))


@requires("cases.verify")
@require_POST
def judge_anew(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Judge by another clause or other parts."""
    case, hazard = _hazard(request, pk)
    form = JudgeForm(hazard, request.POST)
    if form.is_valid():
        given = {"clause_code": form.cleaned_data["clause_code"], "reason": form.cleaned_data["reason"]}
        version, parts = version_of(request), form.grade_parts()
        try:
            judge(pk, user_of(request), expected_version=version, grade_parts=parts, **given)
        except CaseError as error:
            return _refuse(request, case, Refused("judge", form), error)
        messages.success(request, _("Judged anew."))
        return redirect("cases:detail", pk)
    return _refuse(request, case, Refused("judge", form))


@requires("cases.rectify")
@require_POST
def five_fixes(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write the five fixes down, or change them."""
    case, hazard = _hazard(request, pk)
    form = FixesForm(request.POST, instance=hazard)
    if form.is_valid():
        try:
            write_fixes(pk, user_of(request), expected_version=version_of(request), **form.fixes())
        except CaseError as error:
            return _refuse(request, case, Refused("fixes", form), error)
        messages.success(request, _("The five fixes are kept."))
        return redirect("cases:detail", pk)
    return _refuse(request, case, Refused("fixes", form))


@requires("hazards.record")
@require_POST
def relate_to(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say what a case has to do with another one."""
    case, _hazard_of_it = _hazard(request, pk)
    try:
        other = UUID(request.POST.get("other", ""))
    except ValueError:
        raise Http404 from None
    answer = request.POST.get("answer", "")
    try:
        relate(pk, user_of(request), expected_version=version_of(request), other_id=other, answer=answer)
    except CaseError as error:
        return _refuse(request, case, None, error)
    messages.success(request, _("Your answer is kept."))
    return redirect("cases:detail", other if answer == Answer.SAME else pk)


def _hazard(request: HttpRequest, pk: UUID) -> tuple[Case, Hazard]:
    """The case of the page with its hazard, if the user may see it."""
    cases = visible(user_of(request)).select_related("found_by", "hazard")
    case = get_object_or_404(cases, pk=pk, hazard__isnull=False)
    return case, case.hazard


def _refuse(request: HttpRequest, case: Case, refused: Refused | None, error: CaseError | None = None) -> HttpResponse:
    """The page of the case once more, with what was typed and why it was not kept."""
    if error is not None and error.code == "forbidden":
        raise PermissionDenied(error.message)
    if error is not None and error.code == "not_found":
        raise Http404(error.message)
    if error is not None and refused is not None and error.field in refused.form.fields:
        refused.form.add_error(error.field, error.message)
        error = None
    request.hazard_refused = refused  # type: ignore[attr-defined] # the panel is asked by the page of cases
    request.focus_node = case.node_id  # type: ignore[attr-defined] # the shell's tree opens there
    now, _hazard_now = _hazard(request, case.pk)
    context = record(request, now) | {"error": error.message if error else ""}
    return render(request, "cases/detail.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
