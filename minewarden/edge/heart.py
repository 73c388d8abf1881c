"""Tells the center at regular intervals that this edge and its cameras live, and learns what to watch."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from minewarden import __version__
from minewarden.contract import Assignments, BlindInterval, CameraStatus, Heartbeat, HeartbeatReply

from .center_client import CenterClient
from .delivery import Delivery
from .spool import Spool

log = logging.getLogger(__name__)

# An edge whose clock is further from the center's than this writes wrong times into evidence.
CLOCK_DRIFT_ALARM = 5.0
# Below this free space clips are at risk; events themselves are small.
DISK_FREE_ALARM = 1 << 30


@dataclass
class Heart:
    """One beat at a time.

    ``statuses`` gives the cameras as they are now, ``more_problems`` what else operations should know, ``now`` the wall
    clock in UTC.
    """

    spool: Spool
    center: CenterClient
    delivery: Delivery
    statuses: Callable[[], Sequence[CameraStatus]]
    more_problems: Callable[[], Sequence[str]] = tuple
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    drift: float = 0.0
    assignments: Assignments | None = None

    def __post_init__(self) -> None:
        self.started_at = self.now()
        self._unknown: tuple[str, ...] = ()
        kept = self.spool.recall("assignments")
        self.assignments = Assignments.model_validate_json(kept) if kept else None

    def beat(self) -> Assignments | None:
        """Send one heartbeat; answers new assignments when the center has changed them, else None.

        Raises:
            CenterUnreachable, CenterRefused: see ``CenterClient``; nothing that was owed is forgotten.
        """
        blind = self.spool.owed_blind()
        sent_at = self.now()
        reply = self.center.heartbeat(self._message(sent_at, tuple(interval for interval, _ in blind)))
        for interval, version in blind:
            self.spool.acknowledge_blind(interval, version)
        self._measure_drift(sent_at, reply)
        self._unknown = reply.unknown_cameras
        return self.fetch_if_changed(reply.assignments_version)

    def fetch_if_changed(self, version: int) -> Assignments | None:
        """The new assignments when the center's ``version`` is not the one that is here, else None.

        Raises:
            CenterUnreachable, CenterRefused, SpoolError
        """
        if self.assignments is not None and self.assignments.version == version:
            return None
        self.assignments = self.center.assignments()
        self.spool.remember("assignments", self.assignments.model_dump_json())
        return self.assignments

    def _message(self, sent_at: datetime, blind: tuple[BlindInterval, ...]) -> Heartbeat:
        events, evidence = self.spool.waiting()
        return Heartbeat(
            sent_at=sent_at,
            started_at=self.started_at,
            software=f"minewarden {__version__}",
            events_waiting=events,
            evidence_waiting=evidence,
            disk_free_bytes=shutil.disk_usage(self.spool.folder).free,
            problems=tuple(self.problems()),
            cameras=tuple(self.statuses()),
            blind=blind,
        )

    def _measure_drift(self, sent_at: datetime, reply: HeartbeatReply) -> None:
        """The center's clock against the middle of the call; half the call is the error."""
        middle = sent_at + (self.now() - sent_at) / 2
        self.drift = (reply.received_at - middle).total_seconds()

    def problems(self) -> list[str]:
        """What operations should know, in words; empty when all is well."""
        found = [*self.more_problems()]
        if self.delivery.problem:
            found.append(self.delivery.problem)
        if self._unknown:
            found.append(f"the center does not know the cameras {', '.join(self._unknown)}")
        if abs(self.drift) > CLOCK_DRIFT_ALARM:
            found.append(f"this machine's clock is {-self.drift:+.0f} s from the center's: set NTP")
        if (free := shutil.disk_usage(self.spool.folder).free) < DISK_FREE_ALARM:
            found.append(f"only {free >> 20} MiB free for the spool {self.spool.folder}")
        if refused := self.spool.refused():
            found.append(f"the center refused {refused} events for good")
        if lost := self.spool.lost_evidence():
            found.append(f"{lost} evidence files were lost on this machine")
        return found
