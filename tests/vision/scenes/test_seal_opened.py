"""seal_opened on a rendered wall: a lasting change inside its outline is told, with the picture from before in mind."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from minewarden.simulate.video.places import build_place
from minewarden.simulate.video.seals import Breach, opened
from minewarden.simulate.video.stage import Stage
from minewarden.simulate.video.truth import zone_polygon
from minewarden.vision.detections import NotAnalysed
from minewarden.vision.lifecycle import Began, Lifecycle
from minewarden.vision.quality import QualityMeter
from minewarden.vision.scene import Finding, Observation
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


def watch(memory: object, show: Show, looks: int, start: float) -> tuple[object, list[Finding]]:
    """The memory after so many looks two seconds apart, and what was said at them."""
    kind, settings = parse_scene(f"seal_opened:wall={OUTLINE},opened_after=10")
    memory, meter, said = memory or kind.start(settings), QualityMeter(), list[Finding]()
    random = np.random.default_rng(1)
    for look in range(looks):
        luma = cv2.cvtColor(show(start), cv2.COLOR_BGR2GRAY) + random.normal(0, 1.5, SIZE[::-1])
        quality = meter.measure_planes(np.clip(luma, 0, 255).astype(np.uint8), None)
        seen = Observation(start + 2.0 * look, True, *SIZE, NotAnalysed("no scene asks"), quality)
        memory, findings = kind.look(settings, memory, seen)
        said += findings
    return memory, said


def test_a_wall_that_was_opened_while_the_watch_did_not_run_is_told_after_it() -> None:
    kind, settings = parse_scene(f"seal_opened:wall={OUTLINE},opened_after=10")
    memory, _ = watch(None, closed, 6, 1e9)
    data = kind.keeping.dump(memory)
    memory = kind.keeping.load(settings, data)
    assert any(finding.holds for finding in watch(memory, lambda at: OPEN, 4, 1e9 + 600)[1])
    assert not any(finding.holds for finding in watch(memory, closed, 4, 1e9 + 600)[1])


def test_nothing_is_kept_of_a_wall_that_is_not_known_yet() -> None:
    kind, _ = parse_scene(f"seal_opened:wall={OUTLINE}")
    memory, _ = watch(None, closed, 1, 1e9)
    assert kind.keeping.dump(memory) is None


def test_a_wall_that_is_accepted_as_it_is_now_is_learnt_anew_under_another_number() -> None:
    kind, settings = parse_scene(f"seal_opened:wall={OUTLINE}")
    memory, _ = watch(None, closed, 6, 1e9)
    memory, version = kind.keeping.renew(memory)
    assert version == 2
    assert kind.keeping.load(settings, kind.keeping.dump(memory)) == memory
    memory, said = watch(memory, lambda at: OPEN, 8, 1e9 + 600)
    assert not any(finding.holds for finding in said)
    said = watch(memory, closed, 4, 1e9 + 900)[1]
    assert {finding.detail["reference_version"] for finding in said if finding.holds} == {2}


@pytest.mark.parametrize("data", [b"", b"no archive", b"PK\x03\x04 broken"])
def test_what_was_not_kept_by_this_version_is_refused(data: bytes) -> None:
    kind, settings = parse_scene(f"seal_opened:wall={OUTLINE}")
    with pytest.raises(ValueError, match="not a kept wall"):
        kind.keeping.load(settings, data)


def test_a_wall_outlined_anew_is_another_wall() -> None:
    kind, one = parse_scene(f"seal_opened:wall={OUTLINE}")
    _, other = parse_scene("seal_opened:wall=0.2/0.2;0.8/0.2;0.8/0.8;0.2/0.8")
    assert kind.keeping.slot(one) != kind.keeping.slot(other)
