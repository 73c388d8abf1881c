"""The pages of cases, without JavaScript."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from minewarden.center.cases.models import Case, Proof
from tests.center.cases.conftest import Walker, picture
from tests.center.world import World


@pytest.fixture
def log_in(world: World):
    def client_of(name: str) -> Client:
        client = Client()
        client.force_login(world.users[name], "django.contrib.auth.backends.ModelBackend")
        return client

    return client_of


def post(client: Client, case: Case, action: str, **data):
    data.setdefault("expected_version", case.version)
    return client.post(reverse("cases:move", args=[case.pk, action]), data)


def next_week() -> str:
    return (timezone.localtime() + timedelta(days=7)).date().isoformat()


def test_the_whole_way_by_forms(log_in, walker: Walker):
    inspector, mine, head = log_in("inspector"), log_in("mine_a"), log_in("office_head")
    parts = {"gravity": "light", "likelihood": "possible", "people": "few", "negligence": "unknown"}
    typed = {"case_id": uuid4(), "mine": "青石煤矿", "title": "护栏缺失", "source": "inspection", "clause_code": ""}
    answer = inspector.post(reverse("hazards:new"), typed | {"found_at": "2026-01-05T08:30"} | parts)
    case = Case.objects.get()
    assert answer.url == reverse("cases:detail", args=[case.pk])
    steps = [
        (inspector, "verify", {}),
        (inspector, "assign", {"due_at": next_week(), "responsible": "王工"}),
        (mine, "start", {}),
        (mine, "hand_in", {"reason": "已更换", "proofs": [picture()]}),
        (inspector, "accept", {"reason": "合格"}),
        (inspector, "close", {}),
        (head, "look_back_passed", {"reason": "良好", "proofs": [picture("red")]}),
    ]
    for client, action, data in steps:
        page = client.get(reverse("cases:detail", args=[case.pk]))
        assert f'data-step="{action}"' in page.content.decode()
        answer = post(client, case, action, **data)
        assert answer.status_code == 302, answer.content.decode()
        case.refresh_from_db()
    assert case.state == "looked_back"
    due = timezone.localtime(Case.objects.get().due_at)
    assert (due.date().isoformat(), due.hour) == (next_week(), 23)


def test_a_page_offers_only_what_its_reader_may_do(log_in, walker: Walker):
    case = walker.to("handed_in")
    offers = {
        name: {
            action
            for action in ("verify", "assign", "start", "hand_in", "accept", "return", "close")
            if f'data-step="{action}"' in log_in(name).get(reverse("cases:detail", args=[case.pk])).content.decode()
        }
        for name in ("video_watch", "inspector", "mine_a", "office_head")
    }
    assert offers == {
        "video_watch": set(),
        "inspector": {"accept", "return"},
        "mine_a": set(),
        "office_head": {"accept", "return"},
    }


def test_words_come_back_when_a_form_is_refused(log_in, walker: Walker):
    case = walker.to("verified")
    answer = post(log_in("inspector"), case, "assign", due_at="2020-01-01", responsible="王工", reason="请尽快")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "王工" in page
    assert "请尽快" in page
    assert 'value="2020-01-01"' in page
    assert "field-wrong" in page


def test_whoever_was_slower_is_told_and_loses_no_words(log_in, walker: Walker):
    case = walker.to("handed_in")
    walker.do(case, "accept", "inspector", reason="合格")
    answer = post(log_in("inspector_2"), case, "return", reason="照片里看不到护栏的下半段")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "照片里看不到护栏的下半段" in page
    assert "监察员甲" in page
    assert Case.objects.get().state == "accepted"


def test_a_slower_form_that_still_fits_comes_back_with_the_new_version(log_in, walker: Walker):
    case = walker.to("assigned")
    from minewarden.center.cases.extensions import request_extension

    request_extension(
        case.pk, walker.world.users["mine_a"], until=case.due_at + timedelta(days=2), reason="等配件",
        expected_version=case.version,
    )  # fmt: skip
    mine = log_in("mine_a")
    page = post(mine, case, "start", reason="现在开始").content.decode()
    assert "现在开始" in page
    assert f'name="expected_version" value="{case.version + 1}"' in page
    assert post(mine, case, "start", reason="现在开始", expected_version=case.version + 1).status_code == 302


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("nobody", 403),
        ("operations", 403),
        ("mine_b", 404),
        ("inspector_b", 404),
        ("video_watch", 403),
        ("mine_a", 403),
    ],
)
def test_a_wrong_role_or_the_mine_next_door_does_nothing(log_in, walker: Walker, who, status):
    case = walker.to("handed_in")
    assert post(log_in(who), case, "accept", reason="x").status_code == status
    assert Case.objects.get().state == "handed_in"


def test_proof_is_served_as_it_came_and_only_to_those_who_see_the_case(log_in, walker: Walker):
    walker.to("handed_in")
    address = reverse("cases:proof", args=[Proof.objects.get().pk])
    answer = log_in("inspector").get(address)
    assert b"".join(answer.streaming_content) == picture().read()
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    for who, status in (("inspector_b", 404), ("mine_b", 404), ("operations", 403)):
        assert log_in(who).get(address).status_code == status
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 3),
        ("q=护栏", 2),
        ("q=栏缺", 2),
        ("q=甲烷", 1),
        ("q=甲烷+护栏", 0),
        ("q=2026-000002", 0),
        ("state=open", 3),
        ("state=handed_in", 1),
        ("state=closed", 0),
        ("kind=violation", 1),
        ("level=red", 1),
        ("overdue=on", 0),
        ("mine=999999", 0),
        ("state=nonsense", 0),
        ("found_from=2026-13-40", 0),
        ("found_from=2026-05-02&found_to=2026-05-01", 0),
        ("q=%2A%25", 0),
        ("after=rubbish", None),
    ],
)
def test_the_list_finds_what_is_asked_for(log_in, walker: Walker, query, found):
    walker.to("handed_in")
    walker.open("violation")
    walker.open(title="甲烷超限", description="", level="red")
    query = query.replace("2026-000002", "1999-000002")
    answer = log_in("inspector").get(f"{reverse('cases:list')}?{query}")
    if found is None:
        assert answer.status_code == 400
    else:
        assert answer.content.decode().count('id="row-') == found


def test_the_list_is_paged_without_a_gap(log_in, walker: Walker):
    when = timezone.now() - timedelta(days=1)
    made = {walker.open(found_at=when - timedelta(minutes=n // 2)).number for n in range(120)}
    client, seen, address = log_in("inspector"), [], reverse("cases:list")
    while True:
        page = client.get(address).context["page"]
        seen += [case.number for case in page.rows]
        if not page.next:
            break
        address = reverse("cases:list") + page.next
    assert len(seen) == 120
    assert set(seen) == made


def test_first_pages_say_what_is_late(log_in, walker: Walker, time_machine):
    case = walker.to("assigned")
    walker.to("handed_in")
    time_machine.move_to(case.due_at + timedelta(days=3, hours=1))
    for who, name in (("inspector", "cases:due"), ("mine_a", "cases:mine_tasks")):
        page = log_in(who).get(reverse(name)).content.decode()
        assert case.number in page
        assert "age-overdue" in page
        assert "3 天" in page or "3 days" in page


def test_a_drawer_is_a_fragment_with_the_row_beside_it(log_in, walker: Walker):
    case = walker.to("assigned")
    headers = {"HX-Request": "true", "HX-Target": "drawer"}
    page = log_in("inspector").get(reverse("cases:detail", args=[case.pk]), headers=headers).content.decode()
    assert "<html" not in page
    assert case.number in page
    assert f'id="row-{case.pk}" hx-swap-oob="true"' in page


def test_numbers_of_queries_do_not_grow_with_the_list(log_in, walker: Walker, django_assert_max_num_queries):
    for _ in range(12):
        walker.to("assigned")
    client = log_in("inspector")
    client.get(reverse("cases:list"))
    with django_assert_max_num_queries(12):
        client.get(reverse("cases:list"))
    with django_assert_max_num_queries(12):
        client.get(reverse("cases:due"))
