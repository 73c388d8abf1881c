"""Accidents: the grade after Order 493, lost days, hours worked, and the figures that rates are made of."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from minewarden.center.accidents import queries, services
from minewarden.center.accidents.grades import Harm, grade_of, incident_grade_of
from minewarden.center.accidents.models import HoursWorked

from .records import ZONE, accident, hours

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("deaths", "serious", "loss", "grade"),
    [
        (0, 0, None, ""),
        (0, 1, None, "general"),
        (2, 9, 9_999_999, "general"),
        (0, 0, 1, "general"),
        (3, 0, None, "larger"),
        (0, 10, None, "larger"),
        (1, 0, 10_000_000, "larger"),
        (9, 49, 49_999_999, "larger"),
        (10, 0, 0, "major"),
        (0, 50, 0, "major"),
        (15, 1, 21_830_000, "major"),
        (29, 99, 99_999_999, "major"),
        (30, 0, 0, "extraordinary"),
        (0, 100, 0, "extraordinary"),
        (0, 0, 100_000_000, "extraordinary"),
    ],
)
def test_any_one_number_is_enough_for_a_grade(deaths, serious, loss, grade):
    assert grade_of(Harm(deaths, serious, Decimal(loss) if loss is not None else None)) == grade


def test_a_larger_dangerous_incident_is_told_by_its_numbers():
    assert [incident_grade_of(*numbers) for numbers in ((9, 2, 499), (10, 0, 0), (0, 3, 0), (0, 0, 500))] == [
        "", "larger", "larger", "larger",
    ]  # fmt: skip


def test_a_death_counts_as_the_rule_says_and_one_event_at_most_so_much(world, django_assert_num_queries):
    first = accident(world, deaths=2, serious_injuries=2, permanent_total=1, lost_days=90)
    assert (first.grade, first.lost_day_equivalents) == ("general", 18_090)
    accident(world, title="轻伤", serious_injuries=0, minor_injuries=1, lost_days=10, concealed=True)
    accident(world, title="涉险", event="incident", serious_injuries=0, lost_days=0, trapped=4)
    with django_assert_num_queries(1):
        found = queries.harm_by_mine(None, *YEAR)[world.mine_a.pk]
    assert (found.accidents, found.incidents, found.deaths, found.concealed) == (2, 1, 2, 1)
    assert (found.lost_days, found.capped_lost_days) == (18_100, 6_010)
    assert queries.harm_by_mine(world.users["inspector_b"], *YEAR) == {}


def test_the_last_minute_of_the_last_day_still_belongs_to_it(world):
    accident(world, happened_at=datetime(2026, 8, 31, 23, 59, tzinfo=ZONE))
    assert queries.harm_by_mine(None, date(2026, 8, 1), date(2026, 8, 31))
    assert not queries.harm_by_mine(None, date(2026, 9, 1), date(2026, 9, 30))


@pytest.mark.parametrize(
    ("column", "wrong"),
    [
        ("happened_at", {"happened_at": timezone.now() + timedelta(days=2000)}),
        ("permanent_total", {"permanent_total": 2}),
        ("lost_days", {"serious_injuries": 0, "deaths": 1}),
        ("event", {"event": "incident"}),
        ("event", {"serious_injuries": 0, "lost_days": 0}),
        ("accident_class", {"accident_class": "earthquake"}),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(world, column, wrong):
    with pytest.raises(ValidationError) as refused:
        accident(world, **wrong)
    assert set(refused.value.message_dict) == {column}


def test_a_death_within_thirty_days_changes_the_grade(world):
    made = accident(world, serious_injuries=3)
    changed = services.change_accident(
        world.users["inspector"], made, "伤员死亡", expected_version=1, deaths=3, serious_injuries=0, lost_days=0
    )
    changed.refresh_from_db()
    assert (changed.grade, changed.lost_day_equivalents) == ("larger", 18_000)


def test_a_month_is_handed_in_once_and_the_same_figures_again_change_nothing(world):
    first = hours(world)
    assert hours(world, month=date(2026, 7, 31)).pk == first.pk
    with pytest.raises(ValidationError, match="本月工时已报送"):
        hours(world, hours=170_000)
    services.withdraw_hours(world.users["mine_a"], first, "填错", expected_version=1)
    hours(world, hours=170_000)
    hours(world, month=date(2026, 6, 1), hours=150_000, people=900)
    assert queries.hours_worked_by_mine(None, *YEAR) == {world.mine_a.pk: queries.Worked(320_000, 2, 1850)}


@pytest.mark.parametrize(
    ("column", "wrong"),
    [
        ("month", {"month": date(2099, 1, 1)}),
        ("hours", {"hours": 950 * 744 + 1}),
        ("hours", {"hours": 20_000_001, "people": 50_000}),
    ],
)
def test_hours_that_cannot_be_are_refused(world, column, wrong):
    with pytest.raises(ValidationError) as refused:
        hours(world, **wrong)
    assert set(refused.value.message_dict) == {column}
    assert HoursWorked.objects.count() == 0
