"""The latest standings, worked out every night, and the record of every month, frozen once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from minewarden.center.audit.services import act
from minewarden.center.ranking.computing import Computed, compute
from minewarden.center.ranking.index import Ranking
from minewarden.center.ranking.lists import screening
from minewarden.center.ranking.models import FrozenRanking, LatestRanking, MineStanding
from minewarden.center.ranking.queries import by_code
from minewarden.center.ranking.snapshot import Snapshot, freeze
from minewarden.center.ranking.takes_off import takes_off

from .formulas import sync_packaged


def refresh(now: datetime) -> int:
    """Work the standings out anew, over the year that ended yesterday; changes are told against the last record.

    Answers how many mines there are.
    """
    sync_packaged()
    today = timezone.localdate(now)
    computed = compute(today - timedelta(days=1), FrozenRanking.objects.order_by("-month").first(), today)
    record = freeze(computed.ranking, computed.first, computed.last)
    with transaction.atomic():
        LatestRanking.objects.all().delete()
        LatestRanking(
            window_first=computed.first,
            window_last=computed.last,
            formula=computed.version,
            text=record.text,
            sha256=record.sha256,
            computed_at=now,
        ).save(force_insert=True)
        return _keep(None, computed.ranking, record)


def freeze_month(month: date, now: datetime) -> FrozenRanking:
    """Freeze the record of a month, over the twelve months that ended with the day before it. The same month again is
    answered as it is, and nothing is written."""
    month = month.replace(day=1)
    known: FrozenRanking | None = FrozenRanking.objects.filter(month=month).first()
    if known is not None:
        return known
    sync_packaged()
    computed = compute(
        month - timedelta(days=1), FrozenRanking.objects.filter(month__lt=month).order_by("-month").first()
    )
    record = freeze(computed.ranking, computed.first, computed.last)
    with act("ranking.freeze", None):
        frozen = _frozen(month, computed, record, now)
        frozen.save(force_insert=True)
        _keep(frozen, computed.ranking, record)
    return frozen


def _frozen(month: date, computed: Computed, record: Snapshot, now: datetime) -> FrozenRanking:
    standings = computed.ranking.standings
    return FrozenRanking(
        month=month,
        window_first=computed.first,
        window_last=computed.last,
        formula=computed.version,
        text=record.text,
        sha256=record.sha256,
        counted=computed.counted,
        counted_sha256=computed.ranking.input_sha256,
        mines=len(standings),
        listed=sum(one.listed for one in standings),
        too_little=sum(not one.sufficient for one in standings),
        frozen_at=now,
    )


def _keep(frozen: FrozenRanking | None, ranking: Ranking, record: Snapshot) -> int:
    """Write the standings of a record anew; answers how many."""
    rows: list[Mapping[str, Any]] = record.document()["mines"]
    mines = by_code(row["mine"] for row in rows)
    places = {one.mine: place for place, one in enumerate(screening(ranking), start=1)}
    MineStanding.objects.filter(frozen=frozen).delete()
    MineStanding.objects.bulk_create(
        MineStanding(
            frozen=frozen,
            mine_id=mines[row["mine"]],
            lines=len(row["red_lines"]),
            place=places.get(row["mine"]),
            off=_off(ranking, row["mine"]) if frozen is None and row["listed"] else {},
            **{name: row[name] for name in ("score", "rank", "chance", "sufficient", "listed", "change", "parts")},
        )
        for row in rows
    )
    return len(rows)


def _off(ranking: Ranking, mine: str) -> dict[str, Any]:
    """What would take a mine off, as the page of the mine shows it."""
    found = takes_off(ranking, mine)
    return {
        "alone": [[one.key, one.fewer, round(one.score_at_none, 6)] for one in found.alone],
        "together": [list(pair) for pair in found.together],
    }
