"""Belts run, ropes run, vehicles drive: in the picture as in the truth, and the same at every rendering."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from minewarden.simulate.video.belts import BeltTravel
from minewarden.simulate.video.clip import Film
from minewarden.simulate.video.effects import Fault
from minewarden.simulate.video.script import Belt, Ride, Rope, Script, Spell, Stay, Vehicle, Visit, Walk
from minewarden.simulate.video.truth import belt_outline, floor_line

from .scripts import FPS, MINER, SIZE

Picture = NDArray[np.uint8]


def filmed(script: Script) -> tuple[Film, list[Picture]]:
    film = Film(script, SIZE, FPS)
    return film, [picture for picture, _ in film]


def change(film: Film, one: Picture, other: Picture) -> tuple[float, float]:
    """The mean difference in the belt's outline and outside of it."""
    mask = np.zeros(SIZE[::-1], np.uint8)
    outline = np.array([(x * SIZE[0], y * SIZE[1]) for x, y in belt_outline(film.place, SIZE)], np.int32)
    cv2.fillPoly(mask, [outline], (1,))
    difference = np.abs(cv2.blur(one, (3, 3)).astype(int) - cv2.blur(other, (3, 3))).mean(-1)
    return float(difference[mask > 0].mean()), float(difference[mask == 0].mean())


def told(film: Film, scene: str) -> list[tuple[str, float, float]]:
    return [(one.label, one.start, one.end) for one in film.truth().intervals if one.scene == scene]


def test_a_belt_that_runs_changes_in_its_outline_alone_and_one_that_stands_does_not() -> None:
    film, pictures = filmed(Script("belt", "belt_roadway", 1, 4, belts=(Belt(0, 2, 2.5, 1.0),)))
    inside, outside = change(film, pictures[2], pictures[5])
    assert inside > 3 * outside
    inside, outside = change(film, pictures[12], pictures[17])
    assert inside < 1.5 * outside
    assert sorted(told(film, "belt_state")) == [("loaded", 0, 4), ("running", 0, 2), ("stopped", 2, 4)]


def test_the_same_script_gives_the_same_pictures() -> None:
    script = Script("belt", "belt_roadway", 2, 1, belts=(Belt(0, 1, -2.0, 0.5),))
    _, once = filmed(script)
    _, again = filmed(script)
    assert all(np.array_equal(one, other) for one, other in zip(once, again, strict=True))


def test_coal_travels_with_the_belt_from_where_it_is_laid_on() -> None:
    travel = BeltTravel((Belt(0, 2, 2.0, 0.0), Belt(2, 10, 2.0, 1.0), Belt(12, 20, 2.0, 0.0)))
    spots = np.array([18.0, 12.0, 5.0], np.float32)
    assert travel.load(spots, 1.0).tolist() == [0, 0, 0]
    assert travel.load(spots, 4.0).tolist() == [1, 0, 0]
    assert travel.load(spots, 7.0).tolist() == [1, 1, 0]
    assert travel.load(spots, 11.0).tolist() == [1, 1, 1]
    assert travel.load(spots, 17.0).tolist() == [0, 0, 1]
    away = BeltTravel((Belt(0, 1, -2.0, 0.0), Belt(1, 4, -2.0, 1.0)))
    assert away.load(spots, 4.0).tolist() == [0, 0, 1]


def test_belts_that_overlap_or_turn_round_are_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        BeltTravel((Belt(0, 3), Belt(2, 4)))
    with pytest.raises(ValueError, match="one way"):
        BeltTravel((Belt(0, 3, 2.0), Belt(3, 4, -2.0)))


def test_who_stands_on_a_belt_that_runs_is_told_of() -> None:
    over = Visit(MINER, 0, "near", (Walk("across", 4.0, lift=0.8), Stay(3)))
    film, _ = filmed(Script("over", "belt_roadway", 1, 4, (over,), forbidden="belt", belts=(Belt(0, 2.4),)))
    ((_, start, end),) = told(film, "belt_crossing")
    assert start > 0.2
    assert end == pytest.approx(2.4, abs=0.3)


def test_a_truck_drives_through_the_yard_in_a_box_that_goes_with_it() -> None:
    ride = Ride(Vehicle.TRUCK, 0, (-9, 14), (Walk((6, 14), speed=5), Stay(1)))
    film, _ = filmed(Script("truck", "yard", 9, 4, rides=(ride,)))
    boxes = [[box.box for box in frame.boxes if box.label == "vehicle"] for frame in film.truth().frames]
    still = {box for box in boxes[0] if all(box in there for there in boxes)}
    middles = [sum(box[0] + box[2] for box in there if box not in still) / 2 for there in boxes[2:14]]
    assert middles == sorted(middles)
    assert middles[-1] - middles[0] > SIZE[0] / 3
    (x1, _), (x2, _) = floor_line((-3, 14), (3, 14), film.place, SIZE)
    assert 0 < x1 < x2 < 1


def test_cars_hide_who_walks_behind_them_and_haulage_is_told_while_they_move() -> None:
    x = Script("rails", "rail_roadway", 5, 1).build().marks["rails_near"][0]
    behind = Visit(MINER, 0, (x, 12.0), (Stay(1),))
    ride = Ride(Vehicle.LOCOMOTIVE, 0, (x, 9.0), (Walk((x, 8.0), speed=1), Stay(3)))
    free, _ = filmed(Script("rails", "rail_roadway", 5, 1, (behind,)))
    film, _ = filmed(Script("rails", "rail_roadway", 5, 1, (behind,), rides=(ride,)))
    whole, half = (one.truth().frames[0].boxes[0].box for one in (free, film))
    assert whole[:2] == half[:2]
    assert half[3] < (whole[1] + whole[3]) / 2
    beside = Visit(MINER, 0, "middle", (Stay(4),))
    film, _ = filmed(Script("rails", "rail_roadway", 5, 4, (beside,), rides=(ride,), ropes=(Rope(2.4, 3),)))
    assert [(start, end) for _, start, end in told(film, "walk_while_haulage")] == [(0, 1), (2.4, 3)]


def test_a_camera_that_is_pushed_aside_sees_the_belt_run_from_both_sides() -> None:
    spell = Spell(Fault.MOVED, 1, 2, ramp=0.4, amount=0.4)
    _, pictures = filmed(Script("pushed", "belt_roadway", 1, 3, spells=(spell,), belts=(Belt(0, 3),)))
    assert not np.array_equal(pictures[6], pictures[7])
    assert np.abs(pictures[12].astype(int) - pictures[7]).mean() > 3


def test_what_a_place_does_not_have_cannot_move_in_it() -> None:
    for script, what in (
        (Script("belt", "yard", 1, 1, belts=(Belt(0, 1),)), "belt"),
        (Script("rope", "yard", 1, 1, ropes=(Rope(0, 1),)), "rails"),
    ):
        with pytest.raises(ValueError, match=what):
            Film(script, SIZE, FPS)
