"""The pages of a step for many cases: choose, look, confirm, see what became of each."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from minewarden.center.lists.models import BulkRun, BulkState
from minewarden.center.lists.queries import normal_query
from minewarden.center.registry.access import permissions_of, requires, user_of

from .bulk import Preview, bulk_actions, confirm, plan, preview
from .errors import CaseError
from .filter_form import CaseFilter
from .models import Case
from .queries import narrowed
from .transitions import Move
from .wording import REASONS, action_label, consequence

SHOWN: Final = 100  # of the cases that change, and of those skipped


class BulkForm(forms.Form):
    """What a step asks for, once for all cases; only what one of them wants."""

    due_at = forms.DateField(label=gettext_lazy("Put right by the end of"), widget=forms.DateInput({"type": "date"}))
    responsible = forms.CharField(label=gettext_lazy("Who is responsible"), max_length=60)
    reason = forms.CharField(max_length=2000, widget=forms.Textarea({"rows": 3}))

    def __init__(self, action: str, moves: set[Move], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not any(move.wants_due_at for move in moves):
            del self.fields["due_at"]
        if not any(move.wants_responsible for move in moves):
            del self.fields["responsible"]
        self.fields["reason"].required = any(move.wants_reason for move in moves)
        self.fields["reason"].label = str(REASONS.get(action, _("Remark")))

    def clean_due_at(self) -> Any:
        """A date that has passed would make every case overdue at birth."""
        day = self.cleaned_data["due_at"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("The due date has passed already: choose a later one."))
        return day

    def given(self) -> dict[str, str]:
        """The cleaned input as text. Only of a valid form."""
        return {name: str(value) for name, value in self.cleaned_data.items() if value}


@requires("cases.view")
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Keep what was ticked, or all that fits the filters, and go to the look at it."""
    user, action = user_of(request), request.POST.get("action", "")
    query = normal_query(request.POST.get("query", ""))
    if action and action not in dict(bulk_actions(permissions_of(request))):
        raise PermissionDenied
    cases: QuerySet[Case] = Case.objects.for_user(user, "cases.view")
    if "everything" in request.POST:
        cases = narrowed(cases, CaseFilter(user, QueryDict(query)).filters())
    else:
        cases = cases.filter(pk__in=_ticked(request))
    try:
        run = plan(user, action, cases, query)
    except CaseError as error:
        messages.error(request, error.message)
        return redirect(f"{reverse('cases:list')}?{query or 'all=on'}")
    return redirect("cases:bulk_run", run.pk)


def _ticked(request: HttpRequest) -> list[UUID]:
    keys = []
    for text in request.POST.getlist("case")[:1000]:
        try:
            keys.append(UUID(text))
        except ValueError:
            continue  # nothing that a page of ours sends
    return keys


@requires("cases.view")
@require_http_methods(["GET", "HEAD", "POST"])
def bulk_run(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Look at a run, confirm it, and see what became of it."""
    user = user_of(request)
    run = get_object_or_404(BulkRun, pk=pk, user=user, list_key="cases")
    if run.state != BulkState.PLANNED:
        return _result(request, run)
    seen = preview(run, user)
    form = BulkForm(run.action, seen.moves, request.POST if request.method == "POST" else None)
    if seen.changing and form.is_valid():
        confirm(run, user, form.given())
        return redirect("cases:bulk_run", pk)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "cases/bulk.html", _context(run) | _shown(seen) | {"form": form}, status=status)


def _context(run: BulkRun) -> dict[str, Any]:
    return {
        "run": run,
        "label": action_label(run.action),
        "consequence": consequence(run.action),
        "back": f"{reverse('cases:list')}?{run.back or 'all=on'}",
    }


def _shown(seen: Preview) -> dict[str, Any]:
    return {
        "changing": seen.changing[:SHOWN],
        "skipped": seen.skipped[:SHOWN],
        "count": len(seen.changing),
        "count_skipped": len(seen.skipped),
        "reasons": seen.reasons,
        "gone": seen.gone,
        "hidden": max(0, len(seen.changing) - SHOWN) + max(0, len(seen.skipped) - SHOWN),
    }


def _result(request: HttpRequest, run: BulkRun) -> HttpResponse:
    """How many were changed, and each that was not with its reason."""
    left = [(key, reason) for key, reason in run.results if reason]
    visible = Case.objects.for_user(user_of(request), "cases.view").select_related("mine")
    cases = {str(case.pk): case for case in visible.filter(pk__in=[key for key, _reason in left[:SHOWN]])}
    context = _context(run) | {
        "done": len(run.results) - len(left),
        "of": len(run.rows),
        "left": [(cases.get(key), reason) for key, reason in left[:SHOWN]],
        "count_left": len(left),
        "running": run.state == BulkState.RUNNING,
    }
    return render(request, "cases/bulk_result.html", context)
