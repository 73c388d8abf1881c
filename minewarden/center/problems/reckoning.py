"""Before against after, out of the office's records, for one problem: closing and look-back go by it.

Only regular inspections count (a campaign looks for what it looks for). The time before is the problem's baseline, up
to the first of its measures; the time after begins when the last of them is in force. Units without the measures are
all others of the same kind (mines with mines, companies with companies; of a season the other months), without those
that another problem with measures of the same clause covers.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from minewarden.center.cases.models import Case, State
from minewarden.center.registry.models import NodeKind, NodePath

from .clusters import Cluster, refreshed
from .measure import Later, Measured, Seen, Unit, later, limits, measured, settings
from .models import Cluster as KeptCluster
from .models import Kind, Measure, Problem, Purpose, Reckoning, Source
from .reading import Read, read
from .records import Finding, Visit
from .rules import months_before
from .vocabulary import office_lexicon

DAY = timedelta(days=1)
# States in which measures may be in force.
WATCHED = (State.RECTIFYING, State.RETURNED, State.HANDED_IN, State.ACCEPTED, State.CLOSED)


@dataclass(frozen=True)
class Span:
    """Days of the time before and of the time after, all included."""

    before_from: date
    before_to: date
    after_from: date
    after_to: date

    @property
    def days(self) -> int:
        """Whole days since the time after began."""
        return max(0, (self.after_to - self.after_from).days + 1)


def span_of(problem: Problem, today: date) -> Span | None:
    """What is compared on this day; None while no measure is in force."""
    days = list(Measure.objects.filter(problem=problem, withdrawn=False).values_list("since", flat=True))
    if not days or max(days) >= today:
        return None
    before_to = min(problem.baseline_to, min(days) - DAY)
    return Span(problem.baseline_from, before_to, max(days), today - DAY)


def reckoned(problem: Problem, today: date | None = None) -> tuple[Span, Measured] | None:
    """Before against after on this day (whole days up to yesterday); None while no measure is in force."""
    span = span_of(problem, today or timezone.localdate())
    return None if span is None else (span, _measured(problem, span))


def looked_back(problem: Problem, today: date | None = None) -> tuple[Span, Measured, Later] | None:
    """The time since closing alone against before, and whether what was reached has held; None where it was not
    closed by figures."""
    closing = _closing(problem)
    closed = problem.case.closed_at
    if closing is None or closed is None:
        return None
    span = span_of(problem, today or timezone.localdate())
    since = timezone.localdate(closed) + DAY
    if span is None or since > span.after_to:
        return None
    span = replace(span, after_from=max(span.after_from, since))
    now = _measured(problem, span)
    return span, now, later(now, float(closing.figures["ratio"]), settings()["look_back"]["sure"])


def look_back_from(problem: Problem) -> date | None:
    """The day from which on a closed problem is to be looked back at."""
    closed = problem.case.closed_at
    if closed is None:
        return None
    return _months_after(timezone.localdate(closed), int(settings()["look_back"]["months"]))


def look_back_until(problem: Problem) -> date | None:
    """The day from which on a person may look back without the figures."""
    closed = problem.case.closed_at
    return closed and _months_after(timezone.localdate(closed), int(settings()["look_back"]["until"]))


def figures_of(span: Span, now: Measured) -> dict[str, Any]:
    """All figures as they are kept: dates as text, nothing infinite."""
    told = {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in asdict(now).items()
    }
    return {**told, "lacking": list(now.lacking), "span": {name: str(day) for name, day in asdict(span).items()}}


def keep(problem: Problem, purpose: Purpose, span: Span, now: Measured, verdict: str = "") -> Reckoning:
    """Write the figures down, inside the caller's action."""
    row = Reckoning(
        problem=problem,
        purpose=purpose,
        verdict=verdict or now.verdict,
        figures=figures_of(span, now),
        at=timezone.now(),
    )
    row.save()
    return row


def _closing(problem: Problem) -> Reckoning | None:
    return problem.reckonings.filter(purpose=Purpose.CLOSING).order_by("-at", "-pk").first()


def _months_after(day: date, months: int) -> date:
    first = months_before(day, -months)
    return first + timedelta(days=min(day.day, 28) - 1)


def _measured(problem: Problem, span: Span) -> Measured:
    words, _hash = office_lexicon()
    taken = read(problem.source, span.before_from, span.after_to, words, problem.clause)
    hits = _hits(problem, taken.findings)
    unit_of = _season_units(problem) if problem.kind == Kind.SEASON else _mine_units(problem, taken)
    before: dict[Any, Seen] = defaultdict(Seen)
    after: dict[Any, Seen] = defaultdict(Seen)
    for visit in taken.visits:
        unit = unit_of(visit)
        if unit is None or (visit.campaign and problem.source == Source.INSPECTION):
            continue
        if visit.day <= span.before_to:
            before[unit] += Seen(visit.key in hits, 1, visit.minutes)
        elif visit.day >= span.after_from:
            after[unit] += Seen(visit.key in hits, 1, visit.minutes)
    others = [Unit(before[unit], after[unit]) for unit in sorted({*before, *after} - {OWN})]
    drawn = problem.figures.get("mean", 0) / problem.figures["ratio"] if problem.figures.get("ratio") else None
    return measured(Unit(before[OWN], after[OWN]), others, span.days, limits(), drawn)


OWN = ""  # the unit with the measures; all others have a name


def _hits(problem: Problem, findings: list[Finding]) -> set[str]:
    """The inspections in which the problem's topic was found."""
    if not problem.cluster:
        return {one.visit for one in findings}
    kept = KeptCluster.objects.filter(clause=problem.clause).order_by("pk")
    known = [Cluster(row.pk, row.clause, tuple(row.words), row.typical, tuple(row.texts), row.size) for row in kept]
    homes = refreshed([one for one in known if one.texts], [(one.clause, one.text) for one in findings])
    return {one.visit for one in findings if homes[one.clause, one.text] == problem.cluster}


def _season_units(problem: Problem) -> Any:
    months = set(problem.season)
    return lambda visit: OWN if visit.day.month in months else f"{visit.day.month:02d}"


def _mine_units(problem: Problem, taken: Read) -> Any:
    """Which unit a visit belongs to: its mine, or the office of the problem's kind above it; None: not compared."""
    codes = {node: code for (kind, code), node in taken.nodes.items() if kind == "mine"}
    own = _codes_below(problem.case, codes)
    covered = {code for other in _others_with_measures(problem) for code in _codes_below(other.case, codes)}
    sorts = {mine.code: mine.sort for mine in taken.mines}
    own_sorts = {sorts[code] for code in own}
    names: dict[str, str] = {code: code for code in sorts}
    if problem.kind != Kind.MINE:
        names = _offices(problem.kind, codes)

    def unit(visit: Visit) -> str | None:
        if visit.mine in own:
            return OWN
        if visit.mine in covered or (problem.kind == Kind.MINE and sorts[visit.mine] not in own_sorts):
            return None
        return names.get(visit.mine)

    return unit


def _codes_below(case: Case, codes: dict[int, str]) -> set[str]:
    paths = NodePath.objects.filter(ancestor_id=case.node_id, descendant_id__in=codes)
    return {codes[node] for node in paths.values_list("descendant_id", flat=True)}


def _others_with_measures(problem: Problem) -> list[Problem]:
    same = Problem.objects.filter(clause=problem.clause, measures__withdrawn=False, case__state__in=WATCHED)
    others = same.exclude(pk=problem.pk).exclude(kind=Kind.SEASON).distinct()
    # What covers this problem's own node cannot be told apart from it; its mines stay with the problem.
    return list(others.select_related("case"))


def _offices(kind: str, codes: dict[int, str]) -> dict[str, str]:
    """Mine's code → the nearest office of this kind above it."""
    wanted = {Kind.GROUP: NodeKind.GROUP, Kind.CITY: NodeKind.CITY, Kind.COUNTY: NodeKind.COUNTY}[Kind(kind)]
    paths = NodePath.objects.filter(descendant_id__in=codes, ancestor__kind=wanted).order_by("depth", "ancestor_id")
    found: dict[str, str] = {}
    for node, office in paths.values_list("descendant_id", "ancestor_id"):
        found.setdefault(codes[node], f"{office:012d}")
    return found
