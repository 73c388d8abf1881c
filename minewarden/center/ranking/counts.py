"""What is counted of every mine in a span of days, from the records of all apps. Each figure is one query.

Days are of the office's zone, both ends included. What counts as what stands in ``docs/watch-list.md`` and
``counting.toml``. The order of rows in the database changes nothing.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Least, TruncDate

from minewarden.center.accidents.grades import rules as accident_rules
from minewarden.center.accidents.models import Accident
from minewarden.center.accidents.models import Event as AccidentEvent
from minewarden.center.accidents.queries import hours_worked_by_mine
from minewarden.center.cases.models import Case, Kind, State, Transition
from minewarden.center.cases.transitions import table
from minewarden.center.enforcement.queries import HAZARDS, elevated_by_mine, hours_by_mine
from minewarden.center.hazards.models import Hazard, Source
from minewarden.center.lookback.population import FAILED, PASSED
from minewarden.center.registry.models import Camera, CameraState, SettingsVersion
from minewarden.center.registry.office_days import midnight
from minewarden.center.video.models import Event, ReviewState

from .figures import Tally
from .recurrences import come_back

Pair = tuple[float, float]  # events, exposure
Triple = tuple[float, float, float]  # events, squares, accidents
HANDED_IN: Final = ("hand_in", "apply")
NOT_VERIFIED: Final = (State.FOUND, State.REJECTED)


@cache
def rules() -> Mapping[str, Any]:
    """The file ``counting.toml``, read."""
    return tomllib.loads(files(__package__).joinpath("counting.toml").read_text("utf-8"))


@dataclass(frozen=True)
class Counts:
    """Mine's key → what was counted; a mine that is left out has nothing.

    Attributes:
        majors: major hazards found by supervisors; asked: those that the mine's own ledger could have had, and how many
            of them it had not.
        due: late, and all that were due. looked_back: failed, and all. closures: come back, and all old enough.
        harm: hundreds of lost days, their squares, accidents. outages: cameras, their squares, events.
    """

    hours: Mapping[int, float] = field(default_factory=dict)
    majors: Mapping[int, float] = field(default_factory=dict)
    asked: Mapping[int, Pair] = field(default_factory=dict)
    elevated: Mapping[int, float] = field(default_factory=dict)
    due: Mapping[int, Pair] = field(default_factory=dict)
    looked_back: Mapping[int, Pair] = field(default_factory=dict)
    closures: Mapping[int, Pair] = field(default_factory=dict)
    harm: Mapping[int, Triple] = field(default_factory=dict)
    worked: Mapping[int, float] = field(default_factory=dict)
    outages: Mapping[int, Triple] = field(default_factory=dict)
    camera_days: Mapping[int, float] = field(default_factory=dict)

    def tallies(self, mine: int) -> dict[str, Tally]:
        """What the formula's indicators are given of a mine."""
        hours = self.hours.get(mine, 0.0)
        failed, looked = self.looked_back.get(mine, (0.0, 0.0))
        back, closed = self.closures.get(mine, (0.0, 0.0))
        harm, harm_squares, _accidents = self.harm.get(mine, (0.0, 0.0, 0.0))
        out, out_squares, _events = self.outages.get(mine, (0.0, 0.0, 0.0))
        return {
            "major_hazards": Tally(self.majors.get(mine, 0.0), hours),
            "enforcement": Tally(self.elevated.get(mine, 0.0), hours),
            "overdue": Tally(*self.due.get(mine, (0.0, 0.0))),
            "lookback": Tally(failed + back, looked + closed),
            "honesty": Tally(*self.asked.get(mine, (0.0, 0.0))),
            "accidents": Tally(harm, self.worked.get(mine, 0.0), harm_squares),
            "video": Tally(out, self.camera_days.get(mine, 0.0), out_squares),
        }


INDICATORS: Final = frozenset(Counts().tallies(0))


def counts(first: date, last: date) -> Counts:
    """Everything that was counted in these days."""
    begin, end = midnight(first), midnight(last, days=1)
    majors, asked = _majors(begin, end)
    return Counts(
        hours={mine: float(one.hours) for mine, one in hours_by_mine(None, first, last).items()},
        majors=majors,
        asked=asked,
        elevated={mine: float(number) for mine, number in elevated_by_mine(None, first, last).items()},
        due=_due(begin, end),
        looked_back=_looked_back(begin, end),
        closures=come_back(begin, end, rules()["lookback"], NOT_VERIFIED),
        harm=_harm(begin, end),
        worked={mine: float(one.hours) for mine, one in hours_worked_by_mine(None, first, last).items()},
        outages=_outages(begin, end),
        camera_days=_camera_days(first, last),
    )


def _majors(begin: datetime, end: datetime) -> tuple[dict[int, float], dict[int, Pair]]:
    """A hazard of the mine's own ledger with the same clause, found no later and open on that day, is the same one.

    A mine whose own ledger holds nothing at all in that year says nothing of its honesty, and is not asked.
    """
    own = Hazard.objects.filter(source=Source.SELF_CHECK).exclude(case__state=State.REJECTED)
    known = own.filter(
        Q(case__closed_at=None) | Q(case__closed_at__gte=OuterRef("found_at")),
        case__mine=OuterRef("mine"),
        clause_code=OuterRef("clause"),
        case__found_at__lte=OuterRef("found_at"),
    )
    found = _cases((Kind.MAJOR_HAZARD,)).filter(found_at__gte=begin, found_at__lt=end)
    found = found.exclude(state__in=NOT_VERIFIED).exclude(hazard__source=Source.SELF_CHECK)
    rows = _grouped(found).annotate(number=Count("pk"), unreported=Count("pk", filter=~Exists(known)))
    numbers = list(rows.values_list("mine_id", "number", "unreported"))
    kept = own.filter(case__found_at__gte=begin, case__found_at__lt=end).order_by()
    keeps = set(kept.values_list("case__mine_id", flat=True).distinct())
    majors = {mine: float(number) for mine, number, _unreported in numbers}
    return majors, {mine: (float(not_there), float(all_)) for mine, all_, not_there in numbers if mine in keeps}


def _due(begin: datetime, end: datetime) -> dict[int, Pair]:
    """Late: what the mine handed in last came after the deadline (extensions counted in), or it is still to be put
    right. How long the office took to check it is not the mine's fault. Brought in closed: by the day of closing."""
    last = Transition.objects.filter(case=OuterRef("pk"), action__in=HANDED_IN).order_by("-version").values("at")[:1]
    rows = _cases(HAZARDS).exclude(state=State.REJECTED).annotate(until=Coalesce("extended_until", "due_at"))
    rows = rows.filter(until__gte=begin, until__lt=end).annotate(done=Coalesce(Subquery(last), "closed_at"))
    late = Q(done=None) | Q(done__gt=F("until")) | Q(state__in=table().clock_runs)
    counted = _grouped(rows).annotate(every=Count("pk"), late=Count("pk", filter=late))
    return {mine: (float(late), float(every)) for mine, every, late in counted.values_list("mine_id", "every", "late")}


def _looked_back(begin: datetime, end: datetime) -> dict[int, Pair]:
    rows = Transition.objects.filter(action__in=(PASSED, FAILED), at__gte=begin, at__lt=end, case__mine__isnull=False)
    failed = Count("pk", filter=Q(action=FAILED))
    counted = rows.order_by().values("case__mine_id").annotate(failed=failed, every=Count("pk"))
    return {row["case__mine_id"]: (float(row["failed"]), float(row["every"])) for row in counted}


def _harm(begin: datetime, end: datetime) -> dict[int, Triple]:
    rows = Accident.objects.filter(withdrawn=False, happened_at__gte=begin, happened_at__lt=end)
    days = Least("lost_day_equivalents", Value(accident_rules().most_of_one_event))
    sums = (
        rows.order_by()
        .values("mine_id")
        .annotate(
            days=Sum(days),
            squares=Sum(days * days),
            accidents=Count("pk", filter=Q(event=AccidentEvent.ACCIDENT)),
        )
    )
    return {row["mine_id"]: (row["days"] / 100, row["squares"] / 10_000, float(row["accidents"])) for row in sums}


def _outages(begin: datetime, end: datetime) -> dict[int, Triple]:
    video = rules()["video"]
    rows = Event.objects.filter(
        scene=video["scene"],
        label__in=video["labels"],
        state=ReviewState.CONFIRMED,
        started_at__gte=begin,
        started_at__lt=end,
    )
    starts: dict[int, list[datetime]] = defaultdict(list)
    for mine, started_at in rows.order_by("started_at").values_list("mine_id", "started_at"):
        starts[mine].append(started_at)
    together = timedelta(minutes=video["one_event_minutes"])
    return {mine: _lumped(moments, together) for mine, moments in starts.items()}


def _lumped(moments: Iterable[datetime], together: timedelta) -> Triple:
    """How many cameras, the sum of squares of how many at once, and how many events."""
    sizes: list[int] = []
    before: datetime | None = None
    for moment in sorted(moments):
        if before is not None and moment - before <= together:
            sizes[-1] += 1
        else:
            sizes.append(1)
        before = moment
    return float(sum(sizes)), float(sum(size * size for size in sizes)), float(len(sizes))


def _camera_days(first: date, last: date) -> dict[int, float]:
    """Days of cameras in use, from the day on which each was registered."""
    began = SettingsVersion.objects.filter(camera=OuterRef("pk"), version=1).values("made_at")[:1]
    rows = Camera.objects.filter(state=CameraState.ACTIVE).annotate(day=TruncDate(Subquery(began))).order_by()
    days: dict[int, float] = defaultdict(float)
    for mine, day, number in (
        rows.values("place__mine_id", "day").annotate(number=Count("pk")).values_list("place__mine_id", "day", "number")
    ):
        since = max(first, day) if day else first
        days[mine] += number * max((last - since).days + 1, 0)
    return {mine: total for mine, total in days.items() if total}


def _cases(kinds: tuple[str, ...]) -> QuerySet[Case]:
    rows: QuerySet[Case] = Case.objects.filter(kind__in=kinds, mine__isnull=False)
    return rows


def _grouped(rows: QuerySet[Any]) -> Any:
    return rows.order_by().values("mine_id")
