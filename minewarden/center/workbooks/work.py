"""The background work of batches. Every handler may be run again after its worker was killed."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minewarden.center.jobs.errors import JobFailed
from minewarden.center.jobs.registry import job
from minewarden.center.jobs.run import JobRun

from .committing import run_commit
from .errors import BatchError
from .models import Batch, BatchState
from .reading import read_batch
from .undoing import run_undo


def _batch(run: JobRun) -> Batch:
    batch: Batch = Batch.objects.select_related("uploaded_by", "committed_by", "undone_by").get(pk=run.payload["batch"])
    return batch


def _result(batch: Batch) -> dict[str, Any]:
    return {"url": reverse("workbooks:batch", args=[batch.pk]), "label": _("Look at the batch")}


@job("workbooks.read", label=gettext_lazy("Reading a workbook"))
def read(run: JobRun) -> dict[str, Any] | None:
    """Read and check a file."""
    batch = _batch(run)
    if batch.state == BatchState.UPLOADED:
        read_batch(batch, run.progress)
    return _result(batch)


@job("workbooks.commit", attempts=5, label=gettext_lazy("Taking a workbook over"))
def commit(run: JobRun) -> dict[str, Any] | None:
    """Take the rows over; cut off, it goes on where it was."""
    batch = _batch(run)
    try:
        if batch.state == BatchState.COMMITTING:
            run_commit(batch, run.progress)
    except BatchError as error:
        raise JobFailed(error.message) from error
    return _result(batch)


@job("workbooks.undo", attempts=5, label=gettext_lazy("Undoing a workbook"))
def undo(run: JobRun) -> dict[str, Any] | None:
    """Undo a batch; cut off, it goes on where it was."""
    batch = _batch(run)
    if batch.state == BatchState.UNDOING:
        run_undo(batch, run.progress)
    return _result(batch)
