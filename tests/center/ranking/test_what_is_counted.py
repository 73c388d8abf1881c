"""What of the records counts for each indicator, and what does not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from minewarden.center.audit.services import act
from minewarden.center.hazards.models import Relation
from minewarden.center.ranking.counts import Counts, counts
from minewarden.center.ranking.figures import Tally
from minewarden.center.ranking.peers import size_of
from minewarden.center.registry.office_days import midnight
from minewarden.center.registry.services import create_place
from tests.center.ranking.office import at, case, hazard, inspected, lived, step, watched
from tests.center.world import World

FIRST, LAST = date(2025, 11, 24), date(2026, 11, 23)


@pytest.fixture
def counted(world: World) -> Counts:
    lived(world)
    return counts(FIRST, LAST)


def test_each_indicator_of_a_mine_comes_from_its_records(world: World, counted: Counts) -> None:
    assert counted.tallies(world.mine_a.pk) == {
        "major_hazards": Tally(6, 137.5),
        "enforcement": Tally(3, 137.5),
        "overdue": Tally(8, 12),
        "lookback": Tally(3, 15),  # 3 of 6 failed; none of the 9 closed more than 90 days ago came back
        "honesty": Tally(5, 6),
        "accidents": Tally(60, 550_000, 3600),  # one event counts 6,000 days at most
        "video": Tally(30, (4 + 2) * 365, 92),  # seven times two cameras at once, four times four
    }


def test_a_mine_that_nobody_looked_at_has_no_exposure(world: World, counted: Counts) -> None:
    of_b = counted.tallies(world.mine_b.pk)
    assert of_b["major_hazards"] == Tally(0, 4)
    assert of_b["overdue"] == of_b["lookback"] == of_b["honesty"] == Tally(0, 0)


def _write(*rows: object) -> None:
    with act("tests.write", None):
        for row in rows:
            row.save()  # type: ignore[attr-defined]


def test_what_nobody_verified_or_the_mine_itself_found_is_not_found_by_supervisors(world: World) -> None:
    for number, (state, source) in enumerate(
        [("found", "inspection"), ("rejected", "inspection"), ("rectifying", "self_check"), ("verified", "report")]
    ):
        one = case(world.mine_a, number, kind="major_hazard", state=state, clause="M", found_at=at(3))
        _write(one, hazard(one, source))
    assert counts(FIRST, LAST).majors == {world.mine_a.pk: 1}


def test_the_office_taking_its_time_makes_nobody_late(world: World) -> None:
    due = at(5, 20)
    handed_in = case(world.mine_a, 1, state="handed_in", found_at=at(5), due_at=due)
    extended = case(world.mine_a, 2, state="closed", found_at=at(5), due_at=due - timedelta(days=9), extended_until=due)
    sent_back = case(world.mine_a, 3, state="returned", found_at=at(5), due_at=due)
    still_open = case(world.mine_a, 4, state="assigned", found_at=at(5), due_at=due)
    cases = [handed_in, extended, sent_back, still_open]
    _write(*cases, *(step(one, "hand_in", due - timedelta(days=1)) for one in cases[:3]))
    assert counts(FIRST, LAST).due == {world.mine_a.pk: (2, 4)}


def test_a_hazard_of_the_same_clause_soon_after_closing_has_come_back(world: World) -> None:
    closed = case(world.mine_a, 1, found_at=at(1), closed_at=at(2))
    soon = case(world.mine_a, 2, state="assigned", found_at=at(2) + timedelta(days=89))
    other_clause = case(world.mine_a, 3, found_at=at(1), closed_at=at(2), clause="Z")
    long_after = case(world.mine_a, 4, state="assigned", found_at=at(2) + timedelta(days=91), clause="Z")
    soon.clause = closed.clause
    _write(closed, soon, other_clause, long_after)
    assert counts(FIRST, LAST).closures == {world.mine_a.pk: (1, 2)}


@pytest.mark.parametrize(
    ("title", "place", "back"),
    [
        ("3101 运输巷 12 号托辊不转", "same", 1),
        ("3101 运输巷 15 号托辊不转，未更换", "same", 1),
        ("3101 运输巷 12 号托辊不转", "other", 0),
        ("班组长安全培训学时不足", "same", 0),
    ],
)
def test_another_fault_under_a_broad_clause_has_not_come_back(world: World, title: str, place: str, back: int) -> None:
    places = {name: create_place(None, mine=world.mine_a, place_class="14", name=name) for name in ("same", "other")}
    closed = case(world.mine_a, 1, title="3101 运输巷 12 号托辊不转", place=places["same"], clause="G",
                  found_at=at(1), closed_at=at(2))  # fmt: skip
    new = case(world.mine_a, 2, title=title, place=places[place], clause="G", state="assigned", found_at=at(2, 20))
    _write(closed, new)
    assert counts(FIRST, LAST).closures == {world.mine_a.pk: (back, 1)}


@pytest.mark.parametrize(("answer", "back"), [("again", 1), ("unrelated", 0)])
def test_what_a_person_said_of_the_two_decides(world: World, answer: str, back: int) -> None:
    titles = ("3101 运输巷托辊不转", "培训学时不足") if answer == "again" else ("3101 运输巷托辊不转",) * 2
    closed = case(world.mine_a, 1, title=titles[0], clause="G", found_at=at(1), closed_at=at(2))
    new = case(world.mine_a, 2, title=titles[1], clause="G", state="assigned", found_at=at(2, 20))
    said = Relation(
        case=new, other=closed, delivery=new.pk, answer=answer, likeness=0, said_at=at(2, 20),
        said_by=world.users["inspector"],
    )  # fmt: skip
    _write(closed, new, said)
    assert counts(FIRST, LAST).closures == {world.mine_a.pk: (back, 1)}


def test_who_keeps_no_ledger_here_is_not_called_dishonest(world: World) -> None:
    one = case(world.mine_a, 1, kind="major_hazard", state="verified", clause="M", found_at=at(3))
    _write(one, hazard(one))
    assert counts(FIRST, LAST).asked == {}


def test_a_withdrawn_record_counts_nowhere(world: World) -> None:
    row = inspected(world.mine_a, 3, "12.5")
    row.withdrawn = True
    _write(row)
    assert counts(FIRST, LAST).hours == {}


def test_the_last_day_belongs_to_the_window_and_the_next_does_not(world: World) -> None:
    for number, moment in enumerate([midnight(LAST, days=1) - timedelta(seconds=1), midnight(LAST, days=1)]):
        one = case(world.mine_a, number, kind="major_hazard", state="verified", clause="M", found_at=moment)
        _write(one, hazard(one))
    assert counts(FIRST, LAST).majors == {world.mine_a.pk: 1}


def test_an_alarm_that_nobody_confirmed_does_not_count(world: World) -> None:
    with act("tests.watched", None):
        watched(world, world.mine_a, 2)
        event = world.mine_a.events.first()
        event.state = "rejected"
        event.save()
    assert counts(FIRST, LAST).outages == {world.mine_a.pk: (1, 1, 1)}


@pytest.mark.parametrize(
    ("kind", "capacity", "size"),
    [("1", 300, "large"), ("1", 120, "large"), ("1", 119, "middle"), ("1", 30, "small"), ("2", 120, "middle"),
     ("1", None, "unknown")],
)  # fmt: skip
def test_the_size_follows_from_kind_and_capacity(kind: str, capacity: int | None, size: str) -> None:
    assert size_of(kind, capacity) == size
