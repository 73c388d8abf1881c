"""Hours as settings: read, refused, and asked whether a moment lies in them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minewarden.vision.errors import SceneSettingsError
from minewarden.vision.scenes import scene_kind, settings_from
from minewarden.vision.scenes.hours import CHINA, Hours, clock, last_begin, read_hours, read_times, within

THREE = read_times("16:00;00:00;08:00")


def in_china(hour: int, minute: int = 0, day: int = 2) -> float:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC).timestamp() - CHINA * 3600


def test_the_beginning_belongs_to_the_span_and_the_end_does_not() -> None:
    span = read_hours("07:30-08:30")
    asked = {(7, 29): False, (7, 30): True, (8, 29): True, (8, 30): False}
    assert {moment: within(span, in_china(*moment), CHINA) for moment in asked} == asked


def test_a_span_may_go_over_midnight() -> None:
    span = read_hours(["23:30-00:30"])
    assert [within(span, in_china(*moment), CHINA) for moment in [(23, 45), (0, 15), (0, 30), (12, 0)]] == [
        True,
        True,
        False,
        False,
    ]


def test_no_span_holds_no_moment() -> None:
    assert not within(Hours(()), in_china(8), CHINA)


def test_the_shift_of_a_moment_began_at_the_last_beginning() -> None:
    assert last_begin(THREE, in_china(9, 13), CHINA) == in_china(8)
    assert last_begin(THREE, in_china(8), CHINA) == in_china(8)
    assert last_begin(read_times("08:00;20:00"), in_china(3, day=3), CHINA) == in_china(20)


def test_the_clock_is_that_of_the_place() -> None:
    assert clock(in_china(16, 5), CHINA) == "16:05"
    assert clock(in_china(16, 5), 0.0) == "08:05"


@given(st.floats(0, 2e9))
def test_a_shift_begins_before_its_moment_and_less_than_a_day_ago(at: float) -> None:
    begin = last_begin(THREE, at, CHINA)
    assert begin <= at < begin + 8 * 3600 + 1e-3
    assert last_begin(THREE, begin + 0.001, CHINA) == pytest.approx(begin, abs=1e-3)


@pytest.mark.parametrize("wrong", ["8:00-9:00", "25:00-26:00", "07:30", "07:30-07:30", "noon", [7], 7])
def test_wrong_hours_are_refused_with_the_name_of_the_field(wrong: object) -> None:
    with pytest.raises(SceneSettingsError, match=r"over_limit: shift_change.*07:30-08:30"):
        settings_from(scene_kind("over_limit"), {"shift_change": wrong})


@pytest.mark.parametrize("wrong", ["", "08:00;08:00", "8", [], 8])
def test_wrong_shifts_are_refused_with_the_name_of_the_field(wrong: object) -> None:
    with pytest.raises(SceneSettingsError, match=r"people_in_out: shifts.*00:00;08:00"):
        settings_from(scene_kind("people_in_out"), {"shifts": wrong})
