"""The watch list as a list: narrowed and sorted by its address, columns chosen, views kept, marked where a team is."""

from __future__ import annotations

import pytest
from django.core.exceptions import BadRequest
from django.http import QueryDict
from django.test import Client, RequestFactory
from django.utils import timezone

from minewarden.center.ranking import services, sheet
from minewarden.center.ranking.filters import WatchFilter
from minewarden.center.ranking.listed import numbered
from minewarden.center.ranking.models import MineStanding
from minewarden.center.ranking.queries import standings
from minewarden.center.ranking.shown import now_in_force
from minewarden.center.ranking.teams import marks_of
from minewarden.center.registry.models import Mine, Role
from tests.center.access_rows.ranking import line
from tests.center.resident_teams.missions import on_site
from tests.center.world import World, make_mine, make_user


@pytest.fixture
def head(world: World):
    """Over four mines: one listed by a red line, two by their score, one not."""
    make_mine(world.city_a, "990101000009", "赤壁煤矿")
    make_mine(world.city_b, "990102000009", "丹崖煤矿")
    head = make_user("head_of_all", Role.OFFICE_HEAD, world.province)
    services.sync_packaged()
    line(world)
    services.refresh(timezone.now())
    red, above = (Mine.objects.get(name=name) for name in ("赤壁煤矿", "丹崖煤矿"))
    rows = ((world.mine_a, 30.0, 1, 4.0), (red, 80.0, 2, None), (above, 60.0, 3, 9.0), (world.mine_b, 20.0, None, -1.0))
    for mine, score, place, change in rows:
        MineStanding.objects.filter(frozen=None, mine=mine).update(
            score=score, place=place, listed=place is not None, change=change, sufficient=True
        )
    return head


def shown(user, address: str) -> list[str]:
    in_force = now_in_force()
    assert in_force is not None
    form = WatchFilter(user, in_force[1], marks_of(user), QueryDict(address))
    return [row.mine.name for row in form.narrowed(standings(user))]


def test_a_list_is_narrowed_by_office_words_and_reason_and_sorted(world: World, head) -> None:
    a, b = world.mine_a.name, world.mine_b.name
    assert shown(head, "") == [a, "赤壁煤矿", "丹崖煤矿"]
    assert shown(head, f"node={world.city_a.pk}") == [a, "赤壁煤矿"]
    assert shown(head, "q=赤壁") == ["赤壁煤矿"]
    assert shown(head, "reason=line") == shown(head, "reason=hidden_face") == [a]
    assert shown(head, "reason=score") == ["赤壁煤矿", "丹崖煤矿"]
    assert shown(head, "sort=change") == ["丹崖煤矿", a, "赤壁煤矿"], "who has no change stands last"
    assert shown(head, "tab=all&sort=score") == ["赤壁煤矿", "丹崖煤矿", a, b]


@pytest.mark.parametrize("address", ["reason=luck", "sort=luck", "tab=luck", "node=999999"])
def test_a_filter_that_makes_no_sense_lists_nothing(world: World, head, address: str) -> None:
    assert shown(head, address) == []
    client = Client()
    client.force_login(head)
    assert client.get(f"/watch-list/?{address}").status_code == 422


def test_a_team_that_is_there_is_marked_with_its_mission(world: World, head) -> None:
    mission = on_site(world)
    client = Client()
    client.force_login(head)
    page = client.get("/watch-list/").content.decode()
    assert f'href="/missions/{mission.pk}/"' in page
    assert shown(head, "team=there") == [world.mine_a.name]
    assert shown(head, "team=asked") == []
    assert shown(head, "team=none") == ["赤壁煤矿", "丹崖煤矿"]
    assert [row["mine"] for row in sheet.rows(head, QueryDict("team=there"))] == [world.mine_a.name]


def test_a_view_is_kept_and_the_list_begins_with_it(world: World, head) -> None:
    client = Client()
    client.force_login(head)
    assert client.post("/lists/watch_list/views/", {"name": "红线", "query": "reason=line"}).status_code == 302
    client.post("/lists/watch_list/views/start/", {"query": "reason=line"})
    assert client.get("/watch-list/").headers["Location"] == "/watch-list/?reason=line"
    client.post("/lists/watch_list/columns/", {"column": ["code"], "place_code": "1"})
    page = client.get("/watch-list/?all=on").content.decode()
    assert "红线" in page
    assert world.mine_a.code in page


def test_pages_follow_each_other_and_a_damaged_address_is_refused(world: World, head) -> None:
    rows = standings(head).order_by("-score", "pk")
    first = numbered(rows, RequestFactory().get("/watch-list/?tab=all"), size=3)
    assert (len(first.rows), first.next, first.previous) == (3, "?tab=all&after=3", "")
    second = numbered(rows, RequestFactory().get(f"/watch-list/{first.next}"), size=3)
    assert ([row.mine for row in second.rows], second.next, second.previous) == ([world.mine_b], "", "?tab=all&after=0")
    with pytest.raises(BadRequest):
        numbered(rows, RequestFactory().get("/watch-list/?after=x"))


def test_who_was_taken_off_is_found_and_stays_struck(world: World, head) -> None:
    services.take_off(head, world.mine_a, "已停产封闭")
    assert shown(head, "taken_off=on") == [world.mine_a.name]
