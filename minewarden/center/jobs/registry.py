"""The kinds of jobs: an app's module declares its handlers, and ``AppConfig.ready()`` imports that module.

::

    @job("workbooks.export", attempts=3)
    def export(run: JobRun) -> dict[str, Any]:
        for count, row in enumerate(rows(run.user, run.payload)):
            run.progress(count, total)
        return {"url": "/workbooks/…"}
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.functional import Promise

if TYPE_CHECKING:
    from .run import JobRun

Handler = Callable[["JobRun"], dict[str, Any] | None]


@dataclass(frozen=True)
class JobKind:
    """A handler, how often it is tried, and what people call the work."""

    name: str
    handler: Handler
    attempts: int
    label: str | Promise


@dataclass(frozen=True)
class Rhythm:
    """Every so long, or at a time of day of the office."""

    every: timedelta | None
    at: time | None

    def next(self, now: datetime) -> datetime:
        """The next moment after ``now``. Times that were missed do not pile up."""
        if self.every is not None:
            return now + self.every
        assert self.at is not None
        local = now.astimezone(ZoneInfo(settings.TIME_ZONE))
        today = datetime.combine(local.date(), self.at, tzinfo=local.tzinfo)
        return today if today > local else datetime.combine(local.date() + timedelta(days=1), self.at, local.tzinfo)


_kinds: dict[str, JobKind] = {}
_rhythms: dict[str, Rhythm] = {}


def job(name: str, attempts: int = 3, label: str | Promise = "") -> Callable[[Handler], Handler]:
    """Declare the handler of the jobs called ``name`` (``app.verb``); ``label`` is what pages call it.

    The handler may be run again after it failed or its worker was killed: what it does must bear that.

    Raises:
        ValueError: another handler has this name.
    """

    def declare(handler: Handler) -> Handler:
        known = _kinds.get(name)
        if known is not None and known.handler.__qualname__ != handler.__qualname__:
            raise ValueError(f"two handlers for jobs called {name!r}")
        _kinds[name] = JobKind(name, handler, attempts, label or name)
        return handler

    return declare


def register_periodic(kind: str, *, every: timedelta | None = None, at: time | None = None) -> None:
    """Let a kind of job be done every so long, or each day at a time of the office's zone.

    Raises:
        ValueError: not exactly one of ``every`` and ``at``.
    """
    if (every is None) == (at is None):
        raise ValueError(f"{kind}: give either every or at")
    _rhythms[kind] = Rhythm(every, at)


def kind_of(name: str) -> JobKind | None:
    """The kind of this name, None where this version knows no such work."""
    return _kinds.get(name)


def rhythms() -> dict[str, Rhythm]:
    """All periodic kinds."""
    return dict(_rhythms)
