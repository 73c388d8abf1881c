"""What a list can be narrowed to, how that is said, and that nonsense lists nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from minewarden.center.cases.filter_form import CaseFilter
from minewarden.center.cases.queries import Total, narrowed, visible
from tests.center.cases.conftest import Walker


@pytest.fixture
def found(walker: Walker):
    def numbers(**query) -> set[str]:
        data = QueryDict(mutable=True)
        data.update({name: str(value) for name, value in query.items()})
        user = walker.world.users["inspector"]
        return {case.number for case in narrowed(visible(user), CaseFilter(user, data).filters())}

    return numbers


@pytest.fixture
def client(walker: Walker) -> Client:
    client = Client()
    client.force_login(walker.world.users["inspector"], "django.contrib.auth.backends.ModelBackend")
    return client


def day(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def test_days_include_both_ends(walker: Walker, found, time_machine):
    time_machine.move_to("2026-11-20T04:00:00+00:00")
    old = walker.open(found_at=timezone.now() - timedelta(days=10)).number
    new = walker.open().number
    assert found(found_from=day(-10)) == {old, new}
    assert found(found_to=day(-10)) == {old}
    assert found(found_from=day(-9)) == {new}
    assert found(age_from=10, age_to=10) == {old}
    assert found(age_to=9) == {new}


def test_due_days_count_with_the_extension_and_closed_days_from_the_close(walker: Walker, found):
    assigned, closed = walker.to("assigned"), walker.to("closed")
    due = timezone.localtime(assigned.due_at).date()
    assert assigned.number in found(due_from=due, due_to=due)
    assert found(due_from=due + timedelta(days=1)) == set()
    assert found(closed_from=day(0), closed_to=day(0)) == {closed.number}
    assert found(closed_to=day(-1)) == set()


def test_node_mine_camera_and_responsible(walker: Walker, found):
    world = walker.world
    seen, other = walker.open("violation", camera=world.camera_a).number, walker.to("assigned").number
    assert (
        found(node=world.city_a.pk) == found(node=world.mine_a.node.pk) == found(mine=world.mine_a.pk) == {seen, other}
    )
    assert found(camera=world.camera_a.pk) == {seen}
    assert found(responsible="王") == {other}
    assert found(node=world.city_b.pk) == found(mine=world.mine_b.pk) == found(camera=world.camera_b.pk) == set()


@pytest.mark.parametrize(
    "query",
    [
        {"state": "nonsense"}, {"kind": "x"}, {"level": "green"}, {"node": "abc"}, {"node": 10**30}, {"mine": -1},
        {"age_from": "soon"}, {"age_from": 5, "age_to": 2}, {"found_from": "32.13.2026"}, {"recurrence": 0},
        {"due_from": "2026-05-02", "due_to": "2026-05-01"}, {"q": "%%"}, {"q": "字" * 61}, {"camera": 0},
    ],
)  # fmt: skip
def test_nonsense_lists_nothing_and_is_told(walker: Walker, found, client: Client, query):
    walker.open()
    assert found(**query) == set()
    page = client.get(reverse("cases:list"), query)
    assert page.status_code == 422
    assert "筛选条件有误" in page.content.decode()


def test_every_filter_in_use_is_a_chip_that_takes_it_back(walker: Walker, client: Client):
    walker.to("assigned")
    query = {"state": "open", "mine": walker.world.mine_a.pk, "age_to": 30, "overdue": "on"}
    chips = client.get(reverse("cases:list"), query).context["form"].chips()
    assert len(chips) == 4
    assert any(chip.words.endswith("青石煤矿") for chip in chips)
    for chip in chips:
        assert client.get(f"{reverse('cases:list')}?{chip.without}").status_code == 200
        assert len(QueryDict(chip.without)) == 3


def test_the_count_stands_on_top_and_stops_where_it_would_cost(walker: Walker, client: Client, monkeypatch):
    for _ in range(4):
        walker.open()
    assert client.get(reverse("cases:list")).context["total"].count == 4
    for _ in range(50):
        walker.open()
    assert client.get(reverse("cases:list")).context["total"] == Total(54, more=False)
    monkeypatch.setattr("minewarden.center.cases.queries.COUNT_CAP", 20)
    assert client.get(reverse("cases:list")).context["total"] == Total(20, more=True)


def test_a_page_asks_no_more_of_the_database_for_more_rows(
    walker: Walker, client: Client, django_assert_max_num_queries
):
    for _ in range(10):
        walker.open()
    client.get(reverse("cases:list"))
    queries = []
    for more in (0, 45):
        for _ in range(more):
            walker.open()
        with django_assert_max_num_queries(12) as asked:
            client.get(reverse("cases:list"), {"state": "open", "q": "护栏"})
        queries.append(len(asked))
    assert queries[1] <= queries[0] + 1  # the count, once there are two pages


def test_programs_filter_by_the_same_names_and_are_told_of_nonsense(walker: Walker, client: Client):
    case = walker.to("assigned")
    good = {"state": "open", "node": walker.world.city_a.pk, "found_from": day(-1), "overdue": "false"}
    assert [row["number"] for row in client.get("/api/cases", good).json()["cases"]] == [case.number]
    answer = client.get("/api/cases", {"state": "nonsense"})
    assert (answer.status_code, answer.json()["error"]) == (422, "bad_filter")
