"""The invented years of inspections, penalties, accidents and hours are always the same and never of the future."""

from __future__ import annotations

from datetime import UTC, date, datetime

from minewarden.simulate.enforcement_years import enforcement_years
from minewarden.simulate.province import mines

SCRIPTS = dict.fromkeys(("40", "10", "14", "43", "53"), ("one",))
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_the_same_years_come_again_whatever_the_order_of_the_mines():
    plan = mines(SCRIPTS)
    assert enforcement_years(plan, NOW) == enforcement_years(plan[::-1], NOW)


def test_every_register_is_filled_and_nothing_lies_in_the_future():
    years = enforcement_years(mines(SCRIPTS), NOW)
    today = NOW.date()
    assert 150 < len(years.inspections) < 500
    assert len(years.hours) == 24 * 11  # one mine hands in nothing
    assert 3 < len(years.accidents) < 40
    assert len(years.campaigns) == 4
    assert all(one.ended_on < today for one in years.inspections)
    assert all(penalty.decided_on < today for one in years.inspections for penalty in one.penalties)
    assert all(one.happened_at < NOW for one in years.accidents)
    assert all(one.hours <= one.people * 744 for one in years.hours)
    titles = {one.title for one in years.campaigns}
    assert all((one.kind == "campaign") == (one.campaign in titles) for one in years.inspections)


def test_one_sanction_of_one_decision_stands_there_once():
    years = enforcement_years(mines(SCRIPTS), NOW)
    keys = [(one.mine_code, p.decision_number, p.kind) for one in years.inspections for p in one.penalties]
    assert len(keys) == len(set(keys))


def test_on_a_day_on_which_a_hazard_was_found_there_was_an_inspection():
    plan = mines(SCRIPTS)
    days = {plan[0].code: {date(2026, 3, 5), date(2026, 3, 6), date(2026, 11, 23)}}
    own = [one for one in enforcement_years(plan, NOW, found_on=days).inspections if one.mine_code == plan[0].code]
    for day in (date(2026, 3, 5), date(2026, 3, 6)):
        assert any(one.began_on <= day <= one.ended_on for one in own)
    assert not any(one.ended_on >= NOW.date() for one in own)
