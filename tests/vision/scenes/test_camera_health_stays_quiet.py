"""What is no fault raises no event: light, people, infrared, night."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from minewarden.vision.detections import Detected, Detections
from tests.vision.views import HEIGHT, WIDTH, Health, View, roadway


def lamp(view: View, strength: float, x: float = 0.3, y: float = 0.2) -> View:
    """Light from one point; what was there is multiplied, as light does."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    distance = np.hypot((columns - x * WIDTH) / WIDTH, (rows - y * HEIGHT) / HEIGHT)
    return view.changed(lambda luma: 16 + (luma - 16) * (0.5 + strength * np.exp(-3 * distance)).astype(np.float32))


def person(view: View, x: int, width: int, height: int) -> View:
    picture = view.luma.copy()
    cv2.ellipse(picture, (x, HEIGHT - height // 2), (width // 2, height // 2), 0, 0, 360, 60.0, -1)
    return View(picture, view.u, view.v)


@pytest.mark.parametrize("noise", [0.5, 3.0, 9.0])
def test_a_place_where_nothing_happens(noise: float) -> None:
    assert Health(noise=noise).show(roadway(), 60) == []


def test_a_lamp_is_switched_on_and_off_again() -> None:
    health, view = Health(), lamp(roadway(), 0.0)
    assert health.show(view, 20) == []
    assert health.show(lamp(roadway(), 1.0), 20) == []
    assert health.show(view, 20) == []


def test_the_light_of_a_vehicle_passes_along() -> None:
    health, view = Health(), lamp(roadway(), 0.2)
    health.show(view, 20)
    passing = (lamp(roadway(), 1.2, x=step / 40, y=0.5) for step in range(41))
    assert health.show(passing, 8) == []
    assert health.show(view, 10) == []


def test_people_walk_through_the_picture() -> None:
    health, view = Health(), roadway()
    health.show(view, 10)
    walking = (person(view, step * 16, 120, 300) for step in range(41))
    assert health.show(walking, 8) == []


def test_somebody_passes_right_before_the_lens() -> None:
    """Seven tenths of the picture hidden for 0.8 s."""
    health, view = Health(), roadway()
    health.show(view, 10)
    assert health.show(person(view, WIDTH // 2, 560, 700), 0.8) == []
    assert health.show(view, 10) == []


def test_somebody_whom_the_detector_sees_stands_before_the_lens() -> None:
    health, view = Health(), roadway()
    health.show(view, 10)
    boxes = np.array([[170.0, 0.0, 470.0, 360.0]])
    seen = Detected(Detections.of(boxes, np.array([0.9]), np.array([0]), ("person",)))
    assert health.show(person(view, WIDTH // 2, 300, 700), 10, outcome=seen) == []


def test_infrared_light_at_dusk() -> None:
    """Colour goes, the light comes from the camera, dark things become pale and pale ones dark."""
    health, view = Health(), roadway()
    dusk = view.changed(lambda luma: 16 + luma * 0.45)
    reversed_parts = dusk.luma.copy()
    reversed_parts[:, : WIDTH // 3] = 160 - reversed_parts[:, : WIDTH // 3]
    infrared = lamp(View(reversed_parts + 40, view.u, view.v), 1.0, x=0.5, y=0.5).grey()
    health.show(view, 20)
    health.show(dusk, 20)
    assert health.show(infrared, 60, noise=7.0) == []
    assert health.show(view, 30) == []
    assert health.transitions == []


def test_at_night_the_gain_makes_noise() -> None:
    health, view = Health(), roadway()
    health.show(view, 20)
    night = view.changed(lambda luma: 16 + luma * 0.4)
    assert health.show(night, 30, noise=9.0) == []


def test_a_wall_without_structure_cannot_be_judged_and_is_not() -> None:
    wall = View(np.full((HEIGHT, WIDTH), 140.0, np.float32))
    health = Health()
    assert health.show(wall, 20) == []
    assert health.show(person(wall, WIDTH // 2, 560, 700), 10) == []


def test_a_stream_that_comes_back_at_another_size_is_learnt_anew() -> None:
    health, view = Health(), roadway()
    health.show(view, 10)
    wide = View(cv2.resize(view.luma, (640, 480)), view.u, view.v)
    assert health.show(wide, 20) == []
