"""The steps of a mission's page: each a form that is sent from there and comes back there when it is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from minewarden.center.cases.errors import CaseError
from minewarden.center.registry.access import requires, user_of
from minewarden.center.registry.models import User

from . import services
from .page import FORMS, Failed, mission_context
from .queries import visible
from .team import ALLOW, LOG, PLAN

Do = Callable[[UUID, User, dict[str, Any]], Any]
DoRow = Callable[[int, UUID, User, dict[str, Any]], Any]


@dataclass(frozen=True)
class Step:
    """One step: what it wants, who may at all (the service asks where), what is said when it is done, and the part of
    the page where the reader goes on."""

    name: str
    permission: str
    do: Do
    said: str | Promise
    part: str = ""


@dataclass(frozen=True)
class RowStep:
    """The same for one line of the page: a measure, a condition."""

    name: str
    permission: str
    do: DoRow
    said: str | Promise
    part: str


STEPS = (
    Step("arrive", PLAN, lambda pk, user, given: services.arrive(pk, user, **given), _("The team is on site.")),
    Step("prolong", PLAN, lambda pk, user, given: services.prolong(pk, user, **given), _("The last day is changed.")),
    Step(
        "call_off", PLAN, lambda pk, user, given: services.call_off(pk, user, **given), _("The mission is called off.")
    ),
    Step(
        "ask",
        LOG,
        lambda pk, user, given: services.ask_departure(pk, user, **given),
        _("Asked. Another head decides whether the team leaves."),
    ),
    Step("allow", ALLOW, lambda pk, user, given: services.allow_departure(pk, user, **given), _("The team departs.")),
    Step("decline", ALLOW, lambda pk, user, given: services.decline_departure(pk, user, **given), _("The team stays.")),
    Step("tie", LOG, lambda pk, user, given: services.tie_case(pk, user, **given), _("The case is tied."), "cases"),
    Step(
        "measure",
        LOG,
        lambda pk, user, given: services.agree_measure(pk, user, **given),
        _("The measure is written down."),
        "measures",
    ),
    Step(
        "help",
        LOG,
        lambda pk, user, given: services.give_help(pk, user, **given),
        _("The help is written down."),
        "help",
    ),
)
ROW_STEPS = (
    RowStep(
        "confirm",
        LOG,
        lambda row, pk, user, given: services.confirm_condition(row, pk, user, **given),
        _("The condition is confirmed."),
        "conditions",
    ),
    RowStep(
        "untie",
        LOG,
        lambda row, pk, user, given: services.untie_case(row, pk, user, **given),
        _("The case is no longer tied."),
        "cases",
    ),
    RowStep(
        "done",
        LOG,
        lambda row, pk, user, given: services.measure_done(row, pk, user, **given),
        _("The measure is done."),
        "measures",
    ),
    RowStep(
        "withdraw_measure",
        LOG,
        lambda row, pk, user, given: services.withdraw_measure(row, pk, user, **given),
        _("The measure is taken back; it stays to be read."),
        "measures",
    ),
    RowStep(
        "withdraw_help",
        LOG,
        lambda row, pk, user, given: services.withdraw_help(row, pk, user, **given),
        _("The line is taken back."),
        "help",
    ),
)


def show(request: HttpRequest, pk: UUID, failed: Failed | None = None) -> HttpResponse:
    """The page of a mission; 422 where a step came back."""
    found = visible(user_of(request)).select_related("mine__node__parent", "planned_by", "ended_by", "asked_by")
    mission = get_object_or_404(found, pk=pk)
    request.focus_node = mission.mine.node_id  # type: ignore[attr-defined] # the shell's tree opens there
    status = HTTPStatus.UNPROCESSABLE_ENTITY if failed else HTTPStatus.OK
    return render(request, "resident_teams/mission.html", mission_context(request, mission, failed), status=status)


def addresses() -> list[URLPattern]:
    """The addresses of all steps."""
    steps = [path(f"<uuid:pk>/{step.name}/", _view(step), name=step.name) for step in STEPS]
    rows = [path(f"<uuid:pk>/{step.name}/<int:row>/", _view(step), name=step.name) for step in ROW_STEPS]
    return steps + rows


def _view(step: Step | RowStep) -> Callable[..., Any]:
    @requires(step.permission)
    @require_POST
    def view(request: HttpRequest, pk: UUID, row: int | None = None) -> HttpResponse:
        form = FORMS[step.name](request.POST, auto_id=f"id_{step.name}_{row or ''}%s")
        get_object_or_404(visible(user_of(request), step.permission), pk=pk)
        if not form.is_valid():
            return show(request, pk, Failed(step.name, form, row))
        try:
            if isinstance(step, RowStep):
                step.do(row or 0, pk, user_of(request), form.cleaned_data)
            else:
                step.do(pk, user_of(request), form.cleaned_data)
        except CaseError as error:
            return refused(request, pk, Failed(step.name, form, row), error)
        messages.success(request, str(step.said))
        part = f"#{step.part}" if step.part else ""
        return redirect(reverse("missions:mission", args=[pk]) + part)

    return view


def refused(request: HttpRequest, pk: UUID, failed: Failed, error: CaseError) -> HttpResponse:
    """Put a service's refusal into the form it belongs to, and show the page again."""
    if error.code == "forbidden":
        raise PermissionDenied(error.message)
    if error.code == "not_found":
        raise Http404(error.message)
    add(failed.form, error)
    return show(request, pk, failed)


def add(form: forms.BaseForm, error: CaseError) -> None:
    """What was wrong, beside its field where there is one."""
    form.add_error(error.field if error.field in form.fields else None, error.message)
