"""The inspector's page: the way of the day mine by mine, one case after the other, its result in one form."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import Case, Proof, Slot, State, Transition
from minewarden.center.cases.seen import seen_of
from minewarden.center.cases.transitions import table
from minewarden.center.registry.access import requires, user_of

from .checks import Found, gone_words, record, skip
from .forms import ReasonForm, ResultForm
from .models import Check, CheckState, Result
from .population import ACCEPT, FAILED, LOOK, PASSED
from .queries import is_late, mine_to_do, route
from .rules import rules

AT_A_MINE = 200  # checks of one mine on one page; the rest follow when these are done
BEFORE = (Slot.FOUND,)
AFTER = (Slot.RECTIFIED, Slot.SELF_CHECKED, Slot.CHECKED)


@requires(LOOK)
@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """What waits for me: the way on the left, one case in the middle, the next one follows at once."""
    return _show(request)


def _show(
    request: HttpRequest, form: ResultForm | None = None, skip_form: ReasonForm | None = None, error: str = ""
) -> HttpResponse:
    user = user_of(request)
    stops = route(user)
    failed_at = request.resolver_match.kwargs.get("pk") if request.resolver_match else None
    mine_id = _mine(request, stops, failed_at)
    rows = mine_to_do(user).filter(mine=mine_id, state=CheckState.WAITING)
    rows = rows.select_related("case__place", "case__hazard", "mine", "city", "acceptor", "campaign")
    checks = list(rows.order_by("case__number")[:AT_A_MINE])
    wished = str(failed_at or request.GET.get("check", ""))
    at = next((place for place, check in enumerate(checks) if str(check.pk) == wished), None)
    kept_words = ""
    if at is None:
        # Nothing that was typed for one case may ever stand beside another.
        kept_words = _typed(form, skip_form) if failed_at else ""
        form = skip_form = None
        at = _after(checks, request.GET.get("after", ""))
    context: dict[str, Any] = {
        "stops": stops,
        "left": sum(stop["left"] for stop in stops),
        "done": sum(stop["done"] for stop in stops),
        "checks": checks,
        "mine_id": mine_id,
        "error": error,
        "kept_words": kept_words,
    }
    if checks:
        context |= _one(checks[at], form, skip_form)
        context |= {
            "previous": checks[at - 1] if at else None,
            "next": checks[at + 1] if at + 1 < len(checks) else None,
            "next_stop": _next_stop(stops, mine_id),
        }
        request.focus_node = checks[at].mine.node_id  # type: ignore[attr-defined] # the shell's tree opens there
    wrong = error or kept_words or (form and form.errors) or (skip_form and skip_form.errors)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "lookback/work.html", context, status=status)


def _typed(form: ResultForm | None, skip_form: ReasonForm | None) -> str:
    names = ("remarks", "charge") if form else ("reason",)
    data = (form or skip_form or ReasonForm()).data
    return "\n".join(text for name in names if (text := data.get(name, "").strip()))


def _mine(request: HttpRequest, stops: list[dict[str, Any]], check_id: int | None) -> int | None:
    """The mine that the page is about: of the refused check, the wished one, or the first where something waits."""
    wished = request.GET.get("mine", "")
    if check_id is not None:
        found = mine_to_do(user_of(request)).filter(pk=check_id).values_list("mine_id", flat=True).first()
        wished = str(found or "")
    ids = [stop["mine_id"] for stop in stops]
    start = ids.index(int(wished)) if wished.isdecimal() and len(wished) < 19 and int(wished) in ids else 0
    for stop in stops[start:] + stops[:start]:
        if stop["left"]:
            return int(stop["mine_id"])
    return None


def _next_stop(stops: list[dict[str, Any]], mine_id: int | None) -> dict[str, Any] | None:
    place = next((at for at, stop in enumerate(stops) if stop["mine_id"] == mine_id), 0)
    others = stops[place + 1 :] + stops[:place]
    return next((stop for stop in others if stop["left"]), None)


def _after(checks: list[Check], number: str) -> int:
    """Where the first case behind this number stands; the first of all behind the last."""
    return next((at for at, check in enumerate(checks) if check.case.number > number), 0)


def _one(check: Check, form: ResultForm | None, skip_form: ReasonForm | None) -> dict[str, Any]:
    """One case with everything that is needed at hand, in three queries."""
    proofs = Prefetch("proofs", Proof.objects.select_related("file"))
    history = list(
        Transition.objects.filter(case=check.case).select_related("actor").prefetch_related(proofs).order_by("version")
    )
    case = check.case
    case.mine = check.mine
    kept = [proof for step in history for proof in step.proofs.all()]
    gone = case.state != State.CLOSED
    phrases = rules().phrases
    return {
        "check": check,
        "case": case,
        "hazard": getattr(case, "hazard", None),
        "zone": check.mine.time_zone,
        "late": is_late(check),
        "accepted": next((step for step in reversed(history) if step.action == ACCEPT), None),
        "handed_in": next((step for step in reversed(history) if step.action in ("hand_in", "apply")), None),
        "before": [proof for proof in kept if proof.slot in BEFORE],
        "seen": seen_of(case),
        "after": [proof for proof in kept if proof.slot in AFTER],
        "gone": gone_words(case) if gone else "",
        "results": [
            {
                "value": result.value,
                "label": result.label,
                "key": key,
                "phrase": str(phrases[result]),
                "proof": _wants_proof(case, result),
            }
            for key, result in enumerate(Result, start=1)
        ],
        "form": form or ResultForm(initial={"expected_version": case.version}),
        "skip_form": skip_form or ReasonForm(initial={"reason": gone_words(case) if gone else ""}),
    }


def _wants_proof(case: Case, result: Result) -> bool:
    move = table().move(case.kind, State.CLOSED, PASSED if result == Result.PUT_RIGHT else FAILED)
    return move is not None and move.proof_at_least > 0


@requires(LOOK)
@require_POST
def save_result(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what was found, and go on to the next case. Refused, the page comes back with what was typed."""
    user = user_of(request)
    check = get_object_or_404(Check.objects.for_user(user, LOOK).select_related("case"), pk=pk)
    form = ResultForm(request.POST, {"proofs": request.FILES.getlist("proofs")})  # type: ignore[arg-type] # many files
    if not form.is_valid():
        return _show(request, form)
    given = form.cleaned_data
    found = Found(given["result"], given["remarks"], given["proofs"], given["propose_order"], given["charge"])
    try:
        done = record(pk, user, found, expected_version=given["expected_version"])
    except CaseError as error:
        return _answer(request, error, form)
    said = _("%(number)s: “%(result)s” is recorded.") % {
        "number": check.case.number,
        "result": done.get_result_display(),
    }
    messages.success(request, said)
    return _next(check)


@requires(LOOK)
@require_POST
def leave_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave a case out with a reason, and go on to the next."""
    user = user_of(request)
    check = get_object_or_404(Check.objects.for_user(user, LOOK).select_related("case"), pk=pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _show(request, skip_form=form)
    try:
        skip(pk, user, form.cleaned_data["reason"])
    except CaseError as error:
        return _answer(request, error, form)
    messages.success(request, _("%(number)s is left out with your reason.") % {"number": check.case.number})
    return _next(check)


def _next(check: Check) -> HttpResponse:
    query = urlencode({"mine": check.mine_id, "after": check.case.number})
    return redirect(f"{reverse('lookback:work')}?{query}")


def _answer(request: HttpRequest, error: CaseError, form: ResultForm | ReasonForm) -> HttpResponse:
    if error.code == "not_found":
        raise Http404(error.message)
    if error.code in ("forbidden", "not_yours"):
        raise PermissionDenied(error.message)
    said = error.message
    # The engine calls the words given with a step its reason.
    field = "remarks" if isinstance(form, ResultForm) and error.field == "reason" else error.field
    if field in form.fields:
        form.add_error(field, error.message)
        said = ""
    return (
        _show(request, form, error=said) if isinstance(form, ResultForm) else _show(request, skip_form=form, error=said)
    )
