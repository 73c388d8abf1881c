"""A scene that wants bursts gets consecutive pictures when they are due, and little more is decoded than on patrol."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from minewarden.vision.pipeline import CameraPlan, EvidenceSettings, FileSettings, ScenePlan, WatchSettings, watch_file
from minewarden.vision.pipeline.bursts import Bursts
from minewarden.vision.pipeline.camera import CameraWatch
from minewarden.vision.scene import Burst, Finding, Need, Observation, SceneKind
from minewarden.vision.sources import CameraReader, DialLimit, Mode, ReaderSettings, Surroundings, parse_address
from tests.vision.sources.clips import Recipe, write_clip
from tests.vision.sources.fakes import LIVE, FakeClock, Script, ScriptedSource

from .stage import START, Sink, Stage, frame, plans

FPS, GOP, SECONDS = 10, 20, 40


@dataclass(frozen=True)
class Seconds:
    burst: float = 1.0
    every: float = 10.0
    onset: float = 0.0
    gap: float = 0.0
    hold: float = 0.0
    cool_down: float = 0.0
    looks: int = 1


@dataclass
class Seen:
    at: list[float] = field(default_factory=list)
    pictures: int = 0

    def look(self, settings: Seconds, memory: None, seen: Observation) -> tuple[None, tuple[Finding, ...]]:
        self.at.append(round(seen.at, 3))
        self.pictures += seen.frame is not None
        return None, ()


def scene(seen: Seen, need: Need = Need.BURSTS, **wanted: Any) -> ScenePlan:
    kind = SceneKind("seen", "看", "Seen", need, False, (), Seconds, lambda settings: None, seen.look)
    return ScenePlan(kind, Seconds(**wanted))


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bursts") / "long.mp4"
    return write_clip(path, Recipe(frames=FPS * SECONDS, fps=FPS, gop=GOP, width=64, height=48))


def watched(clip: Path, *scenes: ScenePlan, mode: Mode | None = None) -> int:
    """How many pictures were decoded."""
    plan = CameraPlan("belt", parse_address(str(clip)), scenes)
    settings = FileSettings(watch=WatchSettings(mode=mode), parallel=False)
    return watch_file(plan, Sink(), EvidenceSettings(clip.parent), settings=settings).frames


def test_a_file_is_decoded_in_bursts_and_costs_little_more_than_on_patrol(clip: Path) -> None:
    seen, patrolled = Seen(), Seen()
    decoded = watched(clip, scene(seen))
    patrol = watched(clip, scene(patrolled, Need.PATROL))
    assert patrol == SECONDS * FPS / GOP == 20
    assert [at for at in seen.at if 10 <= at < 12] == [round(10.0 + step / 10, 3) for step in range(11)]
    assert decoded == patrol + 4 * FPS
    assert watched(clip, scene(Seen(), Need.WATCH), mode=Mode.WATCH) == SECONDS * FPS


def test_bursts_begin_as_often_as_they_are_due(clip: Path) -> None:
    seen = Seen()
    watched(clip, scene(seen))
    close = [at for at, after in zip(seen.at, seen.at[1:], strict=False) if after - at < 0.2]
    begins = [at for at, before in zip(close[1:], close, strict=False) if at - before > 0.2]
    assert [close[0], *begins] == [0.0, 10.0, 20.0, 30.0]


def test_a_live_stream_is_read_in_bursts_too(clip: Path, tmp_path: Path) -> None:
    """The reader of a live camera, whose every new picture gives the watch a turn."""
    clock, seen = FakeClock(), Seen()
    watch = CameraWatch([scene(seen)], Stage(tmp_path).watch.book)

    def turn() -> None:
        picture = reader.latest(0.0)
        assert picture is not None
        watch.frame(picture)
        reader.set_mode(watch.mode(picture.at))

    script = Script(lambda: ScriptedSource(clip, clock))
    world = Surroundings(clock, Random(1), DialLimit(4), script)
    reader = CameraReader(LIVE, "belt", ReaderSettings(watch_fps=2), on_frame=turn, surroundings=world)
    reader.set_mode(watch.mode(clock.now()))
    reader.start()
    reader._thread.join(60)
    counts = reader.status().counts
    assert counts.packets == SECONDS * FPS
    assert counts.decoded == counts.passed == len(seen.at) == SECONDS // 2 + 4 * FPS


def test_two_scenes_share_the_longest_and_the_most_frequent_burst(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    watch = CameraWatch([scene(Seen(), burst=2.0, every=30.0), scene(Seen(), burst=1.0, every=5.0)], stage.watch.book)
    modes = [watch.mode(START)]
    for step in range(40):
        watch.frame(frame(START + step / 10))
        modes.append(watch.mode(START + step / 10))
    assert modes.count(Mode.BURST) == 21


def test_other_scenes_get_what_they_would_get_without_the_burst(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    seen, patrolled = Seen(), Seen()
    watch = CameraWatch([scene(seen), scene(patrolled, Need.PATROL)], stage.watch.book)
    for step in range(10):
        picture = replace(frame(START + step / 10), is_key=step == 0)
        assert watch.mode(picture.at) is Mode.BURST
        watch.frame(picture)
    assert len(seen.at) == seen.pictures == 10
    assert patrolled.at == [START]


def test_a_camera_that_is_watched_closely_anyway_gives_others_five_looks_a_second(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    seen, close = Seen(), Seen()
    watch = CameraWatch([scene(seen, burst=9.0, every=20.0), scene(close, Need.WATCH)], stage.watch.book)
    for step in range(100):
        watch.mode(START + step / 25)
        watch.frame(replace(frame(START + step / 25), is_key=step % 50 == 0))
    assert len(seen.at) == 100
    assert 18 <= len(close.at) <= 21


def test_scenes_that_want_bursts_are_told_when_the_camera_is_lost_and_cost_nothing_once_they_are_gone(
    tmp_path: Path,
) -> None:
    stage, seen = Stage(tmp_path), Seen()
    watch = CameraWatch([scene(seen)], stage.watch.book)
    watch.unseen(START)
    assert seen.at == [START]
    assert seen.pictures == 0
    assert watch.mode(START) is Mode.BURST
    watch.replan(plans("camera_health"), START)
    assert watch.mode(START + 1) is Mode.PATROL


@effort(deadline=None, max_examples=60)
@given(
    fps=st.sampled_from([5, 10, 12, 25]),
    group=st.floats(0.4, 6.0),
    length=st.floats(0.4, 3.0),
    every=st.floats(4.0, 30.0),
)
def test_what_is_decoded_is_the_bursts_and_the_key_frames(fps: int, group: float, length: float, every: float) -> None:
    """A reader as it is: on patrol key frames alone; a burst from the next key frame on."""
    bursts, burst, gop = Bursts(), Burst(length, every), max(1, round(group * fps))
    assume(length + gop / fps < every)  # else the next one is due before this one is over
    decoded, watching, begun, seconds = 0, False, list[float](), 120
    reads = bursts.wants(burst, 1000.0)
    for index in range(seconds * fps):
        at, is_key = 1000 + index / fps, index % gop == 0
        if reads and is_key and not watching:
            watching = True
            begun.append(at)
        watching = watching and reads
        if is_key or watching:
            decoded += 1
            bursts.frame(burst, at, is_key)
            reads = bursts.wants(burst, at)  # as of a file: asked after each picture
    assert decoded <= -(-seconds * fps // gop) + (seconds / every + 1) * (length * fps + 2)
    gaps = [later - before for before, later in pairwise(begun)]
    assert all(every - 0.1 <= gap <= every + gop / fps + 0.1 for gap in gaps[1:])
    assert all(gap <= every + 2 * gop / fps + 0.1 for gap in gaps), "the first group is known when the second begins"
    assert len(begun) >= 2
