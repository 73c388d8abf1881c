"""Every read of candidates and problems that is more than one line. What a person sees starts from ``for_user``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.cases.models import Case, State
from minewarden.center.cases.models import Kind as CaseKind
from minewarden.center.cases.queries import visible as visible_cases
from minewarden.center.cases.transitions import table
from minewarden.center.registry.models import Mine, User
from minewarden.center.registry.scope import grants_in_force
from minewarden.center.ui.shell import Figure

from .feeds import Line, feed_of, source_words
from .measure import settings
from .models import Candidate, Dismissal, ListName, Problem, Reckoning, Run, SetAside
from .services import ANSWER, DECIDE, VIEW
from .wording import clause_names, scope_words, topic_words, trend_words

DISMISSED: Final = "dismissed"
GONE: Final = "gone"
TABS: Final = (ListName.HEAD.value, ListName.ANALYSTS.value, DISMISSED, GONE)
ORDER: Final = ("-low", "-pk")
DAYS_OF_MONTH: Final = 30.5
NAMED_ORDER: Final = ("-named_at", "-pk")


def candidates(user: User) -> QuerySet[Candidate]:
    """The candidates that the user may see; ``dismissed`` and ``under_way`` (a problem made of it, or of
    the same clause there, is open)."""
    rows: QuerySet[Candidate] = Candidate.objects.for_user(user, VIEW)
    dismissed = Dismissal.objects.filter(candidate=OuterRef("pk"), returned_on=None)
    same = Q(candidate=OuterRef("pk")) | Q(case__node=OuterRef("node"), clause=OuterRef("clause"))
    under_way = Problem.objects.filter(same).exclude(case__state__in=table().done)
    annotated: QuerySet[Candidate] = rows.select_related("node", "cluster", "run").annotate(
        dismissed=Exists(dismissed), under_way=Exists(under_way)
    )
    return annotated


def of_tab(rows: QuerySet[Any], tab: str) -> QuerySet[Any]:
    """The rows of one tab; what the head's list has, the analysts' has too."""
    if tab == DISMISSED:
        return rows.filter(dismissed=True)
    if tab == GONE:
        return rows.filter(listed=ListName.NONE)
    rows = rows.filter(dismissed=False)
    if tab == ListName.HEAD:
        return rows.filter(listed=ListName.HEAD)
    return rows.exclude(listed=ListName.NONE)


def told(rows: Iterable[Any]) -> list[Any]:
    """Candidates or problems with ``topic``, ``where`` and ``trend_said`` in words; one query."""
    every: list[Any] = list(rows)
    names = clause_names(row.clause for row in every)
    row: Any
    for row in every:
        row.topic = topic_words(names, row.clause)
        if hasattr(row, "node_id"):  # a candidate
            row.where = scope_words(row.kind, row.node.name if row.node else "", row.season)
            row.trend_said = trend_words(row)
            row.source_said = source_words(row.source)
        else:
            row.where = scope_words(row.kind, row.case.concerns, row.season)
    return every


def newest_run() -> Run | None:
    """The last search."""
    run: Run | None = Run.objects.order_by("-started_at", "-pk").first()
    return run


def cases_of(candidate: Candidate, user: User) -> QuerySet[Case]:
    """The cases that a candidate goes by, as far as the user may see them; the newest first."""
    keys = candidate.links.values("case_id")
    return visible_cases(user).filter(pk__in=keys).order_by("-found_at", "pk")


def records_of(candidate: Candidate, user: User) -> list[Line]:
    """The records of a feed that a candidate goes by, as far as the user may see them."""
    feed = feed_of(candidate.source)
    return feed.lines(user, candidate.records.values_list("key", flat=True)) if feed else []


def problems(user: User) -> QuerySet[Problem]:
    """The problems that the user may see, with how many cases and measures each has."""
    rows: QuerySet[Problem] = Problem.objects.for_user(user, "cases.view")
    annotated: QuerySet[Problem] = rows.select_related(
        "case__mine", "case__node", "case__bound_node", "named_by"
    ).annotate(
        tied=Count("ties", filter=Q(ties__untied_at=None), distinct=True),
        in_force=Count("measures", filter=Q(measures__withdrawn=False), distinct=True),
    )
    return annotated


def cases_tied(problem: Problem, user: User) -> QuerySet[Any]:
    """The keys of the cases that belong to a problem, as far as the user may see them."""
    tied = problem.ties.filter(untied_at=None).values("case_id")
    return Case.objects.for_user(user, "cases.view").filter(pk__in=tied).order_by("pk").values_list("pk", flat=True)


def problems_of(case: Case) -> QuerySet[Problem]:
    """The problems that a case belongs to."""
    rows: QuerySet[Problem] = Problem.objects.filter(ties__case=case, ties__untied_at=None)
    return rows.select_related("case__node", "case__mine").order_by("-named_at")


def set_aside(user: User) -> list[Any]:
    """Sentences of forms of the last search at mines that the user sees, the most frequent first, with clause and
    those mines in words; ``others``: how many more mines there are."""
    mines = dict(Mine.objects.for_user(user, VIEW).values_list("pk", "name"))
    rows: list[Any] = []
    for row in SetAside.objects.select_related("node").order_by("-visits", "pk"):
        at = [(mines[mine], count) for mine, count in row.mines if mine in mines]
        if at:
            row.at, row.others = at, len(row.mines) - len(at)
            rows.append(row)
    names = clause_names(row.clause for row in rows)
    for row in rows:
        row.topic = topic_words(names, row.clause)
    return rows


def with_history(rows: QuerySet[Candidate]) -> QuerySet[Candidate]:
    """The same with every dismissal and problem."""
    dismissals = Dismissal.objects.select_related("by").order_by("-at", "-pk")
    made = Problem.objects.select_related("case__node", "case__mine").order_by("-named_at")
    return rows.prefetch_related(Prefetch("dismissals", dismissals), Prefetch("problems", made))


def to_answer(user: Any) -> QuerySet[Case]:
    """Problems that bind an office, company or mine of the user's and wait for its next step."""
    cases: QuerySet[Case] = Case.objects.filter(kind=CaseKind.PROBLEM, state__in=table().mine_acts)
    bound = grants_in_force(user, ANSWER).values("node_id")
    return cases.filter(bound_node_id__in=bound) if user.is_active else cases.none()


def to_decide(user: Any) -> QuerySet[Case]:
    """Problems that wait for a decision of the user's: to verify, to assign, to accept, and those that the last count
    would let be closed."""
    cases: QuerySet[Case] = Case.objects.for_user(user, DECIDE).filter(kind=CaseKind.PROBLEM)
    newest = Reckoning.objects.filter(problem=OuterRef("pk")).order_by("-at", "-pk").values("verdict")[:1]
    shown = Q(state=State.ACCEPTED, counted="shown")
    waits = Q(state__in=(State.FOUND, State.VERIFIED, State.HANDED_IN))
    return cases.annotate(counted=Subquery(newest)).filter(waits | shown)


def to_look_back(user: Any) -> QuerySet[Case]:
    """Closed problems whose look-back is due."""
    since = timezone.now() - timedelta(days=int(settings()["look_back"]["months"] * DAYS_OF_MONTH))
    cases: QuerySet[Case] = Case.objects.for_user(user, "cases.look_back")
    return cases.filter(kind=CaseKind.PROBLEM, state=State.CLOSED, closed_at__lt=since)


def figures(user: Any) -> list[Figure]:
    """Candidates and problems in numbers, each a link to its list."""
    rows = candidates(user)
    named: QuerySet[Any] = Problem.objects.for_user(user, "cases.view")
    at, named_at = reverse("problems:candidates"), reverse("problems:problems")
    head = of_tab(rows, ListName.HEAD).filter(under_way=False).order_by().count()
    by_state = dict(named.order_by().values_list("case__state").annotate(Count("pk")))
    done = sum(by_state.get(state, 0) for state in (State.CLOSED, State.LOOKED_BACK))
    under_way = sum(by_state.values()) - done - by_state.get(State.REJECTED, 0)
    return [
        Figure(_("Candidates for the head"), head, f"{at}?list=head", "orange" if head else ""),
        Figure(_("Systemic problems under way"), under_way, f"{named_at}?state=open"),
        Figure(_("Closed by figures"), done, f"{named_at}?state=done"),
    ]
