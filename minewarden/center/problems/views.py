"""Pages of candidates: two lists, one candidate with all its numbers, what was set aside, the lexicon."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from minewarden.center.cases.errors import CaseError
from minewarden.center.registry.access import permissions_of, requires, user_of
from minewarden.center.registry.scope import may, sees_everything
from minewarden.center.ui.forms import attempt
from minewarden.center.ui.paging import keyset

from . import queries, services
from .chart import course_of
from .models import Candidate, Word
from .page_forms import ReasonForm, WordForm
from .queries import ORDER, TABS, newest_run, of_tab, told
from .records import limits
from .services import NAME, VIEW
from .wording import explained, left_out_why

SHOWN_CASES = 100


@requires(VIEW)
@require_safe
def candidate_list(request: HttpRequest) -> HttpResponse:
    """The candidates of one list, the surest first."""
    tab = request.GET.get("list", TABS[0])
    if tab not in TABS:
        raise Http404(_("There is no such list."))
    page = keyset(of_tab(queries.candidates(user_of(request)), tab), request, order=ORDER)
    context = {
        "tab": tab,
        "page": page,
        "rows": told(page.rows),
        "run": newest_run(),
        "left_out": _left_out(),
        "may_name": NAME in permissions_of(request),
    }
    return render(request, "problems/candidates.html", context)


def _left_out() -> list[tuple[int, str]]:
    run = newest_run()
    if run is None:
        return []
    counts = [(why, count) for source in run.counts.values() for why, count in source["left_out"].items()]
    return [(count, left_out_why(why)) for why, count in counts]


def _candidate(request: HttpRequest, pk: int) -> Candidate:
    rows: QuerySet[Candidate] = queries.with_history(queries.candidates(user_of(request)))
    found: Candidate = get_object_or_404(rows, pk=pk)
    return found


@requires(VIEW)
@require_safe
def candidate(request: HttpRequest, pk: int) -> HttpResponse:
    """One candidate with all its numbers, its course, its texts and its cases."""
    return _show(request, _candidate(request, pk))


def _show(request: HttpRequest, found: Candidate, form: ReasonForm | None = None) -> HttpResponse:
    user = user_of(request)
    (found,) = told([found])
    if found.node_id:
        request.focus_node = found.node_id  # type: ignore[attr-defined] # the shell's tree opens there
    cases = queries.cases_of(found, user)
    may_name = may(user, NAME, found.node) if found.node else sees_everything(user, NAME)
    by = limits()
    context = {
        "candidate": found,
        "sentences": explained(found),
        "course": course_of(found.course),
        "cases": list(cases[:SHOWN_CASES]),
        "case_count": cases.count(),
        "records": queries.records_of(found, user),
        "limits": {"head": by.head.get(found.kind), "analysts": by.analysts.get(found.kind)},
        "may_name": may_name,
        "form": form or ReasonForm(),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form is not None else HTTPStatus.OK
    return render(request, "problems/candidate.html", context, status=status)


@requires(NAME)
@require_POST
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a candidate is no problem."""
    form = ReasonForm(request.POST)
    try:
        if form.is_valid():
            services.dismiss(pk, user_of(request), form.cleaned_data["reason"])
            messages.success(request, _("Dismissed. It stays in its list and comes again once it has clearly grown."))
            return redirect("problems:candidate", pk)
    except CaseError as error:
        if error.code == "not_found":
            raise Http404(error.message) from error
        form.add_error(error.field if error.field in form.fields else None, error.message)
    return _show(request, _candidate(request, pk), form)


@requires(NAME)
@require_POST
def search_now(request: HttpRequest) -> HttpResponse:
    """Look now rather than in the night."""
    return redirect("jobs:job", services.search_now(user_of(request)).pk)


@requires(VIEW)
@require_safe
def aside(request: HttpRequest) -> HttpResponse:
    """What is not named: sentences of forms, and the campaigns that are compared with themselves."""
    context = {"rows": queries.set_aside(user_of(request)), "run": newest_run(), "limits": limits().forms}
    return render(request, "problems/aside.html", context)


@requires(NAME)
@require_http_methods(["GET", "HEAD", "POST"])
def lexicon(request: HttpRequest) -> HttpResponse:
    """The office's own words beside those of the package."""
    user = user_of(request)
    form = WordForm(request.POST or None)
    if form.is_bound and attempt(form, lambda: services.add_word(user, **form.cleaned_data)) is not None:
        messages.success(request, _("The word is in the lexicon. It counts from the next search on."))
        return redirect("problems:lexicon")
    context = {
        "form": form,
        "words": Word.objects.order_by("withdrawn", "kind", "word", "pk"),
        "may_change": sees_everything(user, NAME),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "problems/lexicon.html", context, status=status)


@requires(NAME)
@require_POST
def withdraw_word(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a word out of the lexicon."""
    word = get_object_or_404(Word, pk=pk, withdrawn=False)
    form = ReasonForm(request.POST)
    user = user_of(request)
    version = word.version
    done = attempt(
        form,
        lambda: services.withdraw_word(user, word, form.cleaned_data["reason"], expected_version=version),
    )
    if done is None:
        messages.error(request, "；".join(str(fault) for faults in form.errors.values() for fault in faults))
    else:
        messages.success(request, _("The word is out of the lexicon from the next search on."))
    return redirect("problems:lexicon")
