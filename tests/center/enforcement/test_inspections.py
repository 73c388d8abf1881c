"""Inspections with their hours: what is recorded, what is refused, and the exposure that rates are made with."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from minewarden.center.audit.models import AuditEvent
from minewarden.center.audit.services import act
from minewarden.center.enforcement import queries, services
from minewarden.center.enforcement.models import Inspection, InspectionCase, PenaltyCase
from minewarden.center.registry.models import Mine
from tests.center.cases.conftest import Walker

from .records import campaign, inspection, penalty

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def test_days_follow_from_the_hours_and_one_day_is_the_usual(world):
    made = inspection(world)
    assert (made.ended_on, made.person_days, made.random_percent) == (made.began_on, Decimal(3), 0)
    assert inspection(world, kind="random").random_percent == 100


def test_days_follow_corrected_hours_unless_somebody_wrote_them(world):
    made, own = inspection(world), inspection(world, person_days=Decimal(4))
    for one, days in ((made, Decimal(5)), (own, Decimal(4))):
        changed = services.change_inspection(
            None, one, "核对", expected_version=1, hours_on_site=Decimal(23), person_days=one.person_days
        )
        assert changed.person_days == days


@pytest.mark.parametrize(
    ("column", "wrong"),
    [
        ("began_on", {"began_on": date(2099, 1, 1)}),
        ("began_on", {"began_on": date(1900, 1, 1)}),
        ("ended_on", {"ended_on": date(2026, 8, 2)}),
        ("ended_on", {"began_on": date(2025, 8, 3), "ended_on": date(2026, 8, 3)}),
        ("hours_on_site", {"hours_on_site": Decimal(0)}),
        ("hours_on_site", {"hours_on_site": Decimal("48.1")}),
        ("inspector_count", {"inspector_count": 0}),
        ("kind", {"kind": "holiday"}),
        ("campaign", {"kind": "campaign"}),
        ("random_percent", {"random_percent": 101}),
        ("case_numbers", {"case_numbers": ["2026-999999"]}),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(world, column, wrong):
    with pytest.raises(ValidationError) as refused:
        inspection(world, **wrong)
    assert set(refused.value.message_dict) == {column}
    assert Inspection.objects.count() == 0


def test_a_campaign_must_be_above_the_mine_and_of_its_time(world):
    other = campaign(world, node=world.city_b)
    with pytest.raises(ValidationError, match="不是该煤矿的上级"):
        inspection(world, kind="campaign", campaign=other)
    early = campaign(world, title="春季", began_on=date(2026, 1, 1), ended_on=date(2026, 3, 1))
    with pytest.raises(ValidationError, match="2026-01-01"):
        inspection(world, kind="campaign", campaign=early)


def test_cases_of_another_mine_are_not_found_by_it(world):
    found = Walker(world).open()
    mine_b = Mine.objects.get(pk=world.mine_b.pk)
    with pytest.raises(ValidationError):
        inspection(world, mine=mine_b, case_numbers=[found.number])


def test_links_are_withdrawn_and_come_back_and_never_vanish(world):
    case = Walker(world).open()
    made = inspection(world, case_numbers=[case.number, case.number])
    assert list(queries.cases_found_by(made)) == [case]
    actor = world.users["inspector"]
    made = services.change_inspection(actor, made, "误关联", expected_version=1, case_numbers=[])
    assert not queries.cases_found_by(made).exists()
    services.change_inspection(actor, made, "恢复", expected_version=2, case_numbers=[case.number])
    assert InspectionCase.objects.filter(withdrawn=False).count() == InspectionCase.objects.count() == 1


def test_somebody_elses_correction_is_not_overwritten(world):
    made, actor = inspection(world), world.users["inspector"]
    services.change_inspection(actor, made, "核对", expected_version=1, remarks="甲")
    with pytest.raises(ValidationError, match="已被他人修改"):
        services.change_inspection(actor, made, "核对", expected_version=1, remarks="乙")
    assert Inspection.objects.get().remarks == "甲"
    event = AuditEvent.objects.filter(action="enforcement.change_inspection").get()
    assert (event.reason, event.changes["remarks"]) == ("核对", ["", "甲"])


def test_the_same_key_of_the_sender_is_the_same_inspection(world):
    first = inspection(world, source_id="zf-77")
    assert inspection(world, source_id="zf-77").pk == first.pk
    assert Inspection.objects.count() == 1


def test_exposure_counts_hours_draws_and_inspections_that_found_a_hazard(world, django_assert_num_queries):
    walker = Walker(world)
    hazard, seen = walker.open(), walker.open(kind="violation")
    inspection(world, case_numbers=[hazard.number])
    inspection(world, kind="random", hours_on_site=Decimal("7.5"), case_numbers=[seen.number])
    inspection(world, hours_on_site=Decimal(10), random_percent=25)
    services.withdraw_inspection(None, inspection(world), "重复", expected_version=1)
    inspection(world, began_on=date(2025, 8, 3))
    inspection(world, mine=world.mine_b)
    with django_assert_num_queries(1):
        found = queries.hours_by_mine(None, *YEAR)
    assert set(found) == {world.mine_a.pk, world.mine_b.pk}
    here = found[world.mine_a.pk]
    assert (here.inspections, here.with_hazard, here.hours) == (3, 1, Decimal(30))
    assert (here.random_hours, here.aimed_hours, here.person_days) == (Decimal(10), Decimal(20), Decimal(7))
    assert set(queries.hours_by_mine(world.users["inspector_b"], *YEAR)) == {world.mine_b.pk}
    assert queries.hours_by_month(None, *YEAR)[world.mine_a.pk, date(2026, 8, 1)] == here


def test_penalties_are_counted_by_kind_and_elevated_ones_apart(world):
    case = Walker(world).open()
    penalty(world, case_numbers=[case.number])
    penalty(world, kind="stop", amount=None)
    penalty(world, kind="top_fine", person="王矿长", post="矿长", amount=Decimal(150_000))
    penalty(world, kind="warning", amount=None, decided_on=date(2024, 1, 1))
    pk = world.mine_a.pk
    assert queries.penalties_by_mine(None, *YEAR) == {pk: {"fine": 1, "stop": 1, "top_fine": 1}}
    assert queries.elevated_by_mine(None, *YEAR) == {pk: 2}
    assert queries.fines_by_mine(None, *YEAR) == {pk: Decimal(270_000)}
    assert PenaltyCase.objects.get().case == case


@pytest.mark.parametrize(
    ("column", "wrong"),
    [
        ("amount", {"amount": None}),
        ("amount", {"kind": "stop"}),
        ("person", {"post": "矿长"}),
        ("decided_on", {"decided_on": date(2099, 1, 1)}),
    ],
)
def test_a_penalty_that_cannot_be_is_refused_beside_its_field(world, column, wrong):
    with pytest.raises(ValidationError) as refused:
        penalty(world, **wrong)
    assert set(refused.value.message_dict) == {column}


def test_one_sanction_of_one_decision_stands_there_once(world):
    first = penalty(world)
    with pytest.raises(ValidationError, match="已登记"):
        penalty(world)
    services.withdraw_penalty(None, first, "复议撤销", expected_version=1)
    penalty(world)


def test_a_campaign_with_inspections_is_not_withdrawn(world):
    made = campaign(world)
    inspection(world, kind="campaign", campaign=made)
    with pytest.raises(ValidationError, match="请先将检查移出"):
        services.withdraw_campaign(None, made, "误建", expected_version=1)


@pytest.mark.parametrize("years", [5])
def test_a_province_of_five_years_is_summed_in_a_moment(world, years):
    with act("tests.many", None):
        Inspection.objects.insert_many([
            Inspection(mine=world.mine_a if number % 2 else world.mine_b, kind="regular", inspectors="严青",
                       began_on=date(2021, 9, 1) + timedelta(days=number % (365 * years)), inspector_count=2,
                       ended_on=date(2026, 9, 30), hours_on_site=Decimal(8), person_days=Decimal(2))
            for number in range(2000)
        ])  # fmt: skip
    found = queries.hours_by_mine(None, date(2021, 9, 1), date(2026, 9, 1))
    assert sum(row.hours for row in found.values()) == 16_000
