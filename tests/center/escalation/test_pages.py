"""The pages of escalation: orders, the ladder, the calendar, the panel on a case."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from minewarden.center.cases.models import CalendarDay
from minewarden.center.cases.working_days import is_working_day
from minewarden.center.escalation.models import Rung, SupervisionOrder
from minewarden.center.escalation.scan import scan
from minewarden.center.escalation.services import open_supervision

pytestmark = pytest.mark.django_db


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def manager(world) -> Client:
    return client_of(world.users["administrator"])


def test_an_order_is_opened_from_the_page_of_a_case_and_both_pages_link(clock, world, assigned, province_head):
    about = assigned(1)
    client = client_of(province_head)
    page = client.get(reverse("cases:detail", args=[about.pk])).content.decode()
    url = reverse("escalation:open_order", args=[about.pk])
    assert url in page
    due = (timezone.localdate() + timedelta(days=5)).isoformat()
    given = {"bound": world.city_a.pk, "due_at": due, "reason": "限期办结", "document_number": "云督〔2026〕3号"}
    assert client.post(url, given | {"reason": ""}).status_code == 422
    order_page = client.post(url, given)["Location"]
    assert reverse("cases:detail", args=[about.pk]) in client.get(order_page).content.decode()
    page = client.get(reverse("cases:detail", args=[about.pk])).content.decode()
    assert order_page in page
    assert "云督〔2026〕3号" in page
    again = client.post(url, given)
    assert again.status_code == 422
    assert "已有未解除的督办" in again.content.decode()


def test_who_is_not_above_is_offered_no_button(clock, world, assigned):
    about = assigned(1)
    for name in ("inspector", "mine_a"):
        page = client_of(world.users[name]).get(reverse("cases:detail", args=[about.pk])).content.decode()
        assert reverse("escalation:open_order", args=[about.pk]) not in page


def test_the_list_is_narrowed_and_the_heads_figures_agree_with_it(clock, world, rung, assigned, province_head):
    due = timezone.now() + timedelta(days=3)
    for _ in range(3):
        open_supervision(province_head, about=assigned(1), bound=world.city_a, reason="督办", due_at=due)
    clock.shift(timedelta(days=4))
    client = client_of(province_head)
    late = client.get(reverse("escalation:orders"), {"state": "late"}).content.decode()
    assert late.count('data-label="被督办单位"') == 3
    assert client.get(reverse("escalation:orders"), {"state": "lifted"}).content.decode().count("2026-0000") == 0
    head = client.get(reverse("registry:head")).content.decode()
    assert f"{reverse('escalation:orders')}?state=late" in head


def test_the_list_takes_as_many_queries_for_fifty_as_for_one(
    clock, world, assigned, province_head, django_assert_max_num_queries
):
    due = timezone.now() + timedelta(days=3)
    for _ in range(20):
        open_supervision(province_head, about=assigned(1), bound=world.city_a, reason="督办", due_at=due)
    client = client_of(world.users["office_head"])
    client.get(reverse("escalation:orders"))  # the first request of a session also writes it down
    with django_assert_max_num_queries(12):
        assert client.get(reverse("escalation:orders")).status_code == 200


def test_an_order_of_the_system_is_not_said_to_come_from_a_machine(clock, world, rung, assigned, province_head):
    rung(days=0, does="order", role="", levels_up=1, order_days=5)
    assigned(1)
    clock.shift(timedelta(days=2))
    scan()
    order = SupervisionOrder.objects.get()
    page = client_of(province_head).get(reverse("cases:detail", args=[order.case_id])).content.decode()
    assert "机器" not in page


def test_the_ladder_is_changed_by_the_administrator_of_the_province(world, manager, rung):
    made = rung(days=3)
    given = {"clock": "due", "days": "5", "count": "working", "does": "notice", "role": "mine", "levels_up": "0"}
    assert manager.post(reverse("escalation:rung_edit", args=[made.pk]), given | {"in_use": "on"}).status_code == 302
    made.refresh_from_db()
    assert (made.days, made.count) == (5, "working")
    assert "逾期 5 个工作日" in manager.get(reverse("escalation:ladder")).content.decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"role": ""}, "请选择通知对象"),
        ({"does": "order"}, "请填写督办期限天数"),
        ({"does": "order", "kind": "supervision", "order_days": "3"}, "不能对督办再下督办"),
    ],
)
def test_a_rung_that_makes_no_sense_comes_back_with_what_is_wrong(world, manager, change, words):
    given = {"clock": "due", "days": "5", "count": "calendar", "does": "notice", "role": "mine", "levels_up": "0"}
    answer = manager.post(reverse("escalation:rung_add"), given | change)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Rung.objects.exists()


def test_a_year_without_data_says_so_and_a_day_can_be_entered_and_corrected(world, manager):
    url = reverse("escalation:holidays")
    page = manager.get(url, {"year": timezone.localdate().year + 1}).content.decode()
    assert "尚无" in page
    monday = date(2026, 11, 23)
    assert is_working_day(monday)
    for working, worked in (("no", False), ("yes", True)):
        answer = manager.post(url, {"day": monday.isoformat(), "working": working, "note": "停电检修"})
        assert answer["Location"].endswith("?year=2026")
        assert is_working_day(monday) is worked
    assert CalendarDay.objects.get().note == "停电检修"
    assert manager.post(url, {"day": "1900-01-01", "working": "no", "note": "x"}).status_code == 422
