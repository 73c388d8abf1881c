"""The pages of a register: list, record, new, corrected, withdrawn. ``addresses`` puts them under URLs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from minewarden.center.cases.models import Case
from minewarden.center.cases.queries import COUNT_CAP, Total
from minewarden.center.cases.queries import visible as visible_cases
from minewarden.center.lists.queries import listing, start_of
from minewarden.center.lists.spec import ListSpec
from minewarden.center.registry.access import permissions_of, user_of
from minewarden.center.registry.models import Node
from minewarden.center.registry.scope import may
from minewarden.center.ui.forms import attempt, render_form
from minewarden.center.ui.paging import keyset

from .filters import LedgerFilter
from .forms import RecordForm, WithdrawForm
from .models import Recorded

Text = str | Promise
SHOWN_CASES: Final = 200


@dataclass(frozen=True)
class Words:
    """What the pages of a register say."""

    add: Text
    empty: Text
    hint: Text


@dataclass(frozen=True)
class Register:
    """One register. ``rows(user)`` starts from ``for_user``; ``pages`` are the URL names of record, add, edit and
    withdraw; ``facts(record)`` are label and text; ``cases(record)`` the keys of cases that belong to it."""

    spec: ListSpec
    words: Words
    permission: str
    rows: Callable[[Any], QuerySet[Any]]
    order: tuple[str, ...]
    filter: type[LedgerFilter]
    form: type[RecordForm]
    namespace: str
    name: str
    add: Callable[..., Any]
    change: Callable[..., Any]
    withdraw: Callable[..., Any]
    facts: Callable[[Any], list[tuple[Text, Any]]]
    node: Callable[[Any], Node]
    cases: Callable[[Any], Any] | None = None

    def page(self, what: str = "") -> str:
        """The URL name of the record's page, or of ``add``, ``edit``, ``withdraw``."""
        return f"{self.namespace}:{self.name}{'_' + what if what else ''}"


def list_page(request: HttpRequest, register: Register) -> HttpResponse:
    """The records that the user may see, narrowed as the address says."""
    user = user_of(request)
    listed = listing(request, register.spec)
    if begin := start_of(request, listed):
        return redirect(begin)
    form = register.filter(user, register.spec.permission, request.GET)
    rows = form.narrowed(register.rows(user))
    page = keyset(rows, request, order=register.order)
    context = {
        "form": form,
        "page": page,
        "listing": listed,
        "register": register,
        "total": _total(rows, page),
        "may_add": register.permission in permissions_of(request),
        "add_url": register.page("add"),
    }
    return render(
        request,
        "ledgers/list.html",
        context,
        status=HTTPStatus.OK if form.is_valid() else HTTPStatus.UNPROCESSABLE_ENTITY,
    )


def _total(rows: QuerySet[Any], page: Any) -> Total:
    if not page.next and not page.previous:
        return Total(len(page.rows), more=False)
    count = rows.order_by().values("pk")[: COUNT_CAP + 1].count()
    return Total(min(count, COUNT_CAP), more=count > COUNT_CAP)


def record_page(
    request: HttpRequest, register: Register, pk: int, withdraw: WithdrawForm | None = None
) -> HttpResponse:
    """One record: what it says, its cases, and where its history stands."""
    user = user_of(request)
    record: Recorded = get_object_or_404(register.rows(user), pk=pk)
    node = register.node(record)
    request.focus_node = node.pk  # type: ignore[attr-defined] # the shell's tree opens there
    keys: list[Any] | None = register.cases(record) if register.cases else None
    may_change = not record.withdrawn and may(user, register.permission, node)
    shows_cases = keys is not None and "cases.view" in permissions_of(request)
    cases: QuerySet[Case] | tuple[()] = visible_cases(user).filter(pk__in=keys or []) if shows_cases else ()
    context = {
        "register": register,
        "record": record,
        "facts": [(label, value) for label, value in register.facts(record) if value not in ("", None)],
        "shows_cases": shows_cases,
        "cases": cases.order_by("-found_at", "pk")[:SHOWN_CASES] if isinstance(cases, QuerySet) else (),
        "may_change": may_change,
        "may_audit": may(user, "audit.view", node),
        "object_type": record._meta.label_lower,
        "edit_url": register.page("edit"),
        "withdraw_url": register.page("withdraw"),
        "withdraw_form": withdraw or WithdrawForm(initial={"expected_version": record.version}),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if withdraw is not None else HTTPStatus.OK
    return render(request, "ledgers/record.html", context, status=status)


def add_page(request: HttpRequest, register: Register) -> HttpResponse:
    """A new record."""
    user = user_of(request)
    initial = {"mine": request.GET.get("mine")} if request.GET.get("mine", "").isdecimal() else {}
    form = register.form(user, register.permission, request.POST or None, initial=initial)
    made = attempt(form, lambda: register.add(user, **form.given()))
    if made is None:
        return render_form(request, "registry/form.html", form, heading=register.words.add)
    messages.success(request, _("Recorded: %(what)s.") % {"what": made})
    return redirect(register.page(), made.pk)


def edit_page(request: HttpRequest, register: Register, pk: int) -> HttpResponse:
    """A record corrected. What was changed meanwhile is not overwritten."""
    user = user_of(request)
    record = get_object_or_404(_writable(request, register), pk=pk)
    form = register.form(user, register.permission, request.POST or None, instance=record)
    if attempt(form, lambda: register.change(user, record, **form.given())) is None:
        return render_form(request, "registry/form.html", form, heading=_("Correct: %(what)s") % {"what": record})
    messages.success(request, _("The correction is kept."))
    return redirect(register.page(), pk)


def withdraw_page(request: HttpRequest, register: Register, pk: int) -> HttpResponse:
    """A record that was a mistake: it stays to be read and no longer counts."""
    record = get_object_or_404(_writable(request, register), pk=pk)
    form = WithdrawForm(request.POST)
    if attempt(form, lambda: register.withdraw(user_of(request), record, **form.cleaned_data)) is None:
        return record_page(request, register, pk, form)
    messages.success(request, _("Withdrawn. It no longer counts in any figure."))
    return redirect(register.page(), pk)


def _writable(request: HttpRequest, register: Register) -> QuerySet[Any]:
    """The records that the user may correct."""
    user = user_of(request)
    allowed = register.rows(user).model.objects.for_user(user, register.permission).values("pk")
    return register.rows(user).filter(pk__in=allowed)
