"""Every minute in which a camera was not watched becomes a blind interval in the spool, whoever's fault it was."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID, uuid5

from minewarden.contract import BlindInterval
from minewarden.vision.pipeline.records import utc
from minewarden.vision.sources import Blind, SourceEvent

from .spool import Spool

# Ids follow from camera and beginning, so that the same interval told twice is one.
NAMESPACE = UUID("5b0a1f2e-7d8c-4a61-9f4e-6c9d1e0b2a37")
EDGE_DOWN = "the edge was not running"
ALIVE_AT = "alive_at"


class Coverage:
    """Keeps blind intervals; ``mark_alive`` is to be called often, so that a kill can be dated."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool

    def take(self, event: SourceEvent) -> None:
        """A reader's event; only blind times matter here."""
        if isinstance(event, Blind):
            ended_at = None if event.ended_at is None else utc(event.ended_at)
            self._put(event.camera, event.reason, utc(event.started_at), ended_at)

    def mark_alive(self, now: datetime) -> None:
        """The edge ran until now."""
        self._spool.remember(ALIVE_AT, now.isoformat())

    def close_gap(self, cameras: Iterable[str], now: datetime) -> None:
        """At start: what was blind when the last run ended was so until now, and all cameras were since then."""
        for interval in self._spool.open_blind():
            self._spool.put_blind(interval.model_copy(update={"ended_at": max(now, interval.started_at)}))
        alive_at = self._spool.recall(ALIVE_AT)
        if alive_at is None:
            return
        down_since = datetime.fromisoformat(alive_at)
        if down_since >= now:
            return
        for camera in cameras:
            self._put(camera, EDGE_DOWN, down_since, now)

    def _put(self, camera: str, reason: str, started_at: datetime, ended_at: datetime | None) -> None:
        interval_id = uuid5(NAMESPACE, f"{camera} {started_at.astimezone(UTC).isoformat()}")
        self._spool.put_blind(
            BlindInterval(
                interval_id=interval_id, camera=camera, reason=reason, started_at=started_at, ended_at=ended_at
            )
        )
