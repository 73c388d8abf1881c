"""The list of major hazards in force, and the way on the page of each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from minewarden.center.cases.models import Kind, State
from minewarden.center.cases.transitions import table
from minewarden.center.major_hazards import ledger
from minewarden.center.major_hazards.figures import figures
from minewarden.center.major_hazards.way import BEHIND, STATIONS, way_of
from tests.center.cases.conftest import Walker, picture, states_on
from tests.center.major_hazards.conftest import logged_in
from tests.center.world import World

AUGUST = datetime(2026, 8, 10, 4, tzinfo=UTC)


@pytest.fixture
def clock():
    with time_machine.travel(AUGUST, tick=False) as traveller:
        yield traveller


def test_every_state_of_a_major_hazard_has_its_place_on_the_way():
    assert set(BEHIND) == set(table().states_of(Kind.MAJOR_HAZARD)) - {State.REJECTED}
    assert [BEHIND[state] for state in states_on(Kind.MAJOR_HAZARD)] == sorted(
        BEHIND[state] for state in states_on(Kind.MAJOR_HAZARD)
    )
    known = {move.action for move in table().moves.values() if move.kind == Kind.MAJOR_HAZARD} | {"open"}
    assert {station.action for station in STATIONS} <= known


def marks(case):
    way = way_of(case, case.transitions.select_related("actor").order_by("version"))
    return way, [mark.tone for mark in way.marks]


def test_the_way_says_who_did_what_with_which_document_and_what_is_next(clock, walker: Walker):
    case = walker.to("applied", "major_hazard")
    way, tones = marks(case)
    assert tones == ["done"] * 8 + ["next"] + ["ahead"] * 6
    assert (way.marks[3].who, way.marks[3].document) == ("局领导甲", "甲煤安〔2026〕3号")
    assert way.next is not None
    assert (way.next.until, way.next.by_office) == (case.office_due_at, True)
    assert "监察员" in way.next.roles


def test_a_refused_acceptance_leads_back_to_the_work(clock, walker: Walker):
    case = walker.to("applied", "major_hazard")
    case = walker.do(case, "return", "inspector", reason="传感器未校准")
    way, tones = marks(case)
    assert tones.index("next") == 6
    assert way.next is not None
    assert (way.next.by_office, way.next.until) == (False, case.due_at)


def test_a_reopened_hazard_begins_its_way_again(clock, walker: Walker):
    case = walker.to("closed", "major_hazard")
    case = walker.do(
        case,
        "look_back_failed",
        "inspector_2",
        reason="假整改",
        facts={"finding": "never_put_right"},
        proofs=[picture()],
    )
    way, tones = marks(case)
    assert (tones.index("next"), way.recurrence) == (2, 1)
    assert [mark.at is not None for mark in way.marks[:3]] == [True, True, False]


def test_the_case_page_shows_the_way(clock, walker: Walker, world: World):
    case = walker.to("delisted", "major_hazard")
    page = logged_in(world, "office_head").get(reverse("cases:detail", args=[case.pk])).content.decode()
    assert "法定处置流程" in page
    assert "甲煤安〔2026〕9号" in page
    ordinary = logged_in(world, "office_head").get(reverse("cases:detail", args=[walker.open().pk])).content.decode()
    assert "法定处置流程" not in ordinary


def test_the_list_shows_listing_dates_and_who_is_next(clock, walker: Walker, world: World):
    walker.to("verified", "major_hazard")
    walker.to("applied", "major_hazard")
    walker.to("closed", "major_hazard")
    walker.to("assigned", "hazard")
    user = world.users["office_head"]
    rows = ledger.lines(list(ledger.in_force(user).order_by("number")))
    assert [(row.case.state, row.level) for row in rows] == [("verified", ""), ("applied", "市级")]
    page = logged_in(world, "office_head").get(reverse("major_hazards:ledger")).content.decode()
    assert "甲煤安〔2026〕3号" in page


def test_filters_and_counts_agree(clock, walker: Walker, world: World):
    walker.to("verified", "major_hazard")
    walker.to("listed", "major_hazard")
    walker.to("applied", "major_hazard")
    user = world.users["office_head"]
    clock.shift(timedelta(days=30))
    now, cases = timezone.now(), ledger.in_force(user)
    counted = ledger.summary(cases, now)
    assert (counted.total, counted.mine_late, counted.office_late) == (3, 1, 1)

    def count(**narrow):
        return ledger.narrowed(cases, ledger.Narrow(**narrow), now).count()

    assert (count(late="mine"), count(late="office")) == (1, 1)
    assert [count(step=state) for state in counted.by_state] == list(counted.by_state.values())
    assert (count(listing="city"), count(listing="province")) == (2, 0)
    assert (count(node=world.city_a.pk), count(node=world.city_b.pk)) == (3, 0)


def test_the_list_costs_the_same_for_one_and_for_many(clock, walker: Walker, world: World):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("major_hazards:ledger"))
        return len(captured)

    client = logged_in(world, "inspector")
    walker.to("listed", "major_hazard")
    queries()  # the frame's counts are kept for a while
    of_one = queries()
    for _ in range(3):
        walker.to("listed", "major_hazard")
    assert queries() == of_one


def test_each_figure_of_the_heads_page_opens_what_it_counted(clock, walker: Walker, world: World):
    walker.to("applied", "major_hazard")
    walker.to("listed", "major_hazard")
    clock.shift(timedelta(days=25))
    client = logged_in(world, "office_head")
    for figure in figures(world.users["office_head"]):
        page = client.get(figure.url)
        assert len(page.context["page"].rows) == figure.value, figure.label
