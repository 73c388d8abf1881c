"""Keeps what a search found: one transaction. Only the run is audited, with the hashes of what went in and came out."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from minewarden.center.audit.services import act
from minewarden.center.registry.models import User

from .candidates import Candidate as Found
from .clusters import Cluster
from .models import Candidate, CandidateCase, Dismissal, Run, SetAside
from .models import Cluster as KeptCluster
from .rules import settings

if TYPE_CHECKING:
    from .running import Searched

BATCH = 500


def keep(actor: User | None, run: Run, told: Sequence[Searched], clusters: Sequence[Cluster]) -> None:
    """Write the run and everything that follows from it."""
    with act("problems.run", actor):
        run.save()
        _keep_clusters(clusters, run.ends_on)
        SetAside.objects.all().delete()
        named: set[str] = set()
        for one in told:
            SetAside.objects.bulk_create(_forms(one), batch_size=BATCH)
            for found in one.found:
                named.add(_keep_candidate(run, one, found))
        Candidate.objects.exclude(listed="").exclude(key__in=named).update(listed="")
        _bring_back(run)


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


def _keep_candidate(run: Run, one: Searched, found: Found) -> str:
    scope = one.read.nodes[found.kind, found.scope] if found.kind != "season" else None
    months = "-".join(map(str, found.season))
    key = f"{one.source}|{found.kind}|{scope or months}|{found.topic.clause}|{found.topic.cluster}"
    figures = asdict(found)
    for name in ("topic", "scope", "keys"):
        del figures[name]
    figures["listed"] = figures.pop("list")
    figures |= {"season": list(found.season), "doubts": list(found.doubts), "trend": _trend(found)}
    figures |= {"node_id": scope, "source": one.source, "clause": found.topic.clause, "run": run}
    figures |= {"cluster_id": found.topic.cluster or None, "course": course(one, found)}
    row, _made = Candidate.objects.update_or_create(
        key=key, defaults=figures, create_defaults={**figures, "first_named": run.ends_on}
    )
    _keep_cases(row, found.keys)
    return key


def _keep_cases(row: Candidate, keys: Iterable[str]) -> None:
    wanted = {UUID(key) for key in keys}
    known = set(row.links.values_list("case_id", flat=True))
    row.links.filter(case_id__in=known - wanted).delete()
    links = [CandidateCase(candidate=row, case_id=case) for case in sorted(wanted - known)]
    CandidateCase.objects.bulk_create(links, batch_size=BATCH)


def _trend(found: Found) -> dict[str, Any] | None:
    """JSON has no infinity: a rise from nothing is None."""
    if found.trend is None:
        return None
    told = asdict(found.trend)
    return {name: None if isinstance(value, float) and math.isinf(value) else value for name, value in told.items()}


def course(one: Searched, found: Found) -> list[list[Any]]:
    """Month by month: minutes on site in the scope, inspections, and those with it."""
    mines = {mine.code: mine for mine in one.read.mines}
    keys = set(found.keys)
    hits = {finding.visit for finding in one.read.findings if finding.key in keys}
    minutes: Counter[str] = Counter()
    visits: Counter[str] = Counter()
    with_it: Counter[str] = Counter()
    for visit in one.read.visits:
        mine = mines[visit.mine]
        scope: Mapping[str, str] = {"mine": mine.code, "group": mine.group, "city": mine.city, "season": ""}
        if scope[found.kind] != found.scope or (one.source == "video" and visit.campaign != found.topic.clause):
            continue
        month = f"{visit.day:%Y-%m}"
        minutes[month] += visit.minutes
        visits[month] += 1
        with_it[month] += visit.key in hits
    return [[month, minutes[month], visits[month], with_it[month]] for month in sorted(visits)]


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
