"""Pages of the catalogues: to look things up, and for who manages them to import and to fit the model."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from minewarden.center.hazards.models import Catalogue, Clause
from minewarden.center.hazards.suggestion.kept import kept_model
from minewarden.center.hazards.suggestion.services import ask_for_refit, score_of_proposals
from minewarden.center.registry.access import permissions_of, requires, user_of
from minewarden.center.ui.paging import keyset

from . import queries
from .forms import ClauseFilter, ImportForm
from .services import Imported, import_clauses
from .sheet import ClausesRefused, write_template

MANAGE = "hazards.manage_clauses"
READ = frozenset({"hazards.view", MANAGE})
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _for_readers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For who may see hazards, and for who manages the catalogues."""

    @wraps(view)
    @login_required
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not READ & permissions_of(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@_for_readers
@require_safe
def catalogues(request: HttpRequest) -> HttpResponse:
    """All catalogues; with something to search for, the clauses that fit."""
    form = ClauseFilter(request.GET)
    given = form.given()
    context: dict[str, Any] = {"form": form, "today": timezone.localdate(), "may_manage": _manages(request)}
    if any(given.values()):
        day = given.get("found_on")
        clauses = queries.clauses_on(day) if day else Clause.objects.select_related("catalogue")
        if given.get("catalogue"):
            clauses = clauses.filter(catalogue=given["catalogue"])
        context["page"] = keyset(
            queries.found(clauses, given.get("q", "")), request, order=("catalogue_id", "sort", "pk")
        )
    else:
        context["catalogues"] = queries.counted(Catalogue.objects.order_by("kind", "-valid_from", "pk"))
    return render(request, "hazards/clauses/catalogues.html", context)


@_for_readers
@require_safe
def catalogue(request: HttpRequest, key: str) -> HttpResponse:
    """One catalogue by aspect."""
    shown = get_object_or_404(Catalogue, key=key)
    context = {
        "catalogue": shown,
        "groups": queries.by_aspect(Clause.objects.filter(catalogue=shown).order_by("sort", "pk")),
        "before": queries.predecessor(shown),
        "today": timezone.localdate(),
    }
    return render(request, "hazards/clauses/catalogue.html", context)


@_for_readers
@require_safe
def changes(request: HttpRequest, key: str) -> HttpResponse:
    """What became of every clause of the catalogue before, side by side."""
    new = get_object_or_404(Catalogue, key=key)
    old = queries.predecessor(new)
    pairs = queries.side_by_side(old, new) if old else []
    return render(request, "hazards/clauses/changes.html", {"old": old, "new": new, "pairs": pairs})


@_for_readers
@require_safe
def clause(request: HttpRequest, code: str) -> HttpResponse:
    """One clause: its words, hints, where it came from and what became of it."""
    shown = get_object_or_404(Clause.objects.select_related("catalogue"), code=code)
    context = {
        "clause": shown,
        "today": timezone.localdate(),
        "in_force": shown.in_force(timezone.localdate()),
        "ancestors": queries.ancestors(shown),
        "successors": queries.successors(shown),
        "earlier": shown.earlier_wordings.order_by("-valid_from"),
        "may_list": "cases.view" in permissions_of(request),
    }
    return render(request, "hazards/clauses/clause.html", context)


@requires(MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def import_page(request: HttpRequest) -> HttpResponse:
    """Hand in a workbook; what is wrong with it is shown by row and column, and nothing is then taken over."""
    if request.method != "POST":
        return render(request, "hazards/clauses/import.html", {"form": ImportForm()})
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return render(request, "hazards/clauses/import.html", {"form": form}, status=status)
    upload = form.cleaned_data["workbook"]
    try:
        done = _import(upload, request)
    except ClausesRefused as refused:
        context = {"form": ImportForm(), "refused": refused, "name": upload.name}
        return render(request, "hazards/clauses/import.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if done.writes:
        ask_for_refit(user_of(request))
    messages.success(request, _said(done))
    return redirect("hazards:catalogues")


def _import(upload: UploadedFile[bytes], request: HttpRequest) -> Imported:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        with path.open("wb") as stream:
            for piece in upload.chunks():
                stream.write(piece)
        return import_clauses(path, str(upload.name or ""), user_of(request))


def _said(done: Imported) -> str:
    if not done.writes:
        return _("Nothing new: every clause of the workbook was there already.")
    new = ngettext("%(n)d new clause", "%(n)d new clauses", len(done.created)) % {"n": len(done.created)}
    changed = ngettext("%(n)d changed", "%(n)d changed", len(done.changed)) % {"n": len(done.changed)}
    same = ngettext("%(n)d as before", "%(n)d as before", len(done.unchanged)) % {"n": len(done.unchanged)}
    return _("%(new)s, %(changed)s, %(same)s.") % {"new": new, "changed": changed, "same": same}


@requires(MANAGE)
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The workbook to fill in."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        write_template(path)
        content = path.read_bytes()
    headers = {"Content-Disposition": 'attachment; filename="clauses.xlsx"'}
    return HttpResponse(content, content_type=XLSX, headers=headers)


@requires(MANAGE)
@require_safe
def model_page(request: HttpRequest) -> HttpResponse:
    """What the model was fitted on, and how useful its proposals were."""
    model = kept_model()
    in_force = list(queries.clauses_on(timezone.localdate()).values_list("code", flat=True))
    context = {
        "facts": model.facts if model else None,
        "fitted_at": parse_datetime(model.facts.fitted_at) if model else None,
        "unknown": [code for code in in_force if model is None or not model.knows(code)],
        "score": score_of_proposals(),
    }
    return render(request, "hazards/clauses/model.html", context)


@requires(MANAGE)
@require_POST
def refit(request: HttpRequest) -> HttpResponse:
    """Have the model fitted anew."""
    job = ask_for_refit(user_of(request))
    messages.success(request, _("The model is being fitted anew; proposals go on meanwhile as before."))
    return redirect("jobs:job", job.pk) if job.user_id == user_of(request).pk else redirect("hazards:clause_model")


def _manages(request: HttpRequest) -> bool:
    return MANAGE in permissions_of(request)
