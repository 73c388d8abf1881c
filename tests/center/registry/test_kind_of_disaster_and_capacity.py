"""What mines are compared by is kept with the mine: its kind of disaster and its capacity."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from minewarden.center.registry import services
from minewarden.center.registry.models import Disaster, Mine
from tests.center.world import World


def test_a_mine_of_which_nothing_is_stated_says_so(world: World) -> None:
    mine = Mine.objects.get(pk=world.mine_a.pk)
    assert (mine.disaster, mine.capacity) == (Disaster.UNKNOWN, None)


def test_a_person_states_both_on_the_page_of_the_mine(world: World, client: Client) -> None:
    client.force_login(world.users["administrator"])
    changed = {"name": "青石煤矿", "state": "producing", "time_zone": "Asia/Shanghai"}
    answer = client.post(
        f"/registry/mines/{world.mine_a.pk}/edit/", changed | {"disaster": "outburst", "capacity": "240"}, follow=True
    )
    assert "240 万吨/年" in answer.content.decode()
    mine = Mine.objects.get(pk=world.mine_a.pk)
    assert (mine.disaster, mine.capacity) == (Disaster.OUTBURST, 240)


@pytest.mark.parametrize("wrong", [{"disaster": "dragons"}, {"capacity": 0}])
def test_what_cannot_be_is_refused(world: World, wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        services.update_mine(None, world.mine_a, **wrong)


def test_programs_are_told_both(world: World, client: Client) -> None:
    services.update_mine(None, world.mine_a, disaster=Disaster.ROCK_BURST, capacity=90)
    client.force_login(world.users["administrator"])
    told = {one["code"]: one for one in client.get("/api/registry/mines").json()["mines"]}
    assert (told[world.mine_a.code]["disaster"], told[world.mine_a.code]["capacity"]) == ("rock_burst", 90)
    assert told[world.mine_b.code]["capacity"] is None
