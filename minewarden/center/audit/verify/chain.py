"""The chain against itself: no gap, no event changed, nothing cut off before the head."""

from __future__ import annotations

from minewarden.center.audit.canonical import digest
from minewarden.center.audit.models import REMOVED, AuditEvent, AuditHead, AuditShape
from minewarden.center.audit.services import GENESIS, event_hash

from .report import Finding, Progress, Report

CHUNK = 2000


def check_chain(report: Report, progress: Progress, expected_head: str = "") -> dict[str, list[str]]:
    """Walk all events in order; answers the columns of each shape that can be trusted.

    ``expected_head`` is a head hash that was written down elsewhere: it must be in the chain.
    """
    shapes = _shapes(report)
    sequence, previous, seen = 0, GENESIS, not expected_head
    for event in AuditEvent.objects.order_by("sequence").iterator(chunk_size=CHUNK):
        if event.sequence != sequence + 1:
            report.add(Finding("chain", f"{sequence + 1}…{event.sequence - 1}", "events_missing"))
            previous = event.previous_hash if event.sequence > sequence + 1 else previous
        if event.previous_hash != previous:
            report.add(Finding("event", str(event.sequence), "link_broken", "does not follow from the event before"))
        if event.hash != event_hash(event):
            report.add(Finding("event", str(event.sequence), "event_changed", f"{event.object_type} {event.object_id}"))
        if event.shape not in shapes and event.shape != REMOVED:
            report.add(Finding("event", str(event.sequence), "shape_missing", event.shape))
        seen = seen or event.hash == expected_head
        sequence, previous = event.sequence, event.hash
        report.events += 1
        if report.events % CHUNK == 0:
            progress("events", CHUNK)
    progress("events", report.events % CHUNK)
    report.head_sequence, report.head_hash = sequence, previous if sequence else ""
    _check_head(report)
    if not seen:
        report.add(Finding("chain", expected_head, "expected_head_missing", "the chain was cut off or rewritten"))
    return shapes


def _check_head(report: Report) -> None:
    head = AuditHead.objects.filter(pk=1).first()
    if head is None:
        if report.events:
            report.add(Finding("chain", "head", "head_missing"))
    elif (head.sequence, head.hash) != (report.head_sequence, report.head_hash or GENESIS):
        detail = f"head says event {head.sequence}, the last is {report.head_sequence}"
        report.add(Finding("chain", "head", "head_differs", detail))


def _shapes(report: Report) -> dict[str, list[str]]:
    """Digest → columns, of the shapes that are what their digest says."""
    shapes = {}
    for shape in AuditShape.objects.all():
        if digest({"object_type": shape.object_type, "columns": shape.columns}) == shape.digest:
            shapes[shape.digest] = list(shape.columns)
        else:
            report.add(Finding("chain", f"shape {shape.digest}", "shape_changed", shape.object_type))
    return shapes
