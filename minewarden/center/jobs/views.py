"""Pages of jobs. Without JavaScript they are loaded again by hand; htmx asks each second while a job is under way."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from minewarden.center.registry.access import requires, user_of
from minewarden.center.ui.paging import keyset

from . import services
from .forms import JobFilter
from .models import Job, JobState
from .periodic import PERIODIC
from .queries import ORDER, visible


@requires("jobs.view")
@require_safe
def job_list(request: HttpRequest) -> HttpResponse:
    """All jobs, the newest first; of those that come every few minutes and went well only where they are asked for."""
    form = JobFilter(request.GET)
    rows = visible(user_of(request)).defer("payload", "kept", "result")
    if form.is_valid() and (state := form.cleaned_data["state"]):
        rows = rows.filter(state=state)
    else:
        rows = rows.exclude(state=JobState.DONE, unique_key__startswith=PERIODIC)
    return render(request, "jobs/list.html", {"form": form, "page": keyset(rows, request, order=ORDER)})


def _job(request: HttpRequest, pk: UUID) -> Job:
    return get_object_or_404(visible(user_of(request)), pk=pk)


@login_required
@require_safe
@never_cache
def job(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One job: how far it is, and what came of it."""
    return render(request, "jobs/job.html", {"job": _job(request, pk)})


@login_required
@require_safe
@never_cache
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The progress alone, for htmx: rendered without the frame, whose counts would cost more than the job."""
    return HttpResponse(render_to_string("jobs/_progress.html", {"job": _job(request, pk)}))


@login_required
@require_POST
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a job back."""
    if services.cancel(_job(request, pk).pk):
        messages.success(request, _("The job is being stopped."))
    else:
        messages.error(request, _("The job is over already; nothing was stopped."))
    return redirect("jobs:job", pk)


@login_required
@require_POST
def retry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Have it tried again."""
    if services.retry(_job(request, pk).pk):
        messages.success(request, _("The job waits its turn again."))
    else:
        messages.error(request, _("Only a failed or cancelled job can be tried again, and only once at a time."))
    return redirect("jobs:job", pk)
