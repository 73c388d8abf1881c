"""Pages of workbooks: hand one in, name its columns, look at what it would change, take it over, undo it."""

from __future__ import annotations

import tempfile
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from minewarden.center.cases.kept import kept_path
from minewarden.center.registry.access import permissions_of, requires, user_of
from minewarden.center.ui.paging import keyset

from . import queries, services
from .errors import BatchError
from .exporting import FORMS, Form, write_workbook
from .exporting import export as write_export
from .forms import ColumnsForm, CommitForm, HandInForm, UndoForm
from .marked import write_marked
from .models import Batch, BatchState, Verdict
from .preview import shown_rows
from .spec import SheetSpec, sheet_of
from .spec import sheets as all_sheets

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BUSY = (BatchState.UPLOADED, BatchState.COMMITTING, BatchState.UNDOING)
TYPES = {"xlsx": XLSX, "csv": "text/csv; charset=utf-8"}


@requires("workbooks.import")
def batch_list(request: HttpRequest) -> HttpResponse:
    """What was handed in, and the form for another one."""
    user = user_of(request)
    sheets = queries.importable_sheets(user)
    post = request.method == "POST"
    initial = {"sheet": request.GET.get("sheet")}
    form = HandInForm(sheets, request.POST if post else None, request.FILES if post else None, initial=initial)
    if form.is_valid():
        given = form.cleaned_data
        try:
            pieces = services.pieces_of(given["file"])
            made = services.hand_in(
                user, given["sheet"], pieces, given["file"].name, empty_clears=given["empty_clears"]
            )
        except BatchError as error:
            form.add_error(error.field or None, error.message)
        else:
            return redirect("workbooks:batch", made.pk)
    page = keyset(queries.visible_batches(user), request, order=("-uploaded_at", "pk"))
    context = {"form": form, "page": page, "sheets": sheets, "labels": _labels()}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "workbooks/list.html", context, status=status)


def _labels() -> dict[str, str]:
    return {sheet.key: str(sheet.label) for sheet in all_sheets()}


def _batch(request: HttpRequest, pk: UUID) -> tuple[Batch, SheetSpec]:
    batch = get_object_or_404(queries.visible_batches(user_of(request)), pk=pk)
    sheet = sheet_of(batch.sheet)
    assert sheet is not None  # only batches of known sheets are visible
    return batch, sheet


@requires("workbooks.import")
@require_safe
def batch(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One batch, as far as it has come."""
    found, sheet = _batch(request, pk)
    return _show(request, found, sheet)


def _show(request: HttpRequest, batch: Batch, sheet: SheetSpec, **more: Any) -> HttpResponse:
    work = getattr(batch, "work", None)
    job = work.job if work else None
    busy = bool(job and not job.is_over) or (job is not None and batch.state in BUSY)
    context: dict[str, Any] = {"batch": batch, "sheet": sheet, "job": job, "busy": busy}
    if batch.state == BatchState.MAPPING:
        context["form"] = ColumnsForm(batch, sheet)
        context["samples"] = work.samples if work else []
    elif batch.state not in (BatchState.UPLOADED, BatchState.REFUSED):
        wrong = keyset(queries.rows_of(batch, Verdict.WRONG), request, order=("number",))
        context |= {"wrong": wrong, "wrong_rows": shown_rows(sheet, wrong.rows)}
        context["samples"] = [
            (Verdict(verdict).label, shown_rows(sheet, rows))
            for verdict, rows in queries.samples(batch).items()
            if rows
        ]
        context["commit_form"] = CommitForm()
        context["undo_form"] = UndoForm()
    context |= more
    failed = any(getattr(form, "is_bound", False) for form in more.values())
    status = HTTPStatus.UNPROCESSABLE_ENTITY if failed else HTTPStatus.OK
    return render(request, "workbooks/batch.html", context, status=status)


@requires("workbooks.import")
def columns(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say which head is which column; also later, to read the file anew."""
    found, sheet = _batch(request, pk)
    if found.state not in (BatchState.MAPPING, BatchState.READY):
        return redirect("workbooks:batch", pk)
    form = ColumnsForm(found, sheet, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            services.name_columns(found, user_of(request), form.mapping())
        except BatchError as error:
            form.add_error(None, error.message)
        else:
            return redirect("workbooks:batch", pk)
    work = getattr(found, "work", None)
    return _show(request, found, sheet, form=form, naming=True, samples=work.samples if work else [])


@requires("workbooks.import")
@require_POST
def commit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take the rows over."""
    found, sheet = _batch(request, pk)
    form = CommitForm(request.POST)
    if not form.is_valid():
        return _show(request, found, sheet, commit_form=form)
    try:
        services.commit(found, user_of(request), form.cleaned_data["rows"], form.cleaned_data["existing"])
    except BatchError as error:
        form.add_error(None, error.message)
        return _show(request, found, sheet, commit_form=form)
    return redirect("workbooks:batch", pk)


@requires("workbooks.import")
@require_POST
def undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Undo what was taken over."""
    found, sheet = _batch(request, pk)
    form = UndoForm(request.POST)
    if not form.is_valid():
        return _show(request, found, sheet, undo_form=form)
    try:
        services.begin_undo(found, user_of(request), form.cleaned_data["reason"])
    except BatchError as error:
        form.add_error("reason" if error.field == "reason" else None, error.message)
        return _show(request, found, sheet, undo_form=form)
    return redirect("workbooks:batch", pk)


@requires("workbooks.import")
@require_POST
def discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put a batch away unused."""
    found, _sheet = _batch(request, pk)
    try:
        services.discard(found, user_of(request))
    except BatchError as error:
        messages.error(request, error.message)
        return redirect("workbooks:batch", pk)
    messages.success(request, _("Put away. Nothing of it counts."))
    return redirect("workbooks:list")


@requires("workbooks.import")
@require_safe
def marked(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The workbook with what is wrong marked."""
    found, _sheet = _batch(request, pk)
    if found.state in (BatchState.UPLOADED, BatchState.MAPPING, BatchState.REFUSED):
        raise Http404
    path = _temporary()
    write_marked(found, path)
    stem = found.original_name.rsplit(".", 1)[0]
    return _sent(path, _("%(name)s, problems marked") % {"name": stem} + ".xlsx", XLSX)


@requires("workbooks.import")
@require_safe
def original(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The file as it was handed in, byte for byte; never shown, only saved."""
    found, _sheet = _batch(request, pk)
    path = kept_path(found.sha256)
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=found.original_name, content_type="application/octet-stream"
    )


@requires("workbooks.import")
@require_safe
def template(request: HttpRequest, key: str) -> HttpResponseBase:
    """An empty workbook of a list."""
    sheet = next((sheet for sheet in queries.importable_sheets(user_of(request)) if sheet.key == key), None)
    if sheet is None:
        raise Http404
    path = _temporary()
    write_workbook(sheet, iter(()), path)
    return _sent(path, f"{sheet.label}.xlsx", XLSX)


@login_required
@require_safe
def export(request: HttpRequest, key: str) -> HttpResponseBase:
    """A list as its page shows it, with all its pages. It is kept who took what."""
    sheet = sheet_of(key)
    if sheet is None or sheet.permission_export not in permissions_of(request):
        raise PermissionDenied
    form: Form = "csv" if request.GET.get("form") == FORMS[1] else "xlsx"
    path = _temporary()
    write_export(user_of(request), sheet, request.GET, path, form)
    name = f"{sheet.label} {timezone.localtime():%Y-%m-%d %H%M}.{form}"
    return _sent(path, name, TYPES[form])


def _temporary() -> Path:
    """A path for a file that is sent once."""
    with tempfile.NamedTemporaryFile(prefix="minewarden-", delete=False) as file:
        return Path(file.name)


def _sent(path: Path, name: str, media_type: str) -> FileResponse:
    """Send a file that nobody needs afterwards: it is gone from the disk when it was opened."""
    stream = path.open("rb")
    path.unlink()
    return FileResponse(stream, as_attachment=True, filename=name, content_type=media_type)
