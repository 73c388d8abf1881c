"""The invented province is whole, and its year of records is possible."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from minewarden.simulate.history import FAULTS, year_of_cases
from minewarden.simulate.province import MINES, PLACES, USERS, mines

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
PLAN = mines({place_class: ("a", "b") for place_class, _, _ in PLACES})


def test_twelve_mines_and_sixty_cameras_with_codes_of_their_own():
    cameras = [camera for mine in PLAN for camera in mine.cameras]
    assert (len(PLAN), len(cameras)) == (12, 60)
    assert len({camera.code for camera in cameras}) == 60
    assert all(re.fullmatch(r"99\d{22}", camera.code) for camera in cameras), "99 is no region of GB/T 2260"
    assert all(camera.code[20:22] == camera.place_class for camera in cameras)


def test_every_account_stands_at_a_node_that_exists():
    names = {name for name, *_ in MINES}
    assert all(user.node in names for user in USERS if user.role == "mine")


def test_a_year_of_cases_is_the_same_for_the_same_seed_and_never_goes_back_in_time():
    cases = year_of_cases(PLAN, NOW, 400)
    assert cases == year_of_cases(PLAN, NOW, 400)
    for case in cases:
        steps = [case.found_at, case.assigned_at, case.returned_at, case.handed_in_at, case.accepted_at]
        times = [at for at in steps if at]
        assert times == sorted(times)
        assert all(at < NOW for at in times)
        assert case.place_class in FAULTS
        assert not (case.accepted_at and not case.handed_in_at)
    assert sum(case.accepted_at is None for case in cases) > 5, "some must be open for the pages to show"
    assert sum(case.returned_at is not None for case in cases) > 20
