"""The invented province is whole, and its year of records is possible."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from minewarden.simulate.history import HAZARDS, year_of_cases
from minewarden.simulate.major_history import WAY, major_hazards
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
        assert case.place_class in HAZARDS
        assert not (case.accepted_at and not case.handed_in_at)
    assert sum(case.accepted_at is None for case in cases) > 5, "some must be open for the pages to show"
    assert sum(case.returned_at is not None for case in cases) > 20


def test_hazards_have_clause_and_parts_and_violations_neither():
    for case in year_of_cases(PLAN, NOW, 200):
        assert bool(case.clause) == bool(case.parts) == (case.kind == "hazard")
        assert case.level != "red" or case.kind == "violation"


def test_major_hazards_stand_in_every_state_of_their_way_and_never_go_back_in_time():
    majors = major_hazards(PLAN, NOW, 60)
    assert majors == major_hazards(PLAN, NOW, 60)
    for major in majors:
        times = [major.found_at, *(step.at for step in major.steps)]
        assert times == sorted(times)
        assert times[-1] < NOW
        edition = "2026" if major.found_at > datetime(2026, 6, 30, 16, tzinfo=UTC) else "2020"
        assert major.clause.startswith(edition)
    last = {major.steps[-1].action for major in majors if major.steps}
    assert len(last & {action for action, _days in WAY}) >= 6
    assert last & {"look_back_passed", "look_back_failed", "publish"}
