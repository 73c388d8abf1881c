"""The State Council's days: read, checked, and counted with."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from minewarden.standards.holidays import FaultyCalendar, is_working_day, parse, years


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2026-02-13", True),
        ("2026-02-14", True),  # a Saturday that is worked
        ("2026-02-16", False),  # a Monday off
        ("2026-02-24", True),
        ("2026-10-08", True),
        ("2026-10-10", True),
        ("2026-10-11", False),
        ("2031-01-01", True),  # no table of that year: a Wednesday
        ("2031-01-04", False),
    ],
)
def test_moved_days_count_and_an_unknown_year_goes_by_weekends(day, worked):
    assert is_working_day(date.fromisoformat(day)) is worked


def test_every_year_has_the_days_off_that_the_law_gives():
    """11 days until 2024, 13 from 2025: so many weekdays are off beyond what weekend work gives back."""
    for number, year in years().items():
        gained = sum(day.weekday() < 5 for day in year.off) - len(year.work)
        first = date(number, 1, 1)
        assert 7 <= gained <= 13, (number, gained)
        assert all(first <= day < first + timedelta(days=366) for day in year.off | year.work)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('[2026]\nnotice = "x"\noff = ["2025-01-01"]\nwork = []', "2025-01-01 belongs to another year"),
        ('[2026]\nnotice = "x"\noff = ["2026-02-14"]\nwork = ["2026-02-14"]', "stands there twice"),
        ('[2026]\nnotice = "x"\noff = []\nwork = ["2026-02-13"]', "2026-02-13 is no weekend day"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused_with_the_day(content, says):
    with pytest.raises(FaultyCalendar, match=says):
        parse(content)
