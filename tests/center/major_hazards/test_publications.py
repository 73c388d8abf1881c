"""A stop order and a removal must each be published within five working days."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from minewarden.center.cases.errors import CaseError
from minewarden.center.major_hazards import queries
from minewarden.center.major_hazards.models import Of, Publication
from minewarden.center.major_hazards.services import publish
from tests.center.cases.conftest import Walker
from tests.center.major_hazards.conftest import logged_in
from tests.center.world import World

NOON = datetime(2026, 9, 29, 4, tzinfo=UTC)  # 12:00 at the mine, the last Tuesday before National Day
GIVEN = {"published_on": date(2026, 9, 30), "published_where": "市局网站", "url": "", "text": ""}


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def test_a_stop_order_waits_for_its_notice_over_the_holidays(clock, walker: Walker):
    walker.to("ordered", "major_hazard")
    notice = Publication.objects.get()
    assert notice.of == Of.STOP_ORDER
    # 30 September is the first day; 1 to 7 October are off; 8, 9, 10 (a worked Saturday) and 12 October are the others.
    assert timezone.localtime(notice.due_at).isoformat() == "2026-10-12T23:59:59+08:00"


def test_a_notice_is_recorded_once(clock, walker: Walker, world: World):
    walker.to("ordered", "major_hazard")
    notice = Publication.objects.get()
    clock.shift(86400)
    publish(notice.pk, world.users["inspector"], **GIVEN)
    with pytest.raises(CaseError) as error:
        publish(notice.pk, world.users["office_head"], **GIVEN)
    assert error.value.code == "published"
    notice.refresh_from_db()
    assert (notice.published_on, notice.recorded_by) == (date(2026, 9, 30), world.users["inspector"])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"published_where": "  "}, "where_wanted"),
        ({"published_on": date(2026, 9, 28)}, "on_too_early"),
        ({"published_on": date(2026, 10, 1)}, "on_in_future"),
    ],
)
def test_a_notice_that_cannot_be_is_refused(change, code, clock, walker: Walker, world: World):
    walker.to("ordered", "major_hazard")
    clock.shift(86400)
    with pytest.raises(CaseError) as error:
        publish(Publication.objects.get().pk, world.users["inspector"], **GIVEN | change)
    assert error.value.code == code


def test_the_mine_cannot_publish_and_the_city_next_door_sees_nothing(clock, walker: Walker, world: World):
    walker.to("ordered", "major_hazard")
    clock.shift(86400)
    for who, code in (("mine_a", "forbidden"), ("inspector_b", "not_found")):
        with pytest.raises(CaseError) as error:
            publish(Publication.objects.get().pk, world.users[who], **GIVEN)
        assert error.value.code == code


def test_an_overdue_notice_is_counted_and_listed(clock, walker: Walker, world: World):
    case = walker.to("ordered", "major_hazard")
    head = world.users["office_head"]
    assert queries.waiting_stop_orders(head).count() == 1
    assert queries.overdue_publications(head, timezone.now()) == 0
    clock.move_to(datetime(2026, 10, 12, 16, tzinfo=UTC))  # the first minute of the 13th at the mine
    assert queries.overdue_publications(head, timezone.now()) == 1
    page = logged_in(world, "office_head").get(reverse("major_hazards:publications"), {"state": "overdue"})
    assert case.number in page.content.decode()


def test_the_notice_of_a_removal_is_the_step_of_the_case(clock, walker: Walker, world: World):
    case = walker.to("delisted", "major_hazard")
    removal = Publication.objects.get(of=Of.REMOVAL)
    assert removal.due_at == case.office_due_at
    with pytest.raises(CaseError) as error:
        publish(removal.pk, world.users["inspector"], **GIVEN | {"published_on": date(2026, 9, 29)})
    assert error.value.code == "by_the_case"
    for day, code in (("2026-09-28", "on_too_early"), ("2026-09-30", "on_in_future")):
        with pytest.raises(CaseError) as error:
            walker.do(case, "publish", "inspector", facts={"published_where": "网站", "published_on": day})
        assert (error.value.code, error.value.field) == (code, "fact_published_on")
    facts = {"published_where": "市局网站", "published_on": "2026-09-29"}
    walker.do(case, "publish", "inspector", facts=facts)
    removal.refresh_from_db()
    assert (removal.published_on, removal.published_where) == (date(2026, 9, 29), "市局网站")
    assert removal.recorded_by == world.users["inspector"]


def test_the_page_records_it_and_says_what_is_wrong(clock, walker: Walker, world: World):
    walker.to("ordered", "major_hazard")
    notice = Publication.objects.get()
    client, url = logged_in(world, "inspector"), reverse("major_hazards:publish", args=[notice.pk])
    wrong = client.post(url, {"published_on": "2026-09-28", "published_where": "网站"})
    assert wrong.status_code == 422
    assert "不能早于" in wrong.content.decode()
    right = client.post(url, {"published_on": "2026-09-29", "published_where": "网站", "url": "https://example.com/1"})
    assert right.status_code == 302
    page = client.get(reverse("major_hazards:publications"), {"state": "published"})
    assert "https://example.com/1" in page.content.decode()
