"""forbidden_zone: what has always stood there is nobody; who came, fell and lies still is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from minewarden.vision.scene import Finding, Observation
from minewarden.vision.scenes import parse_scene
from minewarden.vision.scenes.standing import VIEWS, Standing
from tests.vision.scenes.seen import EMPTY, HEIGHT, WIDTH, found, person
from tests.vision.scenes.watched import Picture, body, texture

KIND, SETTINGS = parse_scene("forbidden_zone")
WALL = texture(1)
NOISE = np.random.default_rng(3)
BIKE, FALLEN, OTHER = person(0.3, 0.8), person(0.7, 0.9), person(0.5, 0.7)
COAT = body(WALL, 0.3, 0.8)


def picture(view: Picture, light: float = 1.0) -> np.ndarray:
    return np.clip(np.round(light * view + NOISE.normal(0, 1.5, view.shape)), 0, 255).astype(np.uint8)


class Camera:
    """A camera with the scene on the whole picture, a second from look to look."""

    def __init__(
        self, memory: Standing | None = None, text: str = "forbidden_zone", at: float = 1_700_000_000.0
    ) -> None:
        self.settings = parse_scene(text)[1]
        self.memory = memory or KIND.start(self.settings)
        self.at = at

    def look(self, view: Picture, *things: tuple, light: float = 1.0, after: float = 1.0) -> Finding:
        self.at += after
        outcome = found(*things) if things else EMPTY
        seen = Observation(self.at, True, WIDTH, HEIGHT, outcome, None, picture(view, light))
        self.memory, (finding,) = KIND.look(self.settings, self.memory, seen)
        return finding


def lying(view: Picture) -> Picture:
    return body(view, 0.7, 0.9, seed=60)


def test_what_has_stood_there_from_the_first_picture_on_is_nobody_in_any_light() -> None:
    camera = Camera()
    for light in (1.0, 1.0, 0.5, 0.8, 1.3, 1.0):
        assert camera.look(COAT, BIKE, light=light).holds is False


def test_somebody_who_came_and_lies_still_is_told_for_as_long_as_he_lies() -> None:
    camera = Camera()
    for _ in range(3):
        camera.look(COAT, BIKE)
    for _ in range(40):
        finding = camera.look(lying(COAT), BIKE, FALLEN, after=59.0)
        assert (finding.holds, finding.rows) == (True, (1,))


def test_somebody_whom_the_detector_finds_only_after_an_hour_is_no_background() -> None:
    camera = Camera()
    for _ in range(3):
        camera.look(COAT)
    for _ in range(40):
        camera.look(lying(COAT), after=90.0)
    assert camera.look(lying(COAT), FALLEN).holds is True


def test_who_lies_there_when_the_picture_comes_back_is_told() -> None:
    camera = Camera()
    for _ in range(3):
        camera.look(COAT, BIKE)
    for _ in range(20):
        assert camera.look(np.full_like(WALL, 4.0)).holds is False
    finding = camera.look(lying(COAT), BIKE, FALLEN)
    assert (finding.holds, finding.rows) == (True, (1,))


def test_who_stands_there_in_the_first_picture_is_looked_at_closely_and_told_when_he_moves() -> None:
    camera = Camera()
    first = camera.look(lying(COAT), FALLEN)
    assert (first.holds, first.closely) == (False, True)
    assert camera.look(lying(COAT), FALLEN).holds is False
    stirred = body(COAT, 0.71, 0.89, seed=60)
    stirred[:100] = lying(COAT)[:100]
    assert camera.look(stirred, FALLEN).holds is True


def test_after_a_while_nobody_is_looked_at_closely_for_a_coat() -> None:
    camera = Camera()
    camera.look(COAT, BIKE)
    assert camera.look(COAT, BIKE, after=60.0).closely is False


def test_after_a_restart_a_coat_is_known_and_who_lies_there_is_told() -> None:
    camera = Camera()
    for _ in range(3):
        camera.look(COAT, BIKE)
    data = KIND.keeping.dump(camera.memory)
    again = Camera(KIND.keeping.load(SETTINGS, data), at=camera.at + 3600)
    finding = again.look(lying(COAT), BIKE, FALLEN)
    assert (finding.holds, finding.rows) == (True, (1,))


def test_where_the_office_says_that_what_is_seen_is_normal_it_is() -> None:
    camera = Camera()
    for _ in range(3):
        camera.look(COAT)
    assert camera.look(lying(COAT), FALLEN).holds is True
    camera.memory, version = KIND.keeping.renew(camera.memory)
    assert version == 2
    assert camera.look(lying(COAT), FALLEN).holds is False
    assert KIND.keeping.load(SETTINGS, KIND.keeping.dump(camera.memory)).version == 2


def test_a_camera_that_turns_away_learns_the_other_view_without_who_is_there() -> None:
    camera, elsewhere = Camera(), texture(9)
    for _ in range(3):
        camera.look(COAT, BIKE)
    for _ in range(30):
        assert camera.look(lying(elsewhere), FALLEN).holds is True
    assert len(camera.memory.views) == 2
    assert camera.look(lying(elsewhere), FALLEN).holds is True
    assert camera.look(COAT, BIKE).holds is False, "the view from before is still known"


def test_no_more_views_are_kept_than_a_camera_has() -> None:
    camera = Camera()
    for seed in range(10, 18):
        for _ in range(14):
            camera.look(texture(seed))
    assert len(camera.memory.views) == VIEWS


def test_who_stands_before_a_coat_does_not_make_it_somebody() -> None:
    camera = Camera()
    for _ in range(3):
        camera.look(COAT, BIKE)
    passer = person(0.34, 0.95)
    finding = camera.look(body(COAT, 0.34, 0.95, seed=61), BIKE, passer)
    assert finding.rows == (1,)


@pytest.mark.parametrize(("sure", "told"), [(0.45, False), (0.8, True)])
def test_what_is_half_as_before_and_half_sure_is_nobody(sure: float, told: bool) -> None:
    camera = Camera()
    for _ in range(3):
        camera.look(COAT)
    flames = COAT.copy()
    flames[64:98, 83:96] = texture(70)[64:98, 83:96]  # half of the box of BIKE
    assert camera.look(flames, person(0.3, 0.8, sure)).holds is told


def test_a_box_of_which_nobody_is_sure_is_told_where_the_place_is_hidden() -> None:
    camera = Camera()
    for _ in range(3):
        camera.look(COAT)
    assert camera.look(lying(COAT), person(0.7, 0.9, 0.41)).holds is True


def test_a_coat_that_was_half_hidden_in_the_first_picture_is_nobody_when_it_is_uncovered() -> None:
    camera = Camera()
    half = COAT.copy()
    half[100:128, 80:112] = texture(71)[100:128, 80:112]
    for _ in range(3):
        camera.look(half, BIKE)
    assert camera.look(COAT, BIKE).holds is False


def test_one_person_seen_twice_is_told() -> None:
    camera = Camera()
    for _ in range(3):
        camera.look(COAT)
    twice = replace_box(FALLEN, 6.0)
    assert camera.look(lying(COAT), FALLEN, twice).holds is True


def replace_box(thing: tuple, by: float) -> tuple:
    name, sure, (x1, y1, x2, y2), track = thing
    return name, sure, (x1 - by, y1 - by, x2 + by, y2 + by), track


def test_nothing_is_known_of_a_picture_without_structure() -> None:
    camera = Camera()
    for _ in range(5):
        assert camera.look(np.full_like(WALL, 60.0), BIKE).holds is True
    assert camera.memory == Standing()


def test_everybody_is_told_where_the_background_is_not_asked() -> None:
    camera = Camera(text="forbidden_zone:background=no")
    for _ in range(3):
        assert camera.look(COAT, BIKE).holds is True


def test_a_sheet_from_edge_to_edge_is_nobody() -> None:
    sheet = ("person", 0.7, (500.0, 2.0, 1000.0, 499.0))
    assert Camera().look(WALL, sheet).holds is False


@pytest.mark.parametrize("data", [b"", b"not a view", KIND.keeping.dump(replace(Standing(), version=2))[:60]])
def test_what_cannot_be_read_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a kept background"):
        KIND.keeping.load(SETTINGS, data)


def test_nothing_is_kept_before_anything_is_known() -> None:
    assert KIND.keeping.dump(Standing()) is None
