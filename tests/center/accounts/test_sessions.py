"""Where an account is logged in is seen and ended by its owner and by the administrator."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from minewarden.center.accounts.models import LoginSession
from minewarden.center.registry import services
from tests.center.world import PASSWORD, World

PAGE = "/registry/mines/"


@pytest.fixture
def two(world: World) -> tuple[Client, Client]:
    """The same account in two browsers."""
    browsers = Client(headers={"User-Agent": "Desk"}), Client(headers={"User-Agent": "Telephone"})
    for browser in browsers:
        browser.post("/login/", {"username": "inspector", "password": PASSWORD})
    return browsers


def test_each_login_is_listed_and_the_other_can_be_ended(two):
    desk, telephone = two
    page = desk.get(reverse("accounts:me")).content.decode()
    assert "Desk" in page
    assert "Telephone" in page
    other = LoginSession.objects.get(agent="Telephone")
    desk.post(reverse("accounts:session_end", args=[other.pk]))
    assert telephone.get(PAGE).status_code == 302
    assert desk.get(PAGE).status_code == 200


def test_nobody_ends_somebody_elses(world: World, two):
    stranger = Client()
    stranger.force_login(world.users["mine_a"])
    other = LoginSession.objects.get(agent="Telephone")
    assert stranger.post(reverse("accounts:session_end", args=[other.pk])).status_code == 404
    assert two[1].get(PAGE).status_code == 200


def test_the_administrator_ends_all(world: World, two):
    administrator = Client()
    administrator.force_login(world.users["administrator"])
    administrator.post(reverse("accounts:user_sessions", args=[world.users["inspector"].pk]))
    assert [browser.get(PAGE).status_code for browser in two] == [302, 302]


def test_logging_out_ends_the_row(two):
    two[0].post("/logout/")
    assert LoginSession.objects.get(agent="Desk").ended_at is not None


def test_a_changed_password_keeps_the_changers_session_only(two):
    desk, telephone = two
    new = {"old_password": PASSWORD, "new_password1": "slate-and-lantern-7", "new_password2": "slate-and-lantern-7"}
    assert desk.post("/password/", new).status_code == 302
    assert desk.get(PAGE).status_code == 200
    assert telephone.get(PAGE).status_code == 302


class TestPasswords:
    def test_none_of_the_last_five_comes_back(self, world: World):
        user = world.users["inspector"]
        for number in range(4):
            services.change_password(None, user, f"coal-and-shovel-{number}")
        with pytest.raises(ValidationError):
            services.change_password(None, user, "coal-and-shovel-1")
        with pytest.raises(ValidationError):
            services.change_password(None, user, PASSWORD)
        for number in range(4, 6):
            services.change_password(None, user, f"coal-and-shovel-{number}")
        services.change_password(None, user, PASSWORD)

    def test_one_that_is_too_old_must_change_before_anything_else(self, world: World, settings):
        settings.PASSWORD_DAYS = 90
        with time_machine.travel(timezone.now() + timedelta(days=91)):
            client = Client()
            client.force_login(world.users["inspector"])
            assert client.get(PAGE)["Location"] == "/password/"
            new = "slate-and-lantern-7"
            changed = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
            assert client.post("/password/", changed).status_code == 302
            assert client.get(PAGE).status_code == 200
