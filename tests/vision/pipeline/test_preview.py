"""A preview watches the kept packets once more: same events as the watch would raise, and nobody's else disturbed."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import pytest

from minewarden.vision.detections import Detected, DetectionOutcome, Detections, NotAnalysed
from minewarden.vision.errors import SceneSettingsError
from minewarden.vision.models import DetectorPool
from minewarden.vision.pipeline.detector import Knows, SharedDetector
from minewarden.vision.pipeline.plan import scene_plan
from minewarden.vision.pipeline.preview import Sandbox, TooSlow, preview
from minewarden.vision.replay import NothingKept, frames, last_seconds, newest
from minewarden.vision.ring import PacketRing, StreamTemplate
from minewarden.vision.sources import SystemClock
from minewarden.vision.tracking import TrackSettings
from tests.vision.pipeline.stage import CLASSES, MODEL, people
from tests.vision.sources.clips import Recipe, write_clip

BEGAN = 1_700_000_000.0


def ring_of(clip: Path, seconds: float = 60.0) -> PacketRing:
    """The packets of a clip as they would lie in a camera's ring, decoding order kept."""
    ring = PacketRing(seconds=seconds)
    with av.open(str(clip)) as source:
        stream = source.streams.video[0]
        base = stream.time_base or Fraction(1, 25)
        for packet in source.demux(stream):
            if not packet.size:
                continue
            if packet.is_keyframe and not len(ring):
                ring.begin(StreamTemplate.of(stream, packet))
            ring.push(packet, BEGAN + float((packet.dts or 0) * base))
    return ring


@pytest.fixture(params=[("h264", 0), ("h264", 2), ("hevc", 0), ("mjpeg", 0)], ids=str)
def ring(request: pytest.FixtureRequest, tmp_path: Path) -> PacketRing:
    codec, between = request.param
    suffix = "avi" if codec == "mjpeg" else "mp4"
    return ring_of(write_clip(tmp_path / f"clip.{suffix}", Recipe(codec, frames=75, b_frames=between)))


def test_every_picture_comes_out_in_order_with_its_time(ring: PacketRing) -> None:
    packets, template = last_seconds(ring, 60)
    times = [frame.at for frame in frames(packets, template, "gate", 0)]
    assert len(times) == 75
    assert times == sorted(times)
    assert times[-1] - times[0] == pytest.approx(74 / 25, abs=0.09)
    assert len(list(frames(packets, template, "gate", 5))) == pytest.approx(15, abs=1)


def test_only_the_last_seconds_are_taken_from_a_key_packet_on(ring: PacketRing) -> None:
    packets, template = last_seconds(ring, 1)
    assert packets[0].is_key
    shown = list(frames(packets, template, "gate", 0))
    assert 25 <= len(shown) <= 50
    assert newest(ring, "gate").at == pytest.approx(BEGAN + 2, abs=1.01)
    assert newest(ring, "gate").width == 192


def test_of_an_empty_ring_it_is_said_that_nothing_came() -> None:
    with pytest.raises(NothingKept, match="no picture has come"):
        newest(PacketRing(), "gate")
    with pytest.raises(NothingKept, match="no picture has come"):
        last_seconds(PacketRing(), 5)


class Somebody:
    """A detector that sees one person at the left of every picture."""

    def __init__(self) -> None:
        self.looked = 0

    def detect(self, bgr: object) -> DetectionOutcome:
        self.looked += 1
        seen = people(1)
        assert isinstance(seen, Detected)
        found = seen.detections
        return Detected(Detections.of(found.xyxy * 0.3, found.confidence, found.class_id, CLASSES))


@pytest.fixture
def clip(tmp_path: Path) -> PacketRing:
    return ring_of(write_clip(tmp_path / "clip.mp4", Recipe(frames=125)))


@pytest.fixture
def detector():
    with DetectorPool([Somebody()]) as pool:
        yield SharedDetector(pool, Knows(MODEL, CLASSES, TrackSettings()))


def test_an_event_is_told_with_its_picture_and_its_times(clip: PacketRing, detector, tmp_path: Path) -> None:
    seen = preview(clip, [scene_plan("forbidden_zone", {"onset": 1})], 60, detector, Sandbox(tmp_path, SystemClock()))
    assert seen.seconds == pytest.approx(4.9, abs=0.2)
    [told] = seen.events
    assert not told.ended
    assert told.record.started_at - seen.began < 0.5
    assert 1.0 <= told.record.detail["told_after_s"] < 2.0
    assert told.record.evidence[0].path.is_relative_to(tmp_path)
    assert told.record.boxes[0].label == "person"
    assert detector.pool.counts().submitted == 0, "nothing is left of it in the pool"


def test_settings_that_would_not_have_told_it_tell_nothing(clip: PacketRing, detector, tmp_path: Path) -> None:
    left = [[0, 0], [0.5, 0], [0.5, 1], [0, 1]]
    for settings in ({"onset": 30}, {"mask": [left]}, {"confidence": 0.95}):
        seen = preview(clip, [scene_plan("forbidden_zone", settings)], 60, detector, Sandbox(tmp_path, SystemClock()))
        assert seen.events == [], settings
        assert seen.analysed > 0


def test_a_scene_that_needs_a_detector_is_refused_without_one(clip: PacketRing, tmp_path: Path) -> None:
    with pytest.raises(SceneSettingsError, match="needs a detector"):
        preview(clip, [scene_plan("no_helmet", {})], 60, None, Sandbox(tmp_path, SystemClock()))


def test_what_takes_too_long_is_given_up_and_says_what_to_do(clip: PacketRing, detector, tmp_path: Path) -> None:
    with pytest.raises(TooSlow, match="try fewer scenes or a shorter stretch"):
        preview(clip, [scene_plan("forbidden_zone", {})], 60, detector, Sandbox(tmp_path, SystemClock(), within=-1))


def test_a_detector_that_fails_leaves_no_event_and_counts_as_not_analysed(clip: PacketRing, tmp_path: Path) -> None:
    class Broken:
        def detect(self, bgr: object) -> DetectionOutcome:
            return NotAnalysed("broken")

    with DetectorPool([Broken()]) as pool:
        shared = SharedDetector(pool, Knows(MODEL, CLASSES, TrackSettings()))
        seen = preview(clip, [scene_plan("forbidden_zone", {})], 60, shared, Sandbox(tmp_path, SystemClock()))
    assert seen.events == []
    assert seen.not_analysed > 0
