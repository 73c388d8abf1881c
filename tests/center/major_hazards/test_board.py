"""The clearing board: each of its figures is the length of the list that it opens."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from minewarden.center.cases.queries import HAZARDS
from minewarden.center.cases.services import open_case
from minewarden.center.major_hazards import board as reads
from minewarden.center.major_hazards.rules import rules
from minewarden.center.registry import services as registry
from minewarden.center.registry.models import NodeKind, Role
from minewarden.center.registry.scope import remember_grants
from tests.center.cases.conftest import Walker
from tests.center.major_hazards.conftest import logged_in
from tests.center.world import World, make_mine, make_user

NOW = datetime(2026, 11, 2, 4, tzinfo=UTC)
AGES = [0, 3, 7, 7.5, 8, 12, 15.9, 16, 30, 31, 60.5, 61, 200]


@pytest.fixture
def full(walker: Walker, world: World):
    """Hazards of every age, level and state, at two mines of city A and one of city B."""
    with time_machine.travel(NOW, tick=False):
        county = registry.create_node(None, name="丙县局", kind=NodeKind.COUNTY, parent=world.city_a)
        mine = make_mine(county, "990102000003", "丙县一矿")
        inspector = make_user("county", Role.INSPECTOR, county)
        provincial = make_user("provincial", Role.OFFICE_HEAD, world.province)
        levels = ["red", "orange", "yellow", "blue"]
        for number, age in enumerate(AGES):
            found = NOW - timedelta(days=age, seconds=1)
            where = {"mine": mine, "place": None} if number % 3 == 0 else {}
            case = walker.open(found_at=found, level=levels[number % 4], **where)
            if number % 2:
                walker.to("assigned", case=case)
        walker.to("listed", case=walker.open("major_hazard", level="red", found_at=NOW - timedelta(days=20)))
        walker.to("applied", case=walker.open("major_hazard", level="red", found_at=NOW - timedelta(days=40)))
        walker.to("closed", "major_hazard")
        walker.to("closed", "hazard")
        world.users.update(county=inspector, provincial=provincial)
    with time_machine.travel(NOW + timedelta(days=9), tick=False):
        open_case(
            world.users["inspector_b"], kind="hazard", mine=world.mine_b, place=world.place_b, camera=None,
            title="风筒破损", description="", level="yellow", found_at=timezone.now() - timedelta(hours=2),
        )  # fmt: skip
        yield world


def listed_rows(client: Client, url: str) -> int:
    """How many cases the list at an address has, over all its pages."""
    count, page = 0, client.get(url)
    while True:
        count += len(page.context["page"].rows)
        following = page.context["page"].next
        if not following:
            return count
        page = client.get(reverse("cases:list") + following)


def figures_of(html: str) -> list[tuple[str, int]]:
    """Every link of the board with its number."""
    found = re.findall(r'<a href="(/cases/\?[^"]*)"[^>]*>(?:\D*)(\d+)</a>', html)
    return [(unescape(url), int(number)) for url, number in found]


def test_every_figure_is_the_length_of_its_list(full: World):
    for who in ("county", "office_head", "provincial", "mine_a"):
        client = logged_in(full, who)
        for kind in ("", "major_hazard"):
            html = client.get(reverse("major_hazards:board"), {"kind": kind}).content.decode()
            links = dict(figures_of(html))
            if who == "county" and kind:
                assert "全部清零" in html
                continue
            assert len(links) >= 6
            for url, number in links.items():
                assert listed_rows(client, url) == number, f"{who}: {url}"


def test_the_parts_add_up_to_the_whole(full: World):
    counted = reads.board(full.users["provincial"], HAZARDS, None, timezone.now())
    assert [line.node.name for line in counted.lines] == ["甲川市局", "乙川市局"]
    for column, total in enumerate(counted.total):
        assert sum(line.cells[column].value for line in counted.lines) == total.value, total.key
    by_key = {cell.key: cell.value for cell in counted.total}
    assert by_key["open"] == len(AGES) + 3
    assert sum(by_key[level] for level in ("red", "orange", "yellow", "blue")) == by_key["open"]
    assert sum(by_key[f"age-{band.key}"] for band in rules().ages) == by_key["open"]
    assert by_key["overdue"] == 7  # six assigned and one listed, due after seven days
    assert by_key["office_overdue"] == 0


def test_it_goes_down_the_tree_and_back(full: World):
    user = full.users["provincial"]
    city = reads.board(user, HAZARDS, full.city_a, timezone.now())
    assert {line.node.name for line in city.lines} == {"丙县局", "青石煤矿"}
    assert [node.name for node in city.above] == ["云岭省局"]
    mine = next(line for line in city.lines if line.node.name == "青石煤矿")
    assert not mine.leads_on
    client = logged_in(full, "provincial")
    assert client.get(reverse("major_hazards:board"), {"node": full.city_b.pk}).status_code == 200


def test_a_node_that_is_not_mine_to_see_is_not_found(full: World):
    client = logged_in(full, "county")
    for node in ("999999", "x", "１２", "9" * 40, full.city_b.pk):
        assert client.get(reverse("major_hazards:board"), {"node": node}).status_code == 404


def test_it_takes_few_queries(full: World, django_assert_max_num_queries):
    user = full.users["provincial"]
    remember_grants(user)  # as every request does
    with django_assert_max_num_queries(6):
        reads.board(user, HAZARDS, full.city_a, timezone.now())
