"""belt_crossing: somebody on the belt, and only while it runs."""

from __future__ import annotations

import pytest

from minewarden.vision.errors import SceneSettingsError
from minewarden.vision.scene import Observation
from minewarden.vision.scenes import parse_scene
from tests.vision.scenes.seen import BLIND, EMPTY, HEIGHT, WIDTH, found, person
from tests.vision.scenes.watched import Place, Watched, body

SCENE = f"belt_crossing:belt={Place.BELT}"


def show(watched: Watched, place: Place, seconds: float, *, speed: int = 9, x: float | None = None, **rest) -> None:
    """The belt for so long, driven by ``speed`` pixels a look; somebody with the feet at (x, 0.8), who fidgets."""
    after = rest.get("after", 0.2)
    for step in range(round(seconds / after)):
        place.drive(speed)
        if x is None:
            watched.look(EMPTY, place.picture(), after)
            continue
        seed = 50 + step % 3
        watched.look(
            found(person(x, 0.8)),
            place.picture(lambda view, x=x, seed=seed: body(view, x, 0.8, seed)),
            after,
        )


def test_somebody_who_steps_over_a_running_belt_is_told_once_and_in_time() -> None:
    watched, place = Watched(SCENE), Place()
    show(watched, place, 5)
    begin = watched.at
    show(watched, place, 2, x=0.45)
    show(watched, place, 10)
    (event,) = watched.began()
    assert event.at - begin <= 0.5 + 2.0
    assert event.finding.rows == (0,)
    assert len(watched.ended()) == 1


def test_somebody_who_steps_over_a_belt_that_stands_is_not_told() -> None:
    watched, place = Watched(SCENE), Place()
    show(watched, place, 5, speed=0)
    show(watched, place, 10, speed=0, x=0.45)
    assert watched.labels() == []


def test_somebody_on_the_belt_when_it_starts_is_told() -> None:
    watched, place = Watched(SCENE), Place()
    show(watched, place, 5, speed=0)
    show(watched, place, 5, speed=0, x=0.45)
    show(watched, place, 5, speed=9, x=0.45)
    assert watched.labels() == ["belt_crossing"]


def test_somebody_on_a_belt_of_which_nothing_is_known_is_looked_at_closely_and_told_from_the_first_look_on() -> None:
    watched, place = Watched(SCENE), Place()
    kind, memory = watched.kind, watched.memory
    place.drive(9)
    first = Observation(watched.at, True, WIDTH, HEIGHT, found(person(0.45, 0.8)), None, place.picture())
    _, (finding,) = kind.look(watched.settings, memory, first)
    assert (finding.holds, finding.closely) == (None, True)
    show(watched, place, 3, x=0.45)
    (event,) = watched.began()
    assert event.started_at == pytest.approx(1_700_000_000.2, abs=0.01)
    assert event.at - event.started_at <= 1.2


def test_nobody_is_looked_at_closely_for_a_belt_that_stands() -> None:
    watched, place = Watched(SCENE), Place()
    show(watched, place, 5, speed=0)
    show(watched, place, 10, speed=0, x=0.45)
    seen = Observation(watched.at + 0.2, True, WIDTH, HEIGHT, found(person(0.45, 0.8)), None, place.picture())
    _, (finding,) = watched.kind.look(watched.settings, watched.memory, seen)
    assert (finding.holds, finding.closely) == (False, False)


def test_somebody_who_walks_beside_a_running_belt_is_not_told() -> None:
    watched, place = Watched(SCENE), Place()
    show(watched, place, 5)
    show(watched, place, 10, x=0.75)
    assert watched.labels() == []


def test_a_running_belt_with_nobody_is_no_event() -> None:
    watched, place = Watched(SCENE), Place()
    show(watched, place, 20)
    assert watched.labels() == []
    assert watched.transitions == []


def test_on_patrol_the_belt_is_judged_by_key_frames() -> None:
    watched, place = Watched(SCENE), Place()
    show(watched, place, 10, after=2.0, speed=77)
    show(watched, place, 2, x=0.45)
    assert watched.labels() == ["belt_crossing"]


def test_nothing_is_told_before_it_is_known_whether_the_belt_runs() -> None:
    watched = Watched(SCENE)
    for _ in range(20):
        watched.look(found(person(0.45, 0.8)), None)
    assert watched.labels() == []


def test_somebody_hidden_for_a_look_and_looks_that_nobody_took_do_not_matter() -> None:
    watched, place = Watched(SCENE), Place()
    show(watched, place, 5)
    for step in range(20):
        place.drive(9)
        outcome = {3: EMPTY, 4: BLIND, 9: BLIND}.get(step, found(person(0.45, 0.8)))
        small = place.picture(lambda view: body(view, 0.45, 0.8))
        watched.look(outcome, None if outcome is BLIND else small)
    assert watched.labels() == ["belt_crossing"]
    assert watched.ended() == []


@pytest.mark.parametrize("text", ["moved=0", "stops_after=0", "share=2", "belt=0/0;1/1", "onset=-1", "looks=x"])
def test_settings_out_of_range_are_refused_with_the_name_of_the_field(text: str) -> None:
    with pytest.raises(SceneSettingsError, match=f"belt_crossing: {text.partition('=')[0]}"):
        parse_scene(f"belt_crossing:{text}")


def closely(x: float, speed: int = 9, extra: str = "") -> bool:
    """Whether closer looks are asked for of somebody at (x, 0.8) while the belt is driven by so much a look."""
    kind, settings = parse_scene(f"{SCENE}{extra}")
    memory, place, findings = kind.start(settings), Place(), ()
    for step in range(4):
        place.drive(speed)
        small = place.picture(lambda view: body(view, x, 0.8))
        outcome = found(person(x, 0.8, height=100.0))
        memory, findings = kind.look(
            settings, memory, Observation(2.0 * step, True, WIDTH, HEIGHT, outcome, None, small)
        )
    return findings[0].closely


@pytest.mark.parametrize(
    ("x", "speed", "extra", "asked"),
    [
        (0.7, 9, "", True),  # the belt ends at 0.6: 0.1 × 1000 pixels are one height of 100
        (0.8, 9, "", False),
        (0.7, 0, "", False),
        (0.7, 9, ",near=0", False),
        (0.7, 9, ",confidence=0.95", False),
    ],
)
def test_who_stands_beside_a_running_belt_is_looked_at_closely(x: float, speed: int, extra: str, asked: bool) -> None:
    assert closely(x, speed, extra) is asked
