"""Keeps what a search found: one transaction. Only the run is audited, with the hashes of what went in and came out."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from minewarden.center.audit.services import act
from minewarden.center.notices.services import tell
from minewarden.center.registry.models import Role, RoleGrant, User
from minewarden.center.registry.scope import in_force

from .candidates import Candidate as Found
from .clusters import Cluster
from .feeds import feed_of
from .kept import Facts, keep_facts
from .models import Candidate, CandidateCase, CandidateRecord, Dismissal, Run, SetAside
from .models import Cluster as KeptCluster
from .records import Visit
from .rules import settings

if TYPE_CHECKING:
    from .running import Searched

BATCH = 500


def keep(actor: User | None, run: Run, told: Sequence[Searched], clusters: Sequence[Cluster], facts: Facts) -> None:
    """Write the run and everything that follows from it."""
    with act("problems.run", actor):
        run.kept_sha256 = keep_facts(facts)
        run.save()
        _keep_clusters(clusters, run.ends_on)
        SetAside.objects.all().delete()
        named: set[str] = set()
        for one in told:
            SetAside.objects.bulk_create(_forms(one), batch_size=BATCH)
            for found, course in zip(one.found, courses(one), strict=True):
                named.add(_keep_candidate(run, one, found, course))
        Candidate.objects.exclude(listed="").exclude(key__in=named).update(listed="")
        _bring_back(run)
        if run.differed:
            _alarm(run)


def _alarm(run: Run) -> None:
    """What was kept was not what the records say: those who look after the program hear of it."""
    grants = RoleGrant.objects.filter(in_force(), role__in=(Role.ADMINISTRATOR, Role.OPERATIONS), node__parent=None)
    tell(
        User.objects.filter(pk__in=grants.values("user_id"), is_active=True),
        "problems.differed",
        dedupe_key=f"problems.differed:{run.pk}",
        params={"count": run.differed},
    )


def _keep_clusters(clusters: Sequence[Cluster], day: date) -> None:
    """New ones are written, changed ones changed; one without texts stays, since candidates may speak of it."""
    kept = {row.pk: row for row in KeptCluster.objects.all()}
    new, changed = [], []
    for one in clusters:
        row = kept.pop(one.id, None)
        said = {
            "words": list(one.words),
            "typical": one.typical,
            "texts": list(one.texts),
            "size": one.size,
        }
        if row is None:
            new.append(KeptCluster(id=one.id, clause=one.clause, first_seen=day, last_seen=day, **said))
        elif any(getattr(row, name) != value for name, value in said.items()):
            for name, value in {**said, "last_seen": day}.items():
                setattr(row, name, value)
            changed.append(row)
    for row in kept.values():
        if row.texts:
            row.texts, row.size = [], 0
            changed.append(row)
    KeptCluster.objects.bulk_create(new, batch_size=BATCH)
    KeptCluster.objects.bulk_update(changed, ["words", "typical", "texts", "size", "last_seen"], batch_size=BATCH)


def _keep_candidate(run: Run, one: Searched, found: Found, course: list[list[Any]]) -> str:
    scope = one.read.nodes[found.kind, found.scope] if found.kind != "season" else None
    months = "-".join(map(str, found.season))
    key = f"{one.source}|{found.kind}|{scope or months}|{found.topic.clause}|{found.topic.cluster}"
    figures = asdict(found)
    for name in ("topic", "scope", "keys"):
        del figures[name]
    figures["listed"] = figures.pop("list")
    figures |= {"season": list(found.season), "doubts": list(found.doubts), "trend": _trend(found)}
    figures |= {"node_id": scope, "source": one.source, "clause": found.topic.clause, "run": run}
    figures |= {"cluster_id": found.topic.cluster or None, "course": course}
    row, _made = Candidate.objects.update_or_create(
        key=key, defaults=figures, create_defaults={**figures, "first_named": run.ends_on}
    )
    if feed_of(one.source):
        _keep_records(row, found.keys)
    else:
        _keep_cases(row, found.keys)
    return key


def _keep_cases(row: Candidate, keys: Iterable[str]) -> None:
    wanted = {UUID(key) for key in keys}
    known = set(row.links.values_list("case_id", flat=True))
    row.links.filter(case_id__in=known - wanted).delete()
    links = [CandidateCase(candidate=row, case_id=case) for case in sorted(wanted - known)]
    CandidateCase.objects.bulk_create(links, batch_size=BATCH)


def _keep_records(row: Candidate, keys: Iterable[str]) -> None:
    wanted = set(keys)
    known = set(row.records.values_list("key", flat=True))
    row.records.filter(key__in=known - wanted).delete()
    new = [CandidateRecord(candidate=row, key=key) for key in sorted(wanted - known)]
    CandidateRecord.objects.bulk_create(new, batch_size=BATCH)


def _trend(found: Found) -> dict[str, Any] | None:
    """JSON has no infinity: a rise from nothing is None."""
    if found.trend is None:
        return None
    told = asdict(found.trend)
    return {name: None if isinstance(value, float) and math.isinf(value) else value for name, value in told.items()}


def courses(one: Searched) -> list[list[list[Any]]]:
    """Of each candidate month by month: minutes on site in the scope, inspections, and those with it."""
    visit_of = {finding.key: finding.visit for finding in one.read.findings}
    mines = {mine.code: mine for mine in one.read.mines}
    of_scope: dict[tuple[str, str], list[Visit]] = {}
    for visit in one.read.visits:
        mine = mines[visit.mine]
        for scope in (("mine", mine.code), ("group", mine.group), ("city", mine.city), ("season", "")):
            of_scope.setdefault(scope, []).append(visit)
    return [
        _course(one, found, of_scope.get((found.kind, found.scope), []), {visit_of[key] for key in found.keys})
        for found in one.found
    ]


def _course(one: Searched, found: Found, visits: Iterable[Visit], hits: set[str]) -> list[list[Any]]:
    minutes: Counter[str] = Counter()
    count: Counter[str] = Counter()
    with_it: Counter[str] = Counter()
    for visit in visits:
        if one.source == "video" and visit.campaign != found.topic.clause:
            continue
        month = f"{visit.day.year}-{visit.day.month:02d}"
        minutes[month] += visit.minutes
        count[month] += 1
        with_it[month] += visit.key in hits
    return [[month, minutes[month], count[month], with_it[month]] for month in sorted(count)]


def _forms(one: Searched) -> list[SetAside]:
    """The sentences set aside, with the mines that they were written at."""
    code_of = {visit.key: visit.mine for visit in one.read.visits}
    uses: dict[tuple[str, str], set[tuple[str, str]]] = {}
    wanted = {(form.clause, form.sentence) for form in one.counted.forms}
    for finding in one.read.findings:
        for said in {finding.words, finding.text}:
            if (finding.clause, said) in wanted:
                uses.setdefault((finding.clause, said), set()).add((code_of[finding.visit], finding.visit))
    mines = {mine.code: mine for mine in one.read.mines}
    rows = []
    for form in one.counted.forms:
        kind, name = form.area
        inside = [
            code
            for code, _visit in uses[form.clause, form.sentence]
            if kind == "all" or name == (mines[code].group if kind == "group" else mines[code].city)
        ]
        told = sorted(Counter(inside).items(), key=lambda pair: (-pair[1], pair[0]))
        rows.append(
            SetAside(
                source=one.source,
                clause=form.clause,
                sentence=form.sentence,
                node_id=one.read.nodes[kind, name] if kind != "all" and name else None,
                mines=[[one.read.mine_ids[code], count] for code, count in told],
                visits=form.visits,
                share=form.share,
                exact=form.exact,
            )
        )
    return rows


def _bring_back(run: Run) -> None:
    """A dismissed candidate that has clearly grown comes again; the dismissal stays to be read."""
    for dismissal in Dismissal.objects.filter(returned_on=None).select_related("candidate"):
        now = dismissal.candidate
        if now.run_id == run.pk and now.n > dismissal.n and now.low >= settings()["grown"] * dismissal.low:
            dismissal.returned_on = run.ends_on
            dismissal.save()
