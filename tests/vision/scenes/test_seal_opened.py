"""seal_opened on a rendered wall: a lasting change inside its outline is told, with the picture from before in mind."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from minewarden.simulate.video.places import build_place
from minewarden.simulate.video.seals import Breach, opened
from minewarden.simulate.video.stage import Stage
from minewarden.simulate.video.truth import zone_polygon
from minewarden.vision.detections import NotAnalysed
from minewarden.vision.lifecycle import Began, Lifecycle
from minewarden.vision.quality import QualityMeter
from minewarden.vision.scene import Observation
from minewarden.vision.scenes import parse_scene

SIZE = (320, 180)
PLACE = build_place("seal_wall", 2)
CLOSED = Stage(PLACE, SIZE, 2, fine=1.0)
OPEN = Stage(opened(PLACE, Breach.HOLE), SIZE, 2, fine=1.0, light=CLOSED.exposure).base
OUTLINE = ";".join(f"{x}/{y}" for x, y in zone_polygon(PLACE.areas["wall"], PLACE, SIZE))
Show = Callable[[float], np.ndarray]


def told(show: Show, seconds: float = 60.0) -> list[float]:
    """Seconds at which it is told, a look every two seconds; it must last for ten."""
    kind, settings = parse_scene(f"seal_opened:wall={OUTLINE},opened_after=10")
    memory, life, meter = kind.start(settings), Lifecycle(lambda key: kind.timing(settings, key)), QualityMeter()
    random, began = np.random.default_rng(1), list[float]()
    for look in range(round(seconds / 2)):
        at = 2.0 * look
        luma = cv2.cvtColor(show(at), cv2.COLOR_BGR2GRAY) + random.normal(0, 1.5, SIZE[::-1])
        quality = meter.measure_planes(np.clip(luma, 0, 255).astype(np.uint8), None)
        seen = Observation(1e9 + at, True, *SIZE, NotAnalysed("no scene asks"), quality)
        memory, findings = kind.look(settings, memory, seen)
        began += [at for item in life.step(1e9 + at, findings) if isinstance(item, Began)]
    return began


def closed(at: float) -> np.ndarray:
    return CLOSED.base


def somebody(at: float, picture: np.ndarray) -> np.ndarray:
    """A dark figure before the wall, a little elsewhere each time."""
    shown = picture.copy()
    x = 150 + int(6 * np.sin(at))
    cv2.rectangle(shown, (x, 60), (x + 26, 150), (40, 60, 90), -1)
    cv2.rectangle(shown, (x + 4, 80), (x + 22, 90), (90, 200, 190), -1)
    return shown


def test_a_hole_that_stays_is_told_once_after_it_has_lasted() -> None:
    (at,) = told(lambda at: OPEN if at >= 20 else CLOSED.base)
    assert 30 <= at <= 34


def test_a_wall_that_stays_as_it_is_gives_nothing() -> None:
    assert told(closed) == []


def test_light_that_goes_and_comes_changes_nothing() -> None:
    assert told(lambda at: (CLOSED.base * (0.55 if 20 <= at < 44 else 1.0)).astype(np.uint8)) == []


def test_somebody_who_works_before_it_for_less_than_it_must_last_is_not_told() -> None:
    assert told(lambda at: somebody(at, CLOSED.base) if 20 <= at < 28 else CLOSED.base) == []


def test_a_wall_that_is_closed_again_soon_is_not_told() -> None:
    assert told(lambda at: OPEN if 20 <= at < 27 else CLOSED.base) == []
