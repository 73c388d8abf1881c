"""Notices that the law wants: which wait, and the record that one came out."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from minewarden.center.cases.errors import CaseError
from minewarden.center.major_hazards import queries, services
from minewarden.center.major_hazards.forms import PublishForm
from minewarden.center.major_hazards.models import Of, Publication
from minewarden.center.registry.access import permissions_of, requires, user_of
from minewarden.center.ui.paging import keyset


@requires("major.view")
@require_safe
def publications(request: HttpRequest) -> HttpResponse:
    """Notices that wait, the most urgent first; those that are late; those that came out, the latest first."""
    user, now = user_of(request), timezone.now()
    state = request.GET.get("state", queries.WAITING)
    if state not in (queries.OVERDUE, queries.PUBLISHED):
        state = queries.WAITING
    order = ("-pk",) if state == queries.PUBLISHED else ("due_at", "pk")
    context = {
        "state": state,
        "page": keyset(queries.publications(user, state, now), request, order=order),
        "overdue": queries.overdue_publications(user, now),
        "may_publish": "major.publish" in permissions_of(request),
        "removal": Of.REMOVAL,
    }
    return render(request, "major_hazards/publications.html", context)


@requires("major.publish")
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Record where and when the notice of a stop order came out."""
    user = user_of(request)
    allowed = Publication.objects.for_user(user, "major.publish").select_related("case__mine", "case__node", "step")
    found: Publication = get_object_or_404(allowed, pk=pk)
    if found.of == Of.REMOVAL:
        return redirect("cases:detail", found.case_id)
    initial = {"published_on": timezone.localdate()}
    form = PublishForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            services.publish(pk, user, **form.cleaned_data)
        except CaseError as error:
            if error.code == "forbidden":
                raise PermissionDenied(error.message) from error
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, _("Recorded: the stop order of %(case)s is published.") % {"case": found.case})
            return redirect("major_hazards:publications")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "major_hazards/publish.html", {"form": form, "publication": found}, status=status)
