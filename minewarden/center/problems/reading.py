"""The office's records as the search takes them: mines, visits with their time, findings. No writing.

Two sources of our own, searched apart, because their time is not the same kind of time (other apps register theirs,
:mod:`.feeds`):

- *Inspections.* A hazard belongs to the inspection that it is linked with; one that is linked with none, to the
  inspection of its mine that its day lies in. What is of no inspection has no time on site and is left out, and said.
- *Video.* A violation that cameras saw belongs to the week, the mine and the scene of its event. Its time is what
  cameras watched for that scene there (:mod:`.watched`). Scenes are strata of their own: mines are compared with mines
  that were watched for the same thing. A violation without an event was no camera's, and is left out.

All keys are made of what the records say (codes, days, titles), none of the order in which they were written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from minewarden.center.enforcement.models import Inspection
from minewarden.center.registry.models import Mine as RegisteredMine
from minewarden.center.registry.models import NodeKind, NodePath

from .facts import Fact, facts_of_clause, facts_since, first_event, span
from .feeds import Fed, Feed, feed_of
from .models import Source
from .records import Finding, Mine, Visit
from .texts import Lexicon
from .watched import watched_minutes

SCENE = "video:"  # how the topic of a scene begins
FEED = "feed:"  # how the reason begins why records of a feed are left out


@dataclass
class Read:
    """What was read. ``nodes``: (kind of scope, its key) → the node's id; ``left_out``: why → how many;
    ``mine_ids``: code → id; ``zones``: id → code and zone; ``names``: campaign's key → its title."""

    mines: list[Mine]
    nodes: dict[tuple[str, str], int]
    mine_ids: dict[str, int]
    zones: dict[int, tuple[str, ZoneInfo]] = field(default_factory=dict)
    visits: list[Visit] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    names: dict[str, str] = field(default_factory=dict)


def read(
    source: str, begin: date, end: date, lexicon: Lexicon, clause: str = "", facts: Sequence[Fact] | None = None
) -> Read:
    """All of one source from ``begin`` to ``end`` (both included); with ``clause`` only its findings.

    ``facts``: those of the source's cases, where they are known already; at least all of these days, more does no harm.
    """
    found = mines_read()
    if feed := feed_of(source):
        _fed(found, feed, feed.read(begin, end, clause.partition(":")[2]))
        return found
    if facts is None:
        facts = facts_of_clause(source, begin, lexicon, clause) if clause else facts_since(source, begin, lexicon)
    low, high = span(begin, end)
    facts = [fact for fact in facts if low <= fact.at < high]
    if source == Source.VIDEO:
        _video(found, begin, end, facts, clause)
    else:
        _inspections(found, begin, end, facts)
    return found


def mines_read() -> Read:
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
    zones = {mine.pk: (mine.code, ZoneInfo(mine.time_zone)) for mine in mines.values()}
    return Read(rows, nodes, {mine.code: mine.pk for mine in mines.values()}, zones)


def _key(keys: Mapping[int, str], above: Mapping[str, int], kind: str) -> str:
    return keys[above[kind]] if kind in above else ""


def _inspections(found: Read, begin: date, end: date, facts: Iterable[Fact]) -> None:
    visits = _visits(found, begin, end)
    on_day = _by_day(visits.values())
    first, last = begin.toordinal(), end.toordinal()
    for fact in facts:
        at = _linked(fact, visits) or on_day.get((found.zones[fact.mine][0], fact.day))
        if at is None and not first <= fact.day <= last:
            continue
        if not fact.clause:
            found.left_out["no_clause"] += 1
        elif at is None or not at.minutes:
            found.left_out["no_inspection"] += 1
        else:
            closed = date.fromordinal(fact.closed) if fact.closed else None
            found.findings.append(Finding(fact.key, at.key, fact.clause, fact.words, fact.text, "", closed))


def _visits(found: Read, begin: date, end: date) -> dict[int, tuple[Visit, date]]:
    """Inspection → it as a visit, and its last day; those with time are told to ``found``."""
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
    return visits


def _linked(fact: Fact, visits: Mapping[int, tuple[Visit, date]]) -> Visit | None:
    """The earliest inspection that says that it found it."""
    told = [visits[key][0] for key in fact.links if key in visits]
    if len(told) < 2:
        return told[0] if told else None
    return min(told, key=lambda visit: (visit.day, visit.key))


def _by_day(visits: Iterable[tuple[Visit, date]]) -> dict[tuple[str, int], Visit]:
    """(mine's code, day) → the longest of the inspections that the day lies in."""
    longest: dict[tuple[str, int], Visit] = {}
    for visit, ended in visits:
        for day in range(visit.day.toordinal(), ended.toordinal() + 1):
            known = longest.get((visit.mine, day))
            if known is None or (known.minutes, known.key) < (visit.minutes, visit.key):
                longest[visit.mine, day] = visit
    return longest


def _fed(found: Read, feed: Feed, fed: Fed) -> None:
    """What another app tells: its records have neither clause nor text, and none of them is a form."""
    for visit in fed.visits:
        found.visits.append(Visit(visit.key, found.zones[visit.mine][0], visit.day, visit.minutes))
    for one in fed.records:
        if one.visit is None:
            found.left_out[FEED + feed.name] += 1
            continue
        words = f"{feed.name} {one.key}"
        topic = f"{feed.name}:{one.topic}"
        found.findings.append(Finding(one.key, one.visit, topic, words, words, "", one.closed_on))


def _video(found: Read, begin: date, end: date, facts: Iterable[Fact], clause: str) -> None:
    scenes = [clause.removeprefix(SCENE)] if clause else None
    visits = {}
    for (code, scene, monday), minutes in sorted(watched_minutes(begin, end, scenes).items()):
        if minutes > 0:
            visit = Visit(f"{code}|{monday}|{scene}", code, monday, minutes, f"{SCENE}{scene}")
            visits[code, scene, monday] = visit
            found.visits.append(visit)
    since = span(begin, end)[0]
    for fact in facts:
        code, zone = found.zones[fact.mine]
        event = first_event(fact, since)
        if scenes and event is not None and event[1] not in scenes:
            continue
        day = datetime.fromtimestamp(event[0] if event else fact.at, zone).date()
        if not begin <= day <= end:
            continue
        if event is None:
            found.left_out["no_event"] += not clause
            continue
        scene = event[1]
        visit_at = visits.get((code, scene, day - timedelta(days=day.weekday())))
        if visit_at is None:
            found.left_out["not_watched"] += 1
            continue
        # What a machine wrote is its own form: only the case's key tells one finding from another.
        words = f"{fact.words} {fact.key}"
        closed = date.fromordinal(fact.closed) if fact.closed else None
        found.findings.append(Finding(fact.key, visit_at.key, f"{SCENE}{scene}", words, words, "", closed))
