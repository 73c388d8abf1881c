"""Pages of what follows: charges against who accepted, and supervision orders that inspectors proposed."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from minewarden.center.cases.errors import CaseError
from minewarden.center.registry.access import permissions_of, requires, user_of
from minewarden.center.ui.paging import keyset

from . import charges as service
from .forms import DecisionForm, OrderForm
from .models import Charge, ChargeState, Check, Pressing
from .population import PLAN
from .queries import VIEW, charges, day_end, proposals

PROPOSALS = 50  # above the charges; more come when these are decided


@requires(VIEW)
@require_safe
def charge_list(request: HttpRequest) -> HttpResponse:
    """Charges, the newest first, and above them the supervision orders that wait for a decision."""
    user = user_of(request)
    state = request.GET.get("state", "")
    rows = charges(user).filter(state=state) if state in ChargeState.values else charges(user)
    page = keyset(rows, request, order=("-raised_at", "pk"))
    waiting = list(proposals(user).order_by("at", "pk")[:PROPOSALS])
    context = {"page": page, "state": state, "states": ChargeState.choices, "proposals": waiting}
    return render(request, "lookback/charges.html", context)


@requires(VIEW)
def charge(request: HttpRequest, pk: int) -> HttpResponse:
    """One charge; who may decide it finds the form."""
    user = user_of(request)
    found = get_object_or_404(charges(user).select_related("mine__node"), pk=pk)
    may_decide = _may_decide(request, found)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not may_decide:
            raise PermissionDenied
        if form.is_valid():
            try:
                uphold = request.POST.get("uphold") == "yes"
                service.decide(pk, user, uphold=uphold, decision=form.cleaned_data["decision"])
            except CaseError as error:
                form.add_error(error.field or None, error.message)
            else:
                messages.success(request, _("Decided. Both sides can read it here."))
                return redirect("lookback:charge", pk)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    context = {"charge": found, "form": form if may_decide else None, "check": found.check_made}
    return render(request, "lookback/charge.html", context, status=status)


def _may_decide(request: HttpRequest, found: Charge) -> bool:
    user = user_of(request)
    if found.state != ChargeState.OPEN or PLAN not in permissions_of(request):
        return False
    if user.pk in (found.raised_by_id, found.against_id):
        return False
    return Charge.objects.for_user(user, PLAN).filter(pk=found.pk).exists()


@requires(PLAN)
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the supervision order that was proposed, or say why not."""
    user = user_of(request)
    rows = Check.objects.for_user(user, PLAN).select_related("case__mine", "case__node", "mine", "by", "order")
    check = get_object_or_404(rows.exclude(pressing=Pressing.NONE), pk=pk)
    form = OrderForm(
        check.case, user, request.POST if request.method == "POST" else None, initial={"reason": check.remarks}
    )
    declined = request.method == "POST" and request.POST.get("decision") == "decline"
    if request.method == "POST":
        try:
            if declined:
                service.decline_order(pk, user, request.POST.get("reason", ""))
                messages.success(request, _("The proposal is declined with your reason."))
                return redirect("lookback:charges")
            if form.is_valid():
                given = form.cleaned_data
                opened = service.open_order(
                    pk,
                    user,
                    bound=given["bound"],
                    due_at=day_end(given["due"]),
                    reason=given["reason"],
                    number=given["document_number"],
                )
                messages.success(
                    request, _("The supervision order is opened as %(number)s.") % {"number": opened.number}
                )
                return redirect("cases:detail", opened.pk)
        except CaseError as error:
            if error.code == "not_found":
                raise Http404(error.message) from error
            form.add_error(error.field if error.field in form.fields else None, error.message)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "lookback/order.html", {"check": check, "form": form}, status=status)
