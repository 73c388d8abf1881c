"""What a handler is given: its payload, who asked, and the way to say how far it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from minewarden.center.registry.models import User

from .errors import JobCancelled, JobLost, WorkerEnding
from .models import Job, JobState

WRITE_EVERY: Final = timedelta(seconds=0.5)


@dataclass
class JobRun:
    """One try at one job.

    In a worker a thread beside the handler writes what :meth:`progress` says and renews the lease (``beside`` is
    True), so that nothing is written on the handler's own connection, where it would be held back by its transaction.
    """

    job: Job
    ending: Event = field(default_factory=Event)
    beside: bool = False
    _cancelled: bool = field(init=False)
    _lost: bool = False
    _unsaid: bool = False

    def __post_init__(self) -> None:
        self._said_at = timezone.now() - WRITE_EVERY
        self._cancelled = self.job.cancel_wanted

    @property
    def id(self) -> UUID:
        return self.job.pk

    @property
    def payload(self) -> dict[str, Any]:
        payload: dict[str, Any] = self.job.payload
        return payload

    @property
    def user(self) -> User | None:
        """Who asked; None for the system."""
        return self.job.user

    @property
    def kept(self) -> Any:
        """What :meth:`keep` was last given, in this try or the one before it; None at first."""
        return self.job.kept

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Say how far it is. Call it as often as you like: writes are few.

        Raises:
            Stopped: as :meth:`check_cancelled`.
        """
        self.job.done, self.job.note = done, note[:200] or self.job.note
        self.job.total = self.job.total if total is None else total
        self._unsaid = True
        if not self.beside and timezone.now() - self._said_at >= WRITE_EVERY:
            self.say()
        self._raise_if_stopped()

    def check_cancelled(self) -> None:
        """Return where the work may go on.

        Raises:
            JobCancelled: somebody cancelled it.
            WorkerEnding: the worker is being ended.
            JobLost: another worker has the job.
        """
        if not self.beside:
            self.say()
        self._raise_if_stopped()

    def keep(self, value: Any) -> None:
        """Keep what is needed to go on from here (JSON), in the transaction that the caller is in: a part of the work
        and the word that it was done are written together or not at all.

        Raises:
            JobLost: another worker has the job; the caller's transaction must fail.
        """
        if not self._held().update(kept=value):
            self._lost = True
        self.job.kept = value
        self._raise_if_stopped()

    def say(self) -> None:
        """Write the progress, renew the lease, and learn whether somebody wants it stopped."""
        now = timezone.now()
        changes: dict[str, Any] = {"lease_until": now + timedelta(seconds=settings.JOB_LEASE_SECONDS)}
        if self._unsaid:
            self._unsaid = False
            changes |= {"done": self.job.done, "total": self.job.total, "note": self.job.note}
        held = self._held()
        self._lost = self._lost or not held.update(**changes)
        self._cancelled = self._cancelled or held.filter(cancel_wanted=True).exists()
        self._said_at = now

    def needs_word(self) -> bool:
        """Whether there is progress to write, or the lease has run for a third of its time."""
        lease = timedelta(seconds=settings.JOB_LEASE_SECONDS)
        return self._unsaid or timezone.now() - self._said_at >= min(lease / 3, timedelta(seconds=5))

    def _held(self) -> Any:
        return Job.objects.filter(pk=self.job.pk, claim=self.job.claim, state=JobState.RUNNING)

    def _raise_if_stopped(self) -> None:
        if self._lost:
            raise JobLost(str(self.job.pk))
        if self._cancelled:
            raise JobCancelled(str(self.job.pk))
        if self.ending.is_set():
            raise WorkerEnding(str(self.job.pk))
