"""Every minute in which a camera was not watched becomes a blind interval in the spool, whoever's fault it was."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID, uuid5

from minewarden.contract import BlindInterval
from minewarden.vision.pipeline.records import utc
from minewarden.vision.sources import Blind, SourceEvent

from .errors import SpoolError
from .spool import Spool

log = logging.getLogger(__name__)

# Ids follow from camera and beginning, so that the same interval told twice is one.
NAMESPACE = UUID("5b0a1f2e-7d8c-4a61-9f4e-6c9d1e0b2a37")
EDGE_DOWN = "the edge was not running"
ALIVE_AT = "alive_at"


class Coverage:
    """Keeps blind intervals; ``mark_alive`` is to be called often, so that a kill can be dated.

    What the spool cannot take (a full disk) waits in memory for the next ``mark_alive``.
    """

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._waiting: deque[BlindInterval] = deque()

    def take(self, event: SourceEvent) -> None:
        """A reader's event; only blind times matter here."""
        if isinstance(event, Blind):
            ended_at = None if event.ended_at is None else utc(event.ended_at)
            self._put(event.camera, event.reason, utc(event.started_at), ended_at)

    def mark_alive(self, now: datetime) -> None:
        """The edge ran until now.

        Raises:
            SpoolError: the spool cannot be written; nothing that waits is forgotten.
        """
        while self._waiting:
            self._spool.put_blind(self._waiting[0])
            self._waiting.popleft()
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
        interval = BlindInterval(
            interval_id=interval_id, camera=camera, reason=reason, started_at=started_at, ended_at=ended_at
        )
        if self._waiting:  # in order: an end must not be overtaken by its beginning
            self._waiting.append(interval)
            return
        try:
            self._spool.put_blind(interval)
        except SpoolError as error:
            log.error("blind interval of %s waits: %s", camera, error)
            self._waiting.append(interval)
