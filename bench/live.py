"""The same in real time: many cameras in one watcher, as the edge runs them, fed from files that play as if live."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from minewarden.vision.models import Model
from minewarden.vision.pipeline import (
    CameraPlan,
    EvidenceSettings,
    SharedDetector,
    Watcher,
    WatcherSettings,
    WatchSettings,
)
from minewarden.vision.sources import Mode, parse_address

from .clips import Clip
from .methods import CountingSink, scene_plans
from .spent import cpu_seconds

# Dialling and the first group of pictures are over by then.
SETTLED = 3.0


@dataclass(frozen=True, slots=True)
class LiveRow:
    """``cameras`` on patrol for ``seconds``. ``decoded`` of ``expected`` pictures came out, ``not_analysed`` of those
    that were wanted nobody looked at: on a machine that does not keep up the figure is not worth quoting.
    """

    clip: str
    cameras: int
    seconds: float
    cameras_per_core: float
    decoded: int
    expected: int
    not_analysed: int
    events: int


def measure_live(clip: Clip, model: Model, cameras: int, seconds: float = 15.0) -> LiveRow:
    """Watch the clip as so many cameras, each at another place of it, reader threads and detector pool included."""
    detector, sink = SharedDetector.over(model), CountingSink()
    settings = WatcherSettings(watch=WatchSettings(mode=Mode.PATROL))
    with (
        detector.pool,
        tempfile.TemporaryDirectory(prefix="minewarden-bench-") as folder,
        Watcher(sink, EvidenceSettings(Path(folder)), detector=detector, settings=settings) as watcher,
    ):
        for number in range(cameras):
            offset = clip.settings.seconds * number / cameras
            address = parse_address(f"file:{clip.path}?realtime=1&loop=1&offset={offset:.2f}")
            watcher.add(CameraPlan(f"camera {number}", address, scene_plans()))
        time.sleep(SETTLED)
        before, spent, start = _decoded(watcher), cpu_seconds(), time.monotonic()
        time.sleep(seconds)
        passed, spent = time.monotonic() - start, cpu_seconds() - spent
        states = watcher.states()
        return LiveRow(
            clip=clip.name,
            cameras=cameras,
            seconds=passed,
            cameras_per_core=cameras * passed / spent,
            decoded=_decoded(watcher) - before,
            expected=round(cameras * passed * clip.settings.fps / clip.settings.gop),
            not_analysed=sum(state.frames_not_analysed for state in states),
            events=sink.events,
        )


def _decoded(watcher: Watcher) -> int:
    return sum(state.frames_decoded for state in watcher.states())
