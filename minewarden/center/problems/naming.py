"""A problem is named: a case of its own, the candidate's figures frozen beside it, its hazards tied to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import Case
from minewarden.center.cases.models import Kind as CaseKind
from minewarden.center.cases.services import note_step, open_case, words
from minewarden.center.cases.transitions import table
from minewarden.center.registry.models import Node, NodeKind, NodePath, User
from minewarden.center.registry.scope import may

from .measure import settings
from .models import Candidate, Kind, Problem, ProblemCase, Source
from .rules import months_before
from .services import NAME

# Only these can have a problem of their clause: what is pressed or systemic itself is none of its findings.
TIED: Final = (CaseKind.HAZARD, CaseKind.MAJOR_HAZARD, CaseKind.VIOLATION)
FROZEN: Final = (
    *("listed", "n", "expected", "ratio", "mean", "low", "high", "findings", "mines", "months", "minutes"),
    *("peers", "peers_above", "recurred", "trend", "doubts", "course"),
)
# What kind of scope a node makes.
KINDS: Final = {
    NodeKind.MINE: Kind.MINE,
    NodeKind.GROUP: Kind.GROUP,
    NodeKind.CITY: Kind.CITY,
    NodeKind.COUNTY: Kind.COUNTY,
}


@dataclass(frozen=True)
class Naming:
    """What is said when a problem is named. ``owner``: whom it binds, the scope itself or an office above it.

    Without a candidate ``node`` and ``clause`` say what it is about; with one they are the candidate's.
    """

    title: str
    cause: str
    plan: str
    owner: Node
    wanted_by: date
    level: str
    candidate: Candidate | None = None
    node: Node | None = None
    clause: str = ""


def name_problem(actor: User, wanted: Naming) -> Problem:
    """Make a problem of a candidate, or by hand. It is found; somebody else verifies and assigns it.

    Raises:
        CaseError: ``forbidden``, ``not_now`` (a problem of this candidate is open), ``cause_wanted``, ``plan_wanted``,
            ``not_bound``, ``due_in_past``, ``no_scope``, ``clause_wanted``, or what is wrong with the case.
    """
    wanted = _cleaned(wanted)
    candidate = wanted.candidate
    node = _scope_of(wanted)
    kind = Kind(candidate.kind) if candidate else KINDS.get(NodeKind(node.kind))
    if kind is None:
        raise CaseError(
            "no_scope", _("What holds everywhere has nobody to be compared with: choose a mine, company or office."),
            "node",
        )  # fmt: skip
    with act("problems.name", actor):
        if candidate is not None and _open_problems(candidate).exists():
            raise CaseError("not_now", _("A problem was made of this candidate already."))
        now = timezone.now()
        case = open_case(
            actor,
            kind=CaseKind.PROBLEM,
            mine=getattr(node, "mine", None) if node.kind == NodeKind.MINE else None,
            node=node,
            place=None,
            camera=None,
            title=wanted.title,
            description=wanted.cause,
            level=wanted.level,
            found_at=now,
            clause=wanted.clause if candidate is None or candidate.source == Source.INSPECTION else "",
            bound_node=wanted.owner,
            responsible=wanted.owner.name[:60],
        )
        first, last = _baseline(candidate)
        problem = Problem(
            case=case,
            candidate=candidate,
            source=candidate.source if candidate else Source.INSPECTION,
            kind=kind,
            season=candidate.season if candidate else [],
            clause=wanted.clause,
            cluster=(candidate.cluster_id or "") if candidate else "",
            cause=wanted.cause,
            plan=wanted.plan,
            wanted_by=wanted.wanted_by,
            baseline_from=first,
            baseline_to=last,
            figures={name: getattr(candidate, name) for name in FROZEN} if candidate else {},
            named_by=actor,
            named_at=now,
        )
        problem.save(force_insert=True)
        if candidate is not None:
            _tie_all(problem, actor, candidate.links.order_by("case_id").values_list("case_id", flat=True))
    return problem


def tie(problem_id: UUID, actor: User, numbers: Sequence[str], why: str) -> int:
    """Say that hazards or violations belong to a problem too; answers how many were new.

    Raises:
        CaseError: ``not_found``, ``not_now``, ``why_wanted``, ``unknown_cases``.
    """
    why = words(why)[:300]
    with act("problems.tie", actor, why):
        problem = own(problem_id, actor)
        if not why:
            raise CaseError("why_wanted", _("Say why they belong to the problem."), "why")
        wanted = list(dict.fromkeys(number.strip() for number in numbers if number.strip()))
        cases = Case.objects.for_user(actor, "cases.view").filter(number__in=wanted, kind__in=TIED)
        found = {case.number: case.pk for case in cases}
        if not wanted or (strange := [number[:20] for number in wanted if number not in found]):
            named = "、".join(strange[:5]) if wanted else "–"
            raise CaseError(
                "unknown_cases", _("No hazard or violation has this number: %(numbers)s.") % {"numbers": named}, "cases"
            )
        tied = _tie_all(problem, actor, found.values(), why)
        if tied:
            note_step(problem.case, "tie_cases", actor, timezone.now(), {"reason": f"{why} ({tied})"})
    return tied


def untie(tie_id: int, actor: User, why: str) -> ProblemCase:
    """Say that a case does not belong to a problem; the tie stays to be read.

    Raises:
        CaseError: ``not_found``, ``not_now``, ``why_wanted``.
    """
    why = words(why)[:300]
    with act("problems.untie", actor, why):
        row: ProblemCase | None = ProblemCase.objects.filter(pk=tie_id, untied_at=None).select_related("case").first()
        if row is None:
            raise CaseError("not_found", _("There is no such case at this problem."))
        problem = own(row.problem_id, actor)
        if not why:
            raise CaseError("why_wanted", _("Say why it does not belong to the problem."), "why")
        row.untied_by, row.untied_at, row.untied_why = actor, timezone.now(), why
        row.save()
        said = f"{row.case.number}: {why}"
        note_step(problem.case, "untie_case", actor, timezone.now(), {"reason": said})
    return row


def visible_problem(problem_id: UUID, actor: User) -> Problem:
    """The problem, if the actor may see it at all.

    Raises:
        CaseError: ``not_found``, also where it exists but is none of the actor's business.
    """
    found: Problem | None = (
        Problem.objects.for_user(actor, "cases.view")
        .select_related("case__node", "case__mine", "case__bound_node")
        .filter(pk=problem_id)
        .first()
    )
    if found is None:
        raise CaseError("not_found", _("There is no such problem, or it is not yours to see."))
    return found


def own(problem_id: UUID, actor: User) -> Problem:
    """The problem, where the actor may name such, while it is not done.

    Raises:
        CaseError: ``not_found``, ``forbidden``, ``not_now``.
    """
    found = visible_problem(problem_id, actor)
    if not may(actor, NAME, found.case.node):
        raise CaseError("forbidden", _("Your role may not change what belongs to this problem."))
    if found.case.state in table().done:
        raise CaseError("not_now", _("This problem is closed: what belongs to it stays as it is."))
    return found


def owners_of(node: Node) -> list[Node]:
    """Who can be bound by a problem of this scope: itself and the offices above it, the nearest first."""
    paths = NodePath.objects.filter(descendant=node).select_related("ancestor").order_by("depth", "pk")
    return [path.ancestor for path in paths]


def _cleaned(wanted: Naming) -> Naming:
    told: dict[str, Any] = {name: words(getattr(wanted, name)) for name in ("title", "cause", "plan", "clause")}
    for name, said in (("cause", _("Say what the common cause is.")), ("plan", _("Say what is to be done about it."))):
        if not told[name]:
            raise CaseError(f"{name}_wanted", said, name)
    if wanted.wanted_by <= timezone.localdate():
        raise CaseError("due_in_past", _("Choose a later day."), "wanted_by")
    if wanted.candidate is not None:
        told["clause"] = wanted.candidate.clause
    if not told["clause"]:
        raise CaseError("clause_wanted", _("Say under which clause its hazards are."), "clause")
    return replace(wanted, **told)


def _scope_of(wanted: Naming) -> Node:
    node = wanted.candidate.node if wanted.candidate else wanted.node
    if node is None and wanted.candidate is not None:
        node = Node.objects.filter(parent=None).order_by("pk").first()  # a season is the whole office's
    if node is None:
        raise CaseError("no_scope", _("Say which mine, company or office it is about."), "node")
    if not NodePath.objects.filter(ancestor=wanted.owner, descendant=node).exists():
        raise CaseError("not_bound", _("The owner is what the problem is about, or an office above it."), "owner")
    return node


def _open_problems(candidate: Candidate) -> Any:
    return candidate.problems.exclude(case__state__in=table().done)


def _baseline(candidate: Candidate | None) -> tuple[date, date]:
    """The time that the candidate was counted in; by hand the months before today."""
    if candidate is not None:
        return candidate.run.begins_on, candidate.run.ends_on
    last = timezone.localdate() - timedelta(days=1)
    return months_before(last, int(settings()["baseline"]["months"])), last


def _tie_all(problem: Problem, actor: User, cases: Iterable[UUID], why: str = "") -> int:
    now, known = timezone.now(), {row.case_id: row for row in problem.ties.all()}
    new = [
        ProblemCase(problem=problem, case_id=case, tied_by=actor, tied_at=now, why=why)
        for case in cases
        if case not in known
    ]
    ProblemCase.objects.insert_many(new)
    return len(new)
