"""Takes what the watch says and puts it into the spool before anything else happens with it."""

from __future__ import annotations

from collections.abc import Callable

from minewarden.vision.pipeline.records import EventRecord, EvidenceFile

from .spool import Spool


class SpoolSink:
    """An ``EventSink`` over the spool; ``wake`` is called after each record so that delivery starts at once.

    Every method returns only after the record would survive a power cut, and takes the same record twice without harm.
    """

    def __init__(self, spool: Spool, wake: Callable[[], None]) -> None:
        self._spool = spool
        self._wake = wake

    def begin(self, record: EventRecord) -> None:
        """A new event."""
        self._put(record)

    def update(self, record: EventRecord) -> None:
        """More of an event that runs."""
        self._put(record)

    def end(self, record: EventRecord) -> None:
        """An event is over."""
        self._put(record)

    def evidence(self, record: EventRecord, file: EvidenceFile) -> None:
        """A file of an event is whole."""
        self._spool.put_evidence(record.message(), file.reference(), file.path)
        self._wake()

    def complete(self, record: EventRecord) -> None:
        """Nothing more will come of this event."""
        self._put(record)

    def _put(self, record: EventRecord) -> None:
        self._spool.put_event(record.message())
        self._wake()
