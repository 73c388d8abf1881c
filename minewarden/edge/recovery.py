"""After a kill: what the last run left half done is finished, so that nothing is lost and no event stays open for ever.

Run once at start, before anything is watched. A kill can fall between any two writes; these are the gaps:

- an event has no end: it ends when its clip was last written to, and says that the edge was interrupted;
- a clip is a ``.part``: it becomes a clip up to its last whole second;
- a file is whole but the spool does not know it: the event gets it now;
- a file belongs to no event (its event was never spooled): it goes.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from minewarden.contract import EventMessage, EvidenceKind
from minewarden.vision.clip import Clip, part_of, recover
from minewarden.vision.pipeline.evidence import EvidenceSettings
from minewarden.vision.pipeline.records import EvidenceFile

from .spool import Spool

log = logging.getLogger(__name__)


@dataclass
class Recovered:
    """What a recovery did, for the log and the heartbeat."""

    ended: int = 0
    clips: int = 0
    snapshots: int = 0
    orphans: int = 0


def recover_spool(spool: Spool, evidence: EvidenceSettings) -> Recovered:
    """Finish what a killed run left; safe to be killed itself and run again."""
    done = Recovered()
    last_written = {event.event_id: _last_written(evidence, event) for event in spool.open_events()}
    for part in sorted(evidence.folder.glob("clips/*.mp4.part")):
        _recover_clip(spool, part.with_suffix(""), done)
    for kind, folder, suffix in (
        (EvidenceKind.SNAPSHOT, "snapshots", ".jpg"),
        (EvidenceKind.REFERENCE, "references", ".jpg"),
        (EvidenceKind.CLIP, "clips", ".mp4"),
    ):
        for path in sorted(evidence.folder.glob(f"{folder}/*{suffix}")):
            _adopt(spool, path, kind, done)
    for event in spool.open_events():
        _end(spool, event, last_written.get(event.event_id))
        done.ended += 1
    return done


def _last_written(evidence: EvidenceSettings, event: EventMessage) -> datetime | None:
    """When the event was last seen to run: the last write to its clip."""
    clip = evidence.clip(event.event_id)
    for path in (part_of(clip), clip):
        if path.is_file():
            return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return None


def _recover_clip(spool: Spool, path: Path, done: Recovered) -> None:
    """A part becomes a clip; ``_adopt`` then gives it to its event."""
    if (event := _event_of(spool, path)) is None:
        part_of(path).unlink()
        done.orphans += 1
        return
    result = recover(path)
    if isinstance(result, Clip):
        return
    log.warning("event %s: %s", event.event_id, result.reason)
    newer = {"revision": event.revision + 1, "detail": {**event.detail, "no_clip": result.reason}}
    spool.put_event(event.model_copy(update=newer))


def _adopt(spool: Spool, path: Path, kind: EvidenceKind, done: Recovered) -> None:
    """Give a whole file to its event, if the spool does not know the file."""
    if path in spool.known_evidence_paths():
        return
    event = _event_of(spool, path)
    if event is None:
        path.unlink()
        done.orphans += 1
        return
    named = next((reference for reference in event.evidence if reference.kind is kind), None)
    if named is not None:
        # Delivered files are deleted after they are marked complete: a kill between the two leaves this one.
        if not spool.knows_evidence(named.evidence_id):
            spool.put_evidence(event, named, path)
        else:
            path.unlink()
        return
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    reference = EvidenceFile(uuid4(), kind, path, path.stat().st_size, sha256).reference()
    newer = {"revision": event.revision + 1, "evidence": (*event.evidence, reference)}
    spool.put_evidence(event.model_copy(update=newer), reference, path)
    if kind is EvidenceKind.CLIP:
        done.clips += 1
    else:
        done.snapshots += 1


def _event_of(spool: Spool, path: Path) -> EventMessage | None:
    """The event whose id is the file's name."""
    try:
        return spool.event(UUID(path.stem))
    except ValueError:
        return None


def _end(spool: Spool, event: EventMessage, last_written: datetime | None) -> None:
    """Nobody saw this event end: say so, and when it was last seen."""
    ended_at = max(event.started_at, last_written or event.started_at)
    newer = {
        "revision": event.revision + 1,
        "ended_at": ended_at,
        "detail": {**event.detail, "ended": "interrupted"},
    }
    spool.put_event(event.model_copy(update=newer))
