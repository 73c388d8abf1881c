"""Whatever moment a kill falls in, the next start finishes what the last one began."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import av
import numpy as np
import pytest

from minewarden.contract import EvidenceKind
from minewarden.edge.recovery import recover_spool
from minewarden.edge.spool import Spool
from minewarden.vision.pipeline.evidence import EvidenceSettings

from .conftest import make_event


@pytest.fixture
def evidence(spool: Spool) -> EvidenceSettings:
    for folder in ("snapshots", "clips"):
        (spool.evidence_folder / folder).mkdir()
    return EvidenceSettings(spool.evidence_folder)


def write_torn_part(path: Path) -> None:
    """A fragmented MP4 whose last fragment was being written when the power went."""
    with av.open(str(path), "w", format="mp4", options={"movflags": "frag_keyframe+empty_moov"}) as output:
        stream = output.add_stream("libx264", rate=10, options={"g": "10"})
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for number in range(40):
            picture = av.VideoFrame.from_ndarray(np.full((64, 64, 3), number * 5, np.uint8), format="rgb24")
            output.mux(stream.encode(picture))
        output.mux(stream.encode(None))
    path.write_bytes(path.read_bytes()[:-200])


def test_an_open_event_ends_when_its_clip_was_last_written_and_says_that_it_was_interrupted(spool, evidence):
    event = make_event()
    spool.put_event(event)
    part = evidence.folder / "clips" / f"{event.event_id}.mp4.part"
    write_torn_part(part)
    written = datetime(2026, 11, 23, 8, 0, 42, tzinfo=UTC)
    os.utime(part, (written.timestamp(), written.timestamp()))
    recover_spool(spool, evidence)
    ended = spool.event(event.event_id)
    assert ended.ended_at == written
    assert ended.detail["ended"] == "interrupted"
    assert spool.open_events() == []


def test_a_torn_clip_becomes_a_clip_that_plays_and_belongs_to_its_event(spool, evidence):
    event = make_event()
    spool.put_event(event)
    write_torn_part(evidence.folder / "clips" / f"{event.event_id}.mp4.part")
    assert recover_spool(spool, evidence).clips == 1
    newest = spool.event(event.event_id)
    (reference,) = newest.evidence
    assert reference.kind is EvidenceKind.CLIP
    spool.acknowledge_event(event.event_id, newest.revision)
    (owed,) = spool.owed_evidence()
    with av.open(str(owed.path)) as clip:
        assert sum(1 for _ in clip.decode(video=0)) >= 20


def test_a_snapshot_named_by_its_event_but_unknown_to_the_spool_is_owed_again(spool, evidence):
    path = evidence.folder / "snapshots" / "x.jpg"
    path.write_bytes(b"picture")
    event = make_event()
    path = path.rename(path.with_name(f"{event.event_id}.jpg"))
    recover_spool_named = _named(event, path)
    spool.put_event(recover_spool_named)
    recover_spool(spool, evidence)
    assert spool.waiting() == (1, 1)


def _named(event, path):
    from minewarden.vision.pipeline.records import EvidenceFile

    file = EvidenceFile(uuid4(), EvidenceKind.SNAPSHOT, path, 7, "0" * 64)
    return event.model_copy(update={"evidence": (file.reference(),)})


def test_files_without_an_event_go_and_a_second_recovery_changes_nothing(spool, evidence):
    (evidence.folder / "clips" / f"{uuid4()}.mp4.part").write_bytes(b"never spooled")
    (evidence.folder / "snapshots" / f"{uuid4()}.jpg").write_bytes(b"never spooled")
    event = make_event()
    spool.put_event(event)
    assert recover_spool(spool, evidence).orphans == 2
    after = spool.event(event.event_id)
    again = recover_spool(spool, evidence)
    assert (again.ended, again.clips, again.orphans) == (0, 0, 0)
    assert spool.event(event.event_id) == after


def test_a_part_of_which_nothing_plays_is_told_in_the_event(spool, evidence):
    event = make_event()
    spool.put_event(event)
    (evidence.folder / "clips" / f"{event.event_id}.mp4.part").write_bytes(b"\0" * 100)
    recover_spool(spool, evidence)
    assert "no_clip" in spool.event(event.event_id).detail
