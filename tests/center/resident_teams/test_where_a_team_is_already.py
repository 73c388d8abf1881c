"""Whoever would send a second team to a mine is led to the first."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from minewarden.center.resident_teams import services
from tests.center.resident_teams.missions import planned
from tests.center.world import World


def test_the_link_of_a_mine_leads_to_the_team_that_is_there_and_to_the_form_when_it_has_ended(world: World):
    mission = planned(world)
    client = Client()
    client.force_login(world.users["office_head"])
    link = f"{reverse('missions:new')}?mine={world.mine_a.code}"
    answer = client.get(link, follow=True)
    assert answer.redirect_chain == [(reverse("missions:mission", args=[mission.pk]), 302)]
    assert "该矿已有工作组（已派出或在矿）" in answer.content.decode()
    services.call_off(mission.pk, world.users["office_head"], "改派执法检查")
    answer = client.get(link)
    assert answer.status_code == 200
    assert "id_lead" in answer.content.decode()
