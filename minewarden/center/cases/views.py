"""Pages of cases. Everything works without JavaScript; htmx only puts the record into the drawer."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from minewarden.center.lists.queries import listing, start_of
from minewarden.center.registry.access import permissions_of, requires
from minewarden.center.registry.models import User
from minewarden.center.ui.paging import keyset
from minewarden.center.ui.panels import record_panels

from . import extensions, services
from .agenda import agenda, tasks
from .bulk import bulk_actions
from .columns import CASES
from .errors import CaseError
from .forms import CaseFilter, DecisionForm, ExtensionForm, MoveForm, end_of_day
from .kept import handed_out
from .models import Case, Extension, Proof
from .queries import ORDER, capped_count, narrowed, visible
from .record import Failed, record, refused
from .transitions import table
from .wording import action_label

UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@requires("cases.view")
@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    """All cases that the user may see, the newest first, narrowed as the address says."""
    user = _user(request)
    listed = listing(request, CASES)
    if begin := start_of(request, listed):
        return redirect(begin)
    form = CaseFilter(user, request.GET)
    filters = form.filters()
    cases = narrowed(visible(user), filters)
    page = keyset(cases, request, order=ORDER)
    actions = bulk_actions(permissions_of(request))
    context = {
        "form": form,
        "page": page,
        "listing": listed,
        "ticks": bool(actions),
        "total": capped_count(user, filters, cases, page),
        "actions": actions,
        "may_open": "hazards.record" in permissions_of(request),
    }
    return render(request, "cases/list.html", context, status=HTTPStatus.OK if form.is_valid() else UNPROCESSABLE)


@requires("cases.assign")
@require_safe
def due(request: HttpRequest) -> HttpResponse:
    """The inspector's first page: what waits for a decision of the office, and what is late or soon due."""
    context = agenda(_user(request)) | {"may_open": "hazards.record" in permissions_of(request)}
    return render(request, "cases/due.html", context)


@requires("cases.rectify")
@require_safe
def mine_tasks(request: HttpRequest) -> HttpResponse:
    """The mine's first page: what to put right by when."""
    panels = record_panels("my_mine", request, None, permissions_of(request))
    return render(request, "cases/tasks.html", tasks(_user(request)) | {"panels": panels})


@requires("cases.view")
@require_safe
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One case: facts, history with proof, and what this reader may do next."""
    return _show(request, get_object_or_404(visible(_user(request)).select_related("found_by"), pk=pk))


def _show(request: HttpRequest, case: Case, failed: Failed | None = None) -> HttpResponse:
    request.focus_node = case.node_id  # type: ignore[attr-defined] # the shell's tree opens there
    status = HTTPStatus.UNPROCESSABLE_ENTITY if failed else HTTPStatus.OK
    context = record(request, case, failed)
    htmx = getattr(request, "htmx", None)
    if htmx and (htmx.current_url_abs_path or "").partition("?")[0] == reverse("cases:list"):
        # The row behind the drawer is drawn anew, with the columns that it has there.
        context |= {"listing": listing(request, CASES), "ticks": bool(bulk_actions(permissions_of(request)))}
    return render(request, "cases/detail.html", context, status=status)


@requires("cases.view")
@require_POST
def move(request: HttpRequest, pk: UUID, action: str) -> HttpResponse:
    """Do one step. Refused, the page comes back with what was typed; somebody else's faster step is told."""
    user = _user(request)
    case = get_object_or_404(visible(user).select_related("found_by"), pk=pk)
    known = {key[2]: entry for key, entry in table().moves.items() if key[0] == case.kind}
    if action not in known:
        raise Http404
    rule = table().move(case.kind, case.state, action) or known[action]
    form = MoveForm(case, rule, request.POST, {"proofs": request.FILES.getlist("proofs")})
    if not form.is_valid():
        return _show(request, case, Failed(action, form))
    try:
        services.move(case.pk, action, user, expected_version=version_of(request), **form.given())
    except CaseError as error:
        return _answer_refusal(request, case, action, form, error)
    messages.success(request, _("Done: %(what)s. %(case)s") % {"what": action_label(action), "case": case})
    return redirect("cases:detail", pk)


def version_of(request: HttpRequest, unreadable: int = 0) -> int:
    """The version that the form was made for; one that cannot be read fits no case."""
    text = request.POST.get("expected_version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else unreadable


def _answer_refusal(request: HttpRequest, case: Case, action: str, form: Any, error: CaseError) -> HttpResponse:
    if error.code == "forbidden":
        raise PermissionDenied(error.message)
    if error.code == "not_found":
        raise Http404(error.message)
    now = visible(_user(request)).select_related("found_by").get(pk=case.pk)
    return _show(request, now, refused(action, form, error))


@requires("cases.request_extension")
@require_POST
def request_extension(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for more time."""
    user = _user(request)
    case = get_object_or_404(visible(user).select_related("found_by"), pk=pk)
    form = ExtensionForm(request.POST)
    if not form.is_valid():
        return _show(request, case, Failed("extension_requested", form))
    until = end_of_day(form.cleaned_data["until"], ZoneInfo(case.time_zone))
    try:
        extensions.request_extension(
            pk, user, until=until, reason=form.cleaned_data["reason"], expected_version=version_of(request)
        )
    except CaseError as error:
        return _answer_refusal(request, case, "extension_requested", form, error)
    messages.success(request, _("Your request is with the office. Until it is decided the due date stands."))
    return redirect("cases:detail", pk)


@requires("cases.decide_extension")
@require_POST
def decide_extension(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant or refuse more time."""
    user = _user(request)
    extension = get_object_or_404(Extension.objects.for_user(user, "cases.view"), pk=pk)
    case = get_object_or_404(visible(user).select_related("found_by"), pk=extension.case_id)
    form = DecisionForm(request.POST)
    approve = request.POST.get("decision") == "approve"
    if not form.is_valid():
        return _show(request, case, Failed("extension_decided", form))
    try:
        extensions.decide_extension(
            pk, user, approve=approve, reason=form.cleaned_data["reason"], expected_version=version_of(request)
        )
    except CaseError as error:
        return _answer_refusal(request, case, "extension_decided", form, error)
    messages.success(request, _("More time is granted.") if approve else _("More time is refused."))
    return redirect("cases:detail", case.pk)


@requires("hazards.record")
@require_safe
def new(request: HttpRequest) -> HttpResponse:
    """Where a hazard is written down now; old bookmarks still lead there."""
    query = request.GET.urlencode()
    return redirect(reverse("hazards:new") + (f"?{query}" if query else ""))


@requires("cases.view")
@require_safe
@cache_control(private=True, max_age=3600, immutable=True)
def proof(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file of proof, byte for byte."""
    allowed = Proof.objects.for_user(_user(request), "cases.view").select_related("file")
    found = get_object_or_404(allowed, pk=pk)
    return handed_out(found.file, found.original_name)
