"""Pages of documents: the list, one document to print or fetch, templates and letterheads."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from minewarden.center.audit.files import record_path
from minewarden.center.cases.kept import kept_path
from minewarden.center.major_hazards.models import QuarterlyReport
from minewarden.center.major_hazards.quarters import Quarter
from minewarden.center.major_hazards.views.reports import YEARS
from minewarden.center.registry.access import requires, user_of
from minewarden.center.registry.models import Mine, Node, NodeKind
from minewarden.center.registry.scope import may
from minewarden.center.ui.forms import render_form
from minewarden.center.ui.paging import keyset

from . import quarterly, queries, services
from .errors import DocumentError
from .forms import DocumentFilter, LetterheadForm, TemplateForm, VoidForm
from .kinds import kinds
from .models import Document, DocumentState
from .printing import blocks
from .rendering import MEDIA_TYPE, names_of, own_template


@requires("documents.view")
@require_safe
def document_list(request: HttpRequest) -> HttpResponse:
    """Documents that were issued, the newest first."""
    form = DocumentFilter(request.GET)
    filters = form.cleaned_data if form.is_valid() else {}
    page = keyset(queries.documents(user_of(request), filters), request, order=("-issued_at", "pk"))
    return render(request, "documents/list.html", {"form": form, "page": page})


@requires("documents.view")
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One document as it was issued: on the screen, and on paper when the page is printed."""
    return _show(request, _document(request, pk), VoidForm())


def _document(request: HttpRequest, pk: int) -> Document:
    rows = queries.documents(user_of(request)).select_related("case__mine", "case__node", "file", "step")
    found: Document = get_object_or_404(rows, pk=pk)
    return found


def _show(request: HttpRequest, document: Document, form: VoidForm) -> HttpResponse:
    path = kept_path(document.file_id)
    may_void = document.state == DocumentState.ISSUED and may(user_of(request), queries.ISSUE, document.case.node)
    context = {
        "document": document,
        "name": kinds()[document.kind].name if document.kind in kinds() else document.kind,
        "blocks": blocks(path),
        "may_void": may_void,
    }
    return render_form(request, "documents/detail.html", form, **context)


@requires("documents.view")
@require_safe
def word(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The Word file, byte for byte as it was issued."""
    document = _document(request, pk)
    path = kept_path(document.file_id)
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=f"{document.number}.docx", content_type=MEDIA_TYPE
    )


@requires("major.view")
@require_safe
def quarterly_report(request: HttpRequest, mine: int, year: int, number: int) -> HttpResponse:
    """A mine's quarterly report as Word."""
    if year not in YEARS or not 1 <= number <= 4:
        raise Http404
    found = get_object_or_404(Mine.objects.for_user(user_of(request), "major.view"), pk=mine)
    reports = QuarterlyReport.objects.filter(mine=found, year=year, quarter=number)
    report = reports.select_related("written_by", "signed_by").first()
    try:
        content = quarterly.word_of(found, Quarter(year, number), report)
    except DocumentError as error:
        messages.error(request, error.message)
        return redirect("major_hazards:report", mine, year, number)
    response = HttpResponse(content, content_type=MEDIA_TYPE)
    response["Content-Disposition"] = content_disposition_header(True, f"{found.name} {year}-{number}.docx")
    return response


@requires(queries.ISSUE)
@require_POST
def issue(request: HttpRequest, case_pk: UUID, kind: str) -> HttpResponse:
    """Issue a document about a case; refused, the case's page says why."""
    try:
        document = services.issue(case_pk, kind, user_of(request))
    except DocumentError as error:
        if error.code == "not_found":
            raise Http404(error.message) from error
        if error.code == "forbidden":
            raise PermissionDenied(error.message) from error
        messages.error(request, error.message)
        return redirect("cases:detail", case_pk)
    messages.success(request, _("Issued as %(number)s.") % {"number": document.number})
    return redirect("documents:detail", document.pk)


@requires(queries.ISSUE)
@require_POST
def void(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a document void."""
    document, form = _document(request, pk), VoidForm(request.POST)
    if not form.is_valid():
        return _show(request, document, form)
    try:
        services.make_void(document.pk, user_of(request), form.cleaned_data["reason"])
    except DocumentError as error:
        if error.code == "forbidden":
            raise PermissionDenied(error.message) from error
        form.add_error(None, error.message)
        return _show(request, document, form)
    messages.success(request, _("The document is void. Its number stays taken."))
    return redirect("documents:detail", pk)


@requires(queries.MANAGE)
@require_safe
def templates(request: HttpRequest) -> HttpResponse:
    """Which template each kind of document is made from, and under which name each office writes."""
    offices = Node.objects.for_user(user_of(request), queries.MANAGE).exclude(kind__in=(NodeKind.MINE, NodeKind.GROUP))
    context = {
        "kinds": [(kind, queries.newest_template(kind.code)) for kind in kinds().values()],
        "page": keyset(offices.select_related("letterhead"), request, order=("name", "pk")),
    }
    return render(request, "documents/templates.html", context)


@requires(queries.MANAGE)
@require_safe
def template_file(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The template in use, to be edited in Word."""
    if kind not in kinds():
        raise Http404
    template = queries.newest_template(kind)
    content = (
        record_path(template.file_id).read_bytes() if template and template.file_id else own_template(kinds()[kind])
    )
    response = HttpResponse(content, content_type=MEDIA_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{kind}.docx"'
    return response


@requires(queries.MANAGE)
def template_put(request: HttpRequest, kind: str) -> HttpResponse:
    """Take a template into use, or go back to the package's own."""
    if kind not in kinds():
        raise Http404
    user = user_of(request)
    if request.method == "POST" and "own" in request.POST:
        services.put_template(kind, user, None)
        messages.success(request, _("The package's own template is in use again."))
        return redirect("documents:templates")
    form = TemplateForm(request.POST, request.FILES) if request.method == "POST" else TemplateForm()
    if form.is_valid():
        try:
            services.put_template(kind, user, form.cleaned_data["file"])
        except DocumentError as error:
            form.add_error("file", error.message)
        else:
            messages.success(
                request, _("The template is in use from now on. Documents already issued stay as they are.")
            )
            return redirect("documents:templates")
    context: dict[str, Any] = {
        "kind": kinds()[kind],
        "in_use": queries.newest_template(kind),
        "names": names_of(kinds()[kind]),
    }
    return render_form(request, "documents/template.html", form, **context)


@requires(queries.MANAGE)
def letterhead(request: HttpRequest, node_pk: int) -> HttpResponse:
    """Under which name an office writes."""
    user = user_of(request)
    node = get_object_or_404(Node.objects.for_user(user, queries.MANAGE), pk=node_pk)
    now = queries.letterhead_of(node)
    initial = {"name": now.name, "word": now.word}
    form = LetterheadForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        services.set_letterhead(user, node, **form.cleaned_data)
        messages.success(request, _("Kept. The next document carries it."))
        return redirect("documents:templates")
    heading = _("Letterhead of %(office)s") % {"office": node.name}
    return render_form(request, "registry/form.html", form, heading=heading)
