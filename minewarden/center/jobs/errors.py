"""How a job ends otherwise than well."""

from __future__ import annotations

from datetime import timedelta


class JobFailed(Exception):
    """Raised by a handler: it cannot be done and trying again makes no sense. The message is for who asked."""


class TryAgain(Exception):
    """Raised by a handler: what it needs is not there now. ``after`` replaces the usual back-off."""

    def __init__(self, message: str, after: timedelta | None = None) -> None:
        super().__init__(message)
        self.after = after


class Stopped(BaseException):
    """Raised inside a handler by ``JobRun``: somebody cancelled the job, the worker is being ended, or another worker
    holds the job. No ``Exception``, so that no handler takes it for a fault of its work."""


class JobCancelled(Stopped):
    """Somebody cancelled the job."""


class WorkerEnding(Stopped):
    """This worker is being ended; the job goes back to the queue."""


class JobLost(Stopped):
    """The lease ran out and another worker has taken the job: nothing more may be written for it."""
