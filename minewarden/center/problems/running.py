"""The search as it is done each night: read, normalise, cluster, count, keep. The same records give the same figures.

Everything is counted outside of any transaction and written in one at the end, so a search that is stopped has written
nothing. Texts that are known have their cluster at once and new ones go to the nearest; once a month, and when the
lexicon has changed, all are joined anew under the ids of the clusters that they continue.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.utils import timezone

from minewarden.center.audit.canonical import digest, plain
from minewarden.center.registry.models import User

from . import storing
from .candidates import Candidate, candidates
from .clusters import Cluster, clustered, counted, refreshed, with_known_ids
from .counts import Counts
from .course import trend
from .feeds import feeds
from .kept import Facts, differing, facts_anew, facts_refreshed, version
from .models import Cluster as KeptCluster
from .models import Run, Source
from .reading import Read, read
from .records import Finding, Limits, Records, limits
from .rules import settings, window
from .texts import Lexicon
from .vocabulary import office_lexicon

Tick = Callable[[int, int, str], None]
STEPS = 5


@dataclass(frozen=True)
class Searched:
    """One source: what was read, counted and named."""

    source: str
    read: Read
    found: list[Candidate]
    counted: Counts


def search(
    actor: User | None = None, now: datetime | None = None, tick: Tick = lambda *_: None, *, anew: bool = False
) -> Run:
    """Look for systemic problems and keep what was found.

    ``now`` is timezone-aware. ``tick`` hears how many steps are done, of how many, and may end the search by raising.
    ``anew``: read every case and not only what is new or changed, as is done by itself once a week (``run.toml``); the
    result is the same.
    """
    begun, now = time.monotonic(), now or timezone.now()
    first, last = window(timezone.localdate(now))
    words, words_hash = office_lexicon()
    tick(0, STEPS, "")
    facts, differed = _facts(first, last, words, words_hash, anew=anew)
    by_inspection = read(Source.INSPECTION, first, last, words, facts=facts.of(Source.INSPECTION))
    tick(1, STEPS, "")
    clusters, joined = _clusters(by_inspection.findings, last, words_hash)
    tick(2, STEPS, "")
    _put(by_inspection.findings, clusters)
    by = limits()
    told = [_searched(Source.INSPECTION, by_inspection, by)]
    tick(3, STEPS, "")
    told.append(_searched(Source.VIDEO, read(Source.VIDEO, first, last, words, facts=facts.of(Source.VIDEO)), by))
    told += [_searched(feed.name, read(feed.name, first, last, words), by) for feed in feeds()]
    tick(4, STEPS, "")
    run = Run(
        started_at=now,
        seconds=0,
        begins_on=first,
        ends_on=last,
        joined=joined,
        limits=asdict(by),
        lexicon_sha256=words_hash,
        input_sha256=input_hash(told, clusters, (words_hash, first, last), by),
        output_sha256=output_hash(told),
        counts={one.source: _counts_of(one) for one in told},
        campaigns=_campaigns(told[0]),
        read_to=facts.up_to,
        facts_version=version(),
        anew=facts.anew,
        cases_read=facts.read,
        differed=differed,
    )
    run.seconds = round(time.monotonic() - begun, 1)
    storing.keep(actor, run, told, clusters, facts)
    tick(STEPS, STEPS, "")
    return run


def _facts(first: date, last: date, words: Lexicon, words_hash: str, *, anew: bool) -> tuple[Facts, int | None]:
    """The facts of all cases, and of how many what was kept said something else; None where that was not looked at."""
    newest: Run | None = Run.objects.order_by("-pk").first()  # whose facts are kept, whatever the clock said
    refreshed = facts_refreshed(newest, first, words, words_hash)
    if refreshed is not None and not anew and not _recount_due(last):
        return refreshed, None
    read_all = facts_anew(first, words)
    return read_all, None if refreshed is None else differing(refreshed, read_all)


def _recount_due(last: date) -> bool:
    """Whether the last search that read everything is so many days ago."""
    day = Run.objects.filter(anew=True).aggregate(day=Max("ends_on"))["day"]
    return day is None or (last - day).days >= settings()["recount_days"]


def _clusters(findings: Sequence[Finding], last: date, words_hash: str) -> tuple[list[Cluster], bool]:
    """The clusters of all texts, and whether they were joined anew."""
    texts = [(one.clause, one.text) for one in findings]
    known = [
        Cluster(row.pk, row.clause, tuple(row.words), row.typical, tuple(row.texts), row.size)
        for row in KeptCluster.objects.order_by("pk")
    ]
    newest: Run | None = Run.objects.filter(joined=True).order_by("-started_at", "-pk").first()
    same_month = newest is not None and (newest.ends_on.year, newest.ends_on.month) == (last.year, last.month)
    if newest is None or not same_month or newest.lexicon_sha256 != words_hash:
        return with_known_ids(clustered(counted(texts)), known), True
    homes = refreshed(known, texts)
    more: dict[str, set[str]] = {}
    size: dict[str, int] = {}
    for clause, text in texts:
        if home := homes[clause, text]:
            more.setdefault(home, set()).add(text)
            size[home] = size.get(home, 0) + 1
    grown = [
        replace(one, texts=tuple(sorted({*one.texts, *more.get(one.id, ())})), size=size.get(one.id, 0))
        for one in known
    ]
    return grown, False


def _put(findings: list[Finding], clusters: Sequence[Cluster]) -> None:
    """Say of each finding which cluster it is in."""
    homes = {(one.clause, text): one.id for one in clusters for text in one.texts}
    findings[:] = [
        Finding(
            one.key, one.visit, one.clause, one.words, one.text, homes.get((one.clause, one.text), ""), one.closed_on
        )
        for one in findings
    ]


def _searched(source: str, taken: Read, by: Limits) -> Searched:
    found, counts = candidates(Records(taken.mines, taken.visits, taken.findings), by)
    if source == Source.VIDEO:
        found = [_with_trend(one, taken) for one in found]
    return Searched(source, taken, found, counts)


def _with_trend(one: Candidate, taken: Read) -> Candidate:
    """Scenes are strata, which the trend of a candidate leaves out as it leaves out campaigns: here they are all."""
    at = [
        replace(visit, campaign="")
        for visit in taken.visits
        if visit.campaign == one.topic.clause and _inside(taken, one, visit.mine)
    ]
    keys = set(one.keys)
    return replace(one, trend=trend(at, {finding.visit for finding in taken.findings if finding.key in keys}))


def _inside(taken: Read, one: Candidate, code: str) -> bool:
    mine = next(mine for mine in taken.mines if mine.code == code)
    return one.scope == {"mine": mine.code, "group": mine.group, "city": mine.city}.get(one.kind, "")


def _counts_of(one: Searched) -> dict[str, Any]:
    taken = one.read
    return {
        "mines": len({visit.mine for visit in taken.visits}),
        "visits": len(taken.visits),
        "minutes": sum(visit.minutes for visit in taken.visits),
        "findings": len(taken.findings),
        "texts": len({(finding.clause, finding.text) for finding in taken.findings}),
        "forms": len(one.counted.forms),
        "left_out": {why: count for why, count in sorted(taken.left_out.items()) if count},
        "head": sum(found.list == "head" for found in one.found),
        "analysts": sum(found.list == "analysts" for found in one.found),
    }


def _campaigns(one: Searched) -> list[dict[str, Any]]:
    """Each campaign with its inspections, minutes and findings."""
    told: dict[str, dict[str, Any]] = {}
    of_visit = {}
    for visit in one.read.visits:
        if visit.campaign:
            of_visit[visit.key] = visit.campaign
            row = told.setdefault(visit.campaign, {"visits": 0, "minutes": 0, "findings": 0})
            row["visits"] += 1
            row["minutes"] += visit.minutes
    for finding in one.read.findings:
        if finding.visit in of_visit:
            told[of_visit[finding.visit]]["findings"] += 1
    return [{"title": one.read.names[key], "since": key[:10], **told[key]} for key in sorted(told)]


def input_hash(told: Sequence[Searched], clusters: Sequence[Cluster], frame: tuple[str, date, date], by: Limits) -> str:
    """Of everything that the figures follow from, whatever the order in which it was written."""
    parts: list[Any] = [asdict(by), list(frame), sorted((one.id, one.clause, list(one.texts)) for one in clusters)]
    whole = hashlib.sha256(digest(plain(parts)).encode())
    for one in told:
        taken = one.read
        mines = sorted([mine.code, mine.group, mine.city, mine.sort] for mine in taken.mines)
        of_visit: dict[str, list[list[str]]] = {visit.key: [] for visit in taken.visits}
        for finding in taken.findings:
            closed = f"{finding.closed_on or ''}"
            of_visit[finding.visit].append([finding.key, finding.clause, finding.words, finding.text, closed])
        visits = sorted(
            [visit.mine, f"{visit.day}", visit.minutes, visit.campaign, sorted(of_visit[visit.key])]
            for visit in taken.visits
        )
        # Texts and whole numbers alone: JSON writes them down alike everywhere.
        whole.update(json.dumps([mines, visits], separators=(",", ":")).encode())
    return whole.hexdigest()


def output_hash(told: Sequence[Searched]) -> str:
    """Of everything that was named or set aside. Numbers to six digits: the last bits differ between processors."""
    parts: list[Any] = []
    for one in told:
        parts += [[one.source, _rounded(asdict(found))] for found in one.found]
        parts += [[one.source, _rounded(asdict(form))] for form in one.counted.forms]
    return digest(plain(parts))


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}
    return [_rounded(part) for part in value] if isinstance(value, (list, tuple)) else value
