"""smoke_fire on rendered pictures: a flame and smoke are told, what stands, blinks or drifts in is not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from minewarden.simulate.video.fume_stage import FumeStage
from minewarden.simulate.video.fumes import Beacon, Cloud, Flame, Fume, Plume
from minewarden.simulate.video.places import build_place
from minewarden.simulate.video.stage import Stage
from minewarden.vision.detections import NotAnalysed
from minewarden.vision.lifecycle import Began, Lifecycle
from minewarden.vision.quality import QualityMeter
from minewarden.vision.scene import Observation
from minewarden.vision.scenes import parse_scene

SIZE, RATE = (320, 180), 5
PLACE = build_place("belt_roadway", 3)
STAGE = Stage(PLACE, SIZE, 3, fine=1.0)
SPOT = (0.3, 0.1, 5.0)


def told(*fumes: Fume, seconds: float = 11.0, grey: bool = False) -> list[tuple[str, float]]:
    """(label, seconds) of what begins on a clip with these, five looks a second; ``grey``: by infrared light."""
    kind, settings = parse_scene("smoke_fire")
    memory, life, meter = kind.start(settings), Lifecycle(lambda key: kind.timing(settings, key)), QualityMeter()
    drawn, random = FumeStage(PLACE, SIZE, 3, fumes), np.random.default_rng(1)
    began: list[tuple[str, float]] = []
    for look in range(round(seconds * RATE)):
        at = look / RATE
        picture = drawn.draw(STAGE.base.copy(), at) + random.normal(0, 1.5, (*SIZE[::-1], 1))
        yuv = cv2.cvtColor(np.clip(picture, 0, 255).astype(np.uint8), cv2.COLOR_BGR2YUV)
        u, v = (cv2.resize(yuv[..., plane], (160, 90), interpolation=cv2.INTER_AREA) for plane in (1, 2))
        if grey:
            u, v = np.full_like(u, 128), np.full_like(v, 128)
        quality = meter.measure_planes(yuv[..., 0].copy(), (u, v))
        seen = Observation(1e9 + at, True, *SIZE, NotAnalysed("no scene asks"), quality, chroma=(u, v))
        memory, findings = kind.look(settings, memory, seen)
        began += [(item.finding.label, at) for item in life.step(1e9 + at, findings) if isinstance(item, Began)]
    return began


@pytest.mark.parametrize(("grey", "height"), [(False, 0.8), (True, 1.3)], ids=["in colour", "by infrared light"])
def test_a_flame_is_told_within_two_seconds_of_its_due(grey: bool, height: float) -> None:
    (event,) = told(Flame(SPOT, 3.0, 20, height), seconds=8, grey=grey)
    assert event[0] == "flame"
    assert event[1] <= 3.0 + 1.4 + 2.0


def test_smoke_that_rises_and_spreads_is_told() -> None:
    events = told(Plume(Cloud.SMOKE, SPOT, 5.0, 20, 1.2, 0.1), seconds=13)
    assert [label for label, _ in events] == ["smoke"]


@pytest.mark.parametrize("period", [0.0, 0.7, 1.3])
def test_a_red_lamp_that_is_lit_or_blinks_is_no_flame(period: float) -> None:
    assert told(Beacon((0.5, 1.6, 5.0), 0.0, 20, period=period), seconds=8) == []


def test_dust_that_drifts_in_and_steam_that_stays_small_are_no_smoke() -> None:
    assert told(Plume(Cloud.DUST, (-5.0, 0.8, 6.0), 3.0, 20, 0.9, 0.9)) == []
    assert told(Plume(Cloud.STEAM, SPOT, 5.0, 20, 0.8)) == []


def test_without_a_picture_nothing_can_be_told() -> None:
    kind, settings = parse_scene("smoke_fire")
    seen = Observation(1e9, False, 0, 0, NotAnalysed("offline"))
    _, findings = kind.look(settings, kind.start(settings), seen)
    assert [finding.holds for finding in findings] == [None, None]
