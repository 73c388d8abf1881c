"""walk_while_haulage: somebody in the roadway while something else moves in the haulage zone."""

from __future__ import annotations

import pytest

from minewarden.vision.errors import SceneSettingsError
from minewarden.vision.scenes import parse_scene
from tests.vision.scenes.seen import BLIND, EMPTY, found, person
from tests.vision.scenes.watched import Place, Watched, body

SCENE = f"walk_while_haulage:haulage={Place.BELT},roadway=0.6/0;1/0;1/1;0.6/1"


def show(watched: Watched, place: Place, seconds: float, *, speed: int = 4, x: float | None = None) -> None:
    """The haulage for so long, moved by so many pixels a look; somebody with the feet at (x, 0.8)."""
    for _ in range(round(seconds * 5)):
        place.drive(speed)
        if x is None:
            watched.look(EMPTY, place.picture())
        else:
            watched.look(found(person(x, 0.8)), place.picture(lambda view: body(view, x, 0.8)))


def test_who_walks_while_the_vehicle_moves_is_told_in_time() -> None:
    watched, place = Watched(SCENE), Place()
    show(watched, place, 4)
    begin = watched.at
    show(watched, place, 5, x=0.75)
    (event,) = watched.began()
    assert event.at - begin <= 1.0 + 2.0
    assert event.finding.detail == {"count": 1}


def test_haulage_that_starts_while_somebody_walks_is_told() -> None:
    watched, place = Watched(SCENE), Place()
    show(watched, place, 10, speed=0, x=0.75)
    assert watched.labels() == []
    show(watched, place, 5, x=0.75)
    assert watched.labels() == ["walk_while_haulage"]


def test_who_walks_while_haulage_stands_is_not_told() -> None:
    watched, place = Watched(SCENE), Place()
    show(watched, place, 4)
    show(watched, place, 8, speed=0)
    show(watched, place, 10, speed=0, x=0.75)
    assert watched.labels() == []


def test_haulage_that_moves_with_nobody_in_the_roadway_is_not_told() -> None:
    watched, place = Watched(SCENE), Place()
    show(watched, place, 10)
    show(watched, place, 10, x=0.2)
    assert watched.labels() == []


def test_who_walks_through_the_haulage_zone_is_no_haulage() -> None:
    watched, place = Watched(f"walk_while_haulage:haulage={Place.BELT}"), Place()
    show(watched, place, 2, speed=0)
    for step in range(40):
        x = 0.2 + 0.012 * step
        watched.look(
            found(person(x, 0.8)), place.picture(lambda view, x=x, seed=60 + step % 2: body(view, x, 0.8, seed))
        )
    assert watched.labels() == []


def test_looks_that_nobody_took_neither_begin_nor_end_it() -> None:
    watched, place = Watched(SCENE), Place()
    show(watched, place, 4)
    for _ in range(20):
        watched.look(BLIND)
    assert watched.labels() == []
    show(watched, place, 4, x=0.75)
    for _ in range(20):
        watched.look(BLIND)
    assert watched.labels() == ["walk_while_haulage"]
    assert watched.ended() == []


@pytest.mark.parametrize("text", ["moved=2", "stops_after=100", "roadway=0/0;1/1", "haulage=x", "looks=0"])
def test_settings_out_of_range_are_refused_with_the_name_of_the_field(text: str) -> None:
    with pytest.raises(SceneSettingsError, match=f"walk_while_haulage: {text.partition('=')[0]}"):
        parse_scene(f"walk_while_haulage:{text}")
