"""The office's records as the search takes them: mines, visits with their time, findings. No writing.

Two sources, searched apart, because their time is not the same kind of time:

- *Inspections.* A hazard belongs to the inspection that it is linked with; one that is linked with none, to the
  inspection of its mine that its day lies in. What is of no inspection has no time on site and is left out, and said.
- *Video.* A violation that cameras saw belongs to the week, the mine and the scene of its event. Its time is what
  cameras watched for that scene there (:mod:`.watched`). Scenes are strata of their own: mines are compared with mines
  that were watched for the same thing. A violation without an event was no camera's, and is left out.

All keys are made of what the records say (codes, days, titles), none of the order in which they were written.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet

from minewarden.center.cases.models import Case, State
from minewarden.center.cases.models import Kind as CaseKind
from minewarden.center.enforcement.models import Inspection, InspectionCase
from minewarden.center.registry.models import Mine as RegisteredMine
from minewarden.center.registry.models import NodeKind, NodePath
from minewarden.center.video.models import Event

from .models import Source
from .records import Finding, Mine, Visit
from .texts import Lexicon, normalised, plain
from .watched import watched_minutes

HAZARDS = (CaseKind.HAZARD, CaseKind.MAJOR_HAZARD)
SCENE = "video:"  # how the topic of a scene begins
DAY = timedelta(days=1)
WEEK = 7


@dataclass
class Read:
    """What was read. ``nodes``: (kind of scope, its key) → the node's id; ``left_out``: why → how many;
    ``mine_ids``: code → id; ``names``: campaign's key → its title."""

    mines: list[Mine]
    nodes: dict[tuple[str, str], int]
    mine_ids: dict[str, int]
    visits: list[Visit] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    names: dict[str, str] = field(default_factory=dict)


def read(source: str, begin: date, end: date, lexicon: Lexicon, clause: str = "") -> Read:
    """All of one source from ``begin`` to ``end`` (both included); with ``clause`` only its findings."""
    found = _mines()
    if source == Source.VIDEO:
        _video(found, begin, end, clause)
    else:
        _inspections(found, begin, end, lexicon, clause)
    return found


def _mines() -> Read:
    """Every mine with its nearest group company, city and county."""
    mines = {mine.node_id: mine for mine in RegisteredMine.objects.order_by("code")}
    kinds = (NodeKind.GROUP, NodeKind.CITY, NodeKind.COUNTY)
    paths = NodePath.objects.filter(descendant_id__in=mines, ancestor__kind__in=kinds).order_by("depth")
    above: dict[int, dict[str, int]] = {node: {} for node in mines}
    for node, ancestor, kind in paths.values_list("descendant_id", "ancestor_id", "ancestor__kind"):
        above[node].setdefault(kind, ancestor)
    # An office is known by the first of its mines: a key that does not depend on when it was registered.
    keys: dict[int, str] = {}
    nodes: dict[tuple[str, str], int] = {}
    for node, mine in mines.items():
        nodes["mine", mine.code] = node
        for kind, office in above[node].items():
            keys.setdefault(office, f"{kind}:{mine.code}")
            nodes[kind, keys[office]] = office
    rows = [
        Mine(mine.code, _key(keys, above[node], NodeKind.GROUP), _key(keys, above[node], NodeKind.CITY), mine.kind)
        for node, mine in mines.items()
    ]
    return Read(rows, nodes, {mine.code: mine.pk for mine in mines.values()})


def _key(keys: Mapping[int, str], above: Mapping[str, int], kind: str) -> str:
    return keys[above[kind]] if kind in above else ""


def _inspections(found: Read, begin: date, end: date, lexicon: Lexicon, clause: str) -> None:
    rows = Inspection.objects.filter(withdrawn=False, began_on__gte=begin, began_on__lte=end)
    columns = ("pk", "mine__code", "began_on", "ended_on", "kind", "hours_on_site", "source_id", "inspectors")
    visits: dict[int, tuple[Visit, date]] = {}
    seen: Counter[str] = Counter()
    campaigns = "campaign__title", "campaign__began_on"
    # Ordered by what they say: of two that say the same it does not matter which is which.
    ordered = rows.order_by(*columns[1:], *campaigns, "pk").values_list(*columns, *campaigns)
    for pk, code, began, ended, kind, hours, sender, who, title, since in ordered.iterator(chunk_size=5000):
        campaign = f"{since:%Y-%m-%d} {title}" if title else ""
        found.names[campaign] = title or ""
        said = "|".join((code, f"{began}", f"{ended}", kind, f"{hours}", sender, who, campaign))
        seen[said] += 1
        visit = Visit(f"{said}|{seen[said]}", code, began, round(float(hours) * 60), campaign)
        visits[pk] = (visit, ended)
        if visit.minutes > 0:
            found.visits.append(visit)
        else:
            found.left_out["no_time"] += 1
    linked = _linked(visits)
    of_mine: dict[str, list[tuple[Visit, date]]] = defaultdict(list)
    for visit, ended in visits.values():
        of_mine[visit.mine].append((visit, ended))
    for case in _cases(HAZARDS, begin, end, clause):
        zone = ZoneInfo(case["mine__time_zone"])
        day = case["found_at"].astimezone(zone).date()
        at = linked.get(case["pk"]) or _on_day(of_mine[case["mine__code"]], day)
        if at is None and not begin <= day <= end:
            continue
        if not case["clause"]:
            found.left_out["no_clause"] += 1
            continue
        if at is None or not at.minutes:
            found.left_out["no_inspection"] += 1
            continue
        said = case["description"] or case["title"]
        text = normalised(said, lexicon).text
        closed = case["closed_at"] and case["closed_at"].astimezone(zone).date()
        found.findings.append(
            Finding(str(case["pk"]), at.key, case["clause"], plain(said), text, closed_on=closed or None)
        )


def _linked(visits: Mapping[int, tuple[Visit, date]]) -> dict[Any, Visit]:
    """Case → the earliest inspection that says that it found it."""
    links = InspectionCase.objects.filter(withdrawn=False, inspection__withdrawn=False)
    told: dict[Any, Visit] = {}
    for case, inspection in links.values_list("case_id", "inspection_id").iterator(chunk_size=5000):
        if inspection in visits:
            visit = visits[inspection][0]
            known = told.get(case)
            if known is None or (visit.day, visit.key) < (known.day, known.key):
                told[case] = visit
    return told


def _on_day(visits: Iterable[tuple[Visit, date]], day: date) -> Visit | None:
    """The longest of the inspections that this day lies in."""
    there = [visit for visit, ended in visits if visit.day <= day <= ended]
    return max(there, key=lambda visit: (visit.minutes, visit.key), default=None)


def _cases(kinds: Iterable[str], begin: date, end: date, clause: str = "") -> Iterator[dict[str, Any]]:
    rows: QuerySet[Case] = Case.objects.filter(kind__in=kinds, mine__isnull=False).exclude(state=State.REJECTED)
    # A day more on either side: the mines' days are not all the office's.
    rows = rows.filter(found_at__gte=_midnight(begin - DAY), found_at__lt=_midnight(end + 2 * DAY))
    if clause:
        rows = rows.filter(clause=clause)
    columns = ("pk", "mine__code", "mine__time_zone", "clause", "title", "description", "found_at", "closed_at")
    yield from rows.order_by("pk").values(*columns).iterator(chunk_size=5000)


def _video(found: Read, begin: date, end: date, clause: str) -> None:
    scenes = [clause.removeprefix(SCENE)] if clause else None
    weeks = watched_minutes(begin, end, scenes)
    visits = {}
    for (code, scene, monday), minutes in sorted(weeks.items()):
        if minutes > 0:
            visit = Visit(f"{code}|{monday}|{scene}", code, monday, minutes, f"{SCENE}{scene}")
            visits[code, scene, monday] = visit
            found.visits.append(visit)
    events: dict[Any, tuple[str, datetime]] = {}
    seen = Event.objects.filter(case__kind=CaseKind.VIOLATION, started_at__gte=_midnight(begin - DAY))
    if scenes:
        seen = seen.filter(scene__in=scenes)
    for case_id, scene, at in seen.order_by("-started_at", "-pk").values_list("case_id", "scene", "started_at"):
        events[case_id] = (scene, at)  # the first of several stays
    for case in _cases([CaseKind.VIOLATION], begin, end):
        scene, at = events.get(case["pk"], ("", case["found_at"]))
        zone = ZoneInfo(case["mine__time_zone"])
        day = at.astimezone(zone).date()
        if not begin <= day <= end:
            continue
        if not scene:
            found.left_out["no_event"] += not clause
            continue
        visit_at = visits.get((case["mine__code"], scene, day - timedelta(days=day.weekday())))
        if visit_at is None:
            found.left_out["not_watched"] += 1
            continue
        said = case["description"] or case["title"]
        closed = case["closed_at"] and case["closed_at"].astimezone(zone).date()
        # What a machine wrote is its own form: only the case's key tells one finding from another.
        words = f"{plain(said)} {case['pk']}"
        found.findings.append(Finding(str(case["pk"]), visit_at.key, f"{SCENE}{scene}", words, words, closed_on=closed))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(settings.TIME_ZONE))
