"""What the invented office has on paper of the years before: enough for a back-test, closed, and never of later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from minewarden.simulate.earlier_years import CHINA, MAJOR_UNTIL, earlier_years, past_hazards
from minewarden.simulate.enforcement_years import enforcement_years
from minewarden.simulate.province import mines

PLAN = mines(dict.fromkeys(("40", "10", "14", "43", "53"), ("one",)))
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LATER, EARLIER = enforcement_years(PLAN, NOW), earlier_years(PLAN, NOW)
LEDGER = past_hazards(PLAN, EARLIER, LATER, NOW)


def test_the_earlier_years_end_where_the_later_begin_and_make_three_and_a_half() -> None:
    first, last = EARLIER.inspections[0].began_on, EARLIER.inspections[-1].ended_on
    assert last < min(one.began_on for one in LATER.inspections) + timedelta(days=3)
    assert (NOW.date() - first).days > 3.5 * 365
    assert {one.month for one in EARLIER.hours}.isdisjoint({one.month for one in LATER.hours})


def test_every_line_of_the_ledger_stands_on_an_inspection_and_was_closed_long_ago() -> None:
    days = {(one.mine_code, one.began_on) for one in (*EARLIER.inspections, *LATER.inspections)}
    today = NOW.astimezone(CHINA).date()
    for one in LEDGER:
        assert (one.mine_code, one.found_at.date()) in days
        assert one.found_at.date() < one.closed_on < today - timedelta(days=100)
        assert today - one.found_at.date() > MAJOR_UNTIL
    assert any(one.closed_on > one.due for one in LEDGER)


def test_the_same_ledger_comes_again_whatever_the_order_of_the_mines() -> None:
    turned = PLAN[::-1]
    assert past_hazards(turned, earlier_years(turned, NOW), LATER, NOW) == LEDGER
