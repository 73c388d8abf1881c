"""What the search needs of each case, as it was read: kept from night to night (:mod:`.kept`), read only where new.

A fact says nothing of where a case is counted: that follows from all inspections, and is worked out each time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from minewarden.center.cases.models import Case, State
from minewarden.center.cases.models import Kind as CaseKind
from minewarden.center.enforcement.models import InspectionCase
from minewarden.center.registry.office_days import midnight
from minewarden.center.video.models import Event

from .models import Source
from .texts import Lexicon, normalised, plain

KINDS: Final = {
    Source.INSPECTION.value: (CaseKind.HAZARD, CaseKind.MAJOR_HAZARD),
    Source.VIDEO.value: (CaseKind.VIOLATION,),
}
DAY: Final = timedelta(days=1)
BATCH: Final = 500  # keys a query


class Fact(NamedTuple):
    """One case.

    Attributes:
        key: the case's id. mine: the mine's row.
        at: when it was found, seconds since 1970; day: the mine's day then, closed: of its closing (0: it is open), as
            ordinals.
        words: as it was written; text: normalised (of video empty: what a machine wrote is its own form).
        links: of a hazard the inspections that say they found it; of a violation (seconds, scene) of its events.
    """

    key: str
    mine: int
    at: float
    day: int
    closed: int
    clause: str
    words: str
    text: str
    links: tuple[Any, ...]


def span(begin: date, end: date) -> tuple[float, float]:
    """Seconds since 1970 from which to which cases of these days are read: a day more on either side, since the mines'
    days are not all the office's."""
    return midnight(begin - DAY).timestamp(), midnight(end + 2 * DAY).timestamp()


def facts_since(source: str, begin: date, lexicon: Lexicon) -> list[Fact]:
    """All from this day on."""
    rows = _cases(source).filter(found_at__gte=midnight(begin - DAY))
    links = InspectionCase.objects.filter(case__found_at__gte=midnight(begin - DAY))
    events = Event.objects.filter(case__found_at__gte=midnight(begin - DAY))
    return list(_told(source, rows, _linked(source, links, events), lexicon))


def facts_of_clause(source: str, begin: date, lexicon: Lexicon, clause: str) -> list[Fact]:
    """Those of one clause of the inspections, from this day on; of video all."""
    if source == Source.VIDEO:
        return facts_since(source, begin, lexicon)
    rows = _cases(source).filter(found_at__gte=midnight(begin - DAY), clause=clause)
    links = InspectionCase.objects.filter(case__clause=clause)
    return list(_told(source, rows, _linked(source, links, Event.objects.none()), lexicon))


def facts_of_cases(source: str, keys: Iterable[str], lexicon: Lexicon) -> list[Fact]:
    """Those of these cases; one that there is no longer, or that is rejected, or of another source, has none."""
    wanted = sorted(map(UUID, keys))
    found: list[Fact] = []
    for start in range(0, len(wanted), BATCH):
        some = wanted[start : start + BATCH]
        links = InspectionCase.objects.filter(case_id__in=some)
        events = Event.objects.filter(case_id__in=some)
        found += _told(source, _cases(source).filter(pk__in=some), _linked(source, links, events), lexicon)
    return found


def _cases(source: str) -> QuerySet[Case]:
    rows: QuerySet[Case] = Case.objects.filter(kind__in=KINDS[source], mine__isnull=False)
    return rows.exclude(state=State.REJECTED)


def _linked(source: str, links: QuerySet[InspectionCase], events: QuerySet[Event]) -> dict[UUID, list[Any]]:
    """Case → what its fact is linked with."""
    told: dict[UUID, list[Any]] = defaultdict(list)
    if source == Source.VIDEO:
        seen = events.filter(case__kind__in=KINDS[source]).values_list("case_id", "scene", "started_at", "pk")
        for case, scene, at, event in seen.iterator(chunk_size=5000):
            told[case].append((at.timestamp(), str(event), scene))
        return told
    rows = links.filter(withdrawn=False).values_list("case_id", "inspection_id")
    for case, inspection in rows.iterator(chunk_size=5000):
        told[case].append(inspection)
    return told


def _told(source: str, rows: QuerySet[Case], linked: dict[UUID, list[Any]], lexicon: Lexicon) -> Iterator[Fact]:
    columns = ("pk", "mine_id", "mine__time_zone", "clause", "title", "description", "found_at", "closed_at")
    video, none = source == Source.VIDEO, ()
    for key, mine, zone_name, clause, title, description, found, closed in (
        rows.order_by("pk").values_list(*columns).iterator(chunk_size=5000)
    ):
        zone = ZoneInfo(zone_name)
        said = description or title
        yield Fact(
            str(key),
            mine,
            found.timestamp(),
            found.astimezone(zone).toordinal(),
            closed.astimezone(zone).toordinal() if closed else 0,
            clause,
            plain(said),
            "" if video else normalised(said, lexicon).text,
            tuple(sorted(linked.get(key, none))),
        )


def first_event(fact: Fact, since: float) -> tuple[float, str] | None:
    """When and for which scene the first of a violation's events from this second on was; None where it has none."""
    for at, _event, scene in fact.links:
        if at >= since:
            return at, scene
    return None
