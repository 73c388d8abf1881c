"""Pages of named problems: named, listed, one with its figures, its cases and its measures."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import State
from minewarden.center.cases.queries import visible as visible_cases
from minewarden.center.cases.transitions import table
from minewarden.center.hazards.clauses.queries import clauses_on
from minewarden.center.registry.access import permissions_of, requires, user_of
from minewarden.center.registry.scope import may
from minewarden.center.ui.forms import render_form
from minewarden.center.ui.paging import keyset

from . import following, naming, queries
from .chart import course_of
from .figures import shown_figures
from .models import Problem
from .page_forms import MeasureForm, NamingForm, TieForm, WhyForm
from .queries import NAMED_ORDER, told
from .services import NAME

VIEW_CASES: Final = "cases.view"
DONE: Final = (State.CLOSED, State.LOOKED_BACK)


@requires(VIEW_CASES)
@require_safe
def problem_list(request: HttpRequest) -> HttpResponse:
    """The problems that were named, the newest first."""
    rows = queries.problems(user_of(request))
    state = request.GET.get("state", "")
    if state == "open":
        rows = rows.exclude(case__state__in=table().done)
    elif state == "done":
        rows = rows.filter(case__state__in=DONE)
    page = keyset(rows, request, order=NAMED_ORDER)
    context = {"page": page, "rows": told(page.rows), "state": state, "may_name": NAME in permissions_of(request)}
    return render(request, "problems/problems.html", context)


@requires(NAME)
@require_http_methods(["GET", "HEAD", "POST"])
def name_candidate(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a problem of a candidate."""
    rows = queries.candidates(user_of(request))
    (found,) = told([get_object_or_404(rows, pk=pk)])
    words = "、".join(found.cluster.words) if found.cluster else ""
    title = f"{found.where}：{found.topic}{f'（{words}）' if words else ''}"[:120]
    form = NamingForm(user_of(request), found, request.POST or None, initial={"title": title})
    return _name(request, form)


@requires(NAME)
@require_http_methods(["GET", "HEAD", "POST"])
def name_by_hand(request: HttpRequest) -> HttpResponse:
    """Name a problem that the search did not."""
    return _name(request, NamingForm(user_of(request), None, request.POST or None))


def _name(request: HttpRequest, form: NamingForm) -> HttpResponse:
    if form.is_valid():
        try:
            made = naming.name_problem(user_of(request), form.naming())
        except CaseError as error:
            if error.code == "forbidden":
                raise PermissionDenied(error.message) from error
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, _("Named. Somebody else verifies it and assigns it to its owner."))
            return redirect("problems:problem", made.pk)
    clauses = clauses_on(timezone.localdate()) if form.candidate is None else ()
    return render_form(request, "problems/name.html", form, candidate=form.candidate, clauses=clauses)


@requires(VIEW_CASES)
@require_safe
def problem(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One problem: cause, plan, figures before and after, measures, cases."""
    return _show(request, pk)


def _show(request: HttpRequest, pk: UUID, failed: tuple[str, forms.Form] | None = None) -> HttpResponse:
    user = user_of(request)
    found: Problem = get_object_or_404(queries.problems(user), pk=pk)
    (found,) = told([found])
    request.focus_node = found.case.node_id  # type: ignore[attr-defined] # the shell's tree opens there
    is_open = found.case.state not in table().done
    may_tie = is_open and may(user, NAME, found.case.node)
    answers = found.case.state in following.STATES and following.may_answer(found, user)
    seen = set(visible_cases(user).filter(problem_ties__problem=found).values_list("pk", flat=True))
    ties = found.ties.select_related("case__mine", "tied_by", "untied_by").order_by("-case__found_at", "pk")
    context = {
        "problem": found,
        "figures": shown_figures(found),
        "kept": list(found.reckonings.order_by("-at", "-pk")[:12]),
        "course": course_of(found.figures.get("course", [])),
        "measures": list(found.measures.select_related("entered_by").order_by("since", "pk")),
        "ties": [tie for tie in ties if tie.case_id in seen],
        "hidden": found.ties.count() - len(seen),
        "may_tie": may_tie,
        "answers": answers,
        "tie_form": _form(failed, "tie", TieForm) if may_tie else None,
        "measure_form": _form(failed, "measure", MeasureForm) if answers else None,
        "why_form": WhyForm(),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if failed else HTTPStatus.OK
    return render(request, "problems/problem.html", context, status=status)


def _form(failed: tuple[str, forms.Form] | None, name: str, kind: type[forms.Form]) -> forms.Form:
    return failed[1] if failed is not None and failed[0] == name else kind()


@requires(NAME)
@require_POST
def tie(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say that cases belong to a problem."""
    form = TieForm(request.POST)

    def done() -> None:
        count = naming.tie(pk, user_of(request), form.numbers(), form.cleaned_data["why"])
        messages.success(request, _("%(n)s cases belong to it from now on.") % {"n": count})

    return _done(request, pk, "tie", form, done)


@requires("problems.answer")
@require_POST
def enter_measure(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write down what was done, and since when."""
    _answers(request, pk)
    form = MeasureForm(request.POST)

    def done() -> None:
        following.enter_measure(pk, user_of(request), **form.cleaned_data)
        messages.success(request, _("The measure is entered. From its day on before is compared with after."))

    return _done(request, pk, "measure", form, done)


@requires(NAME)
@require_POST
def untie(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a case does not belong to a problem."""
    problem_id = _problem_of(request, ties__pk=pk)
    form = WhyForm(request.POST)
    return _done(request, problem_id, "why", form, lambda: naming.untie(pk, user_of(request), form.cleaned_data["why"]))


@requires("problems.answer")
@require_POST
def withdraw_measure(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a measure does not count."""
    problem_id = _problem_of(request, measures__pk=pk)
    _answers(request, problem_id)
    form = WhyForm(request.POST)
    return _done(
        request,
        problem_id,
        "why",
        form,
        lambda: following.withdraw_measure(pk, user_of(request), form.cleaned_data["why"]),
    )


def _answers(request: HttpRequest, pk: UUID) -> None:
    """Nothing that was sent is read of who does not answer this very problem."""
    found: Problem = get_object_or_404(queries.problems(user_of(request)), pk=pk)
    if not following.may_answer(found, user_of(request)):
        raise PermissionDenied


def _problem_of(request: HttpRequest, **where: int) -> UUID:
    found = Problem.objects.for_user(user_of(request), VIEW_CASES).filter(**where).values_list("pk", flat=True).first()
    if found is None:
        raise Http404
    pk: UUID = found
    return pk


def _done(request: HttpRequest, pk: UUID, name: str, form: forms.Form, service: Callable[[], object]) -> HttpResponse:
    """Call a service with a valid form; what it refuses comes back beside the field."""
    if form.is_valid():
        try:
            service()
            return redirect("problems:problem", pk)
        except CaseError as error:
            if error.code == "not_found":
                raise Http404(error.message) from error
            if error.code == "forbidden":
                raise PermissionDenied(error.message) from error
            form.add_error(error.field if error.field in form.fields else None, error.message)
    if name == "why":
        messages.error(request, "；".join(str(fault) for faults in form.errors.values() for fault in faults))
    return _show(request, pk, (name, form))
