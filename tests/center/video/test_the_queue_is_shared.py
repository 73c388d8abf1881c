"""The queue: most urgent first, no event to two reviewers, and what the review page and its script are told."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from minewarden.center.cases.models import Case
from minewarden.center.registry.models import User
from minewarden.center.video.models import Claim
from minewarden.center.video.services import Given, claim, judge
from tests.center.video.deliveries import EdgeSide, event, later
from tests.center.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def watcher(world: World) -> User:
    return world.users["video_watch"]


def arrive(world: World, count: int = 1, **changes: object) -> list[UUID]:
    messages = [event(world.camera_a.code, started_at=later(number), **changes) for number in range(count)]
    EdgeSide(world.edge_a_token).send(*messages)
    return [message.event_id for message in messages]


def test_the_queue_is_the_most_urgent_first_then_the_oldest(world: World, watcher: User) -> None:
    yellow = arrive(world, 2)
    (orange,) = arrive(world, scene="forbidden_zone", label="belt")
    assert [row.pk for row in claim(watcher, 4)] == [orange, *yellow]


def test_two_reviewers_are_not_given_the_same_event(world: World, watcher: User) -> None:
    ids = arrive(world, 5)
    inspector = world.users["inspector"]
    assert [row.pk for row in claim(watcher, 2)] == ids[:2]
    assert [row.pk for row in claim(inspector, 2)] == ids[2:4]
    assert [row.pk for row in claim(watcher, 2)] == ids[:2]
    assert [row.pk for row in claim(watcher, 2, skip=ids[:1])] == [ids[1], ids[4]]
    with time_machine.travel(timezone.now() + timedelta(minutes=4)):
        assert [row.pk for row in claim(inspector, 5)] == ids


@pytest.mark.django_db(transaction=True)
def test_claims_at_once_never_overlap(world: World) -> None:
    arrive(world, 12)
    people = [world.users[name] for name in ("video_watch", "inspector", "inspector_2")]

    def take(user: User) -> list[UUID]:
        try:
            return [row.pk for row in claim(user, 4)]
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        held = [event_id for ids in pool.map(take, people) for event_id in ids]
    assert len(held) == len(set(held))
    assert Claim.objects.count() >= len(held)


@pytest.fixture
def browser(client: Client, watcher: User) -> Client:
    client.force_login(watcher)
    return client


def verdict(client: Client, event_id: UUID, **fields: str) -> tuple[int, dict[str, str]]:
    headers = {"Accept": "application/json"}
    response = client.post(reverse("video:verdict", args=[event_id]), fields, headers=headers)
    return response.status_code, json.loads(response.content)


def test_the_script_is_answered_with_words_and_the_case(world: World, browser: Client) -> None:
    first, second, third = arrive(world, 3)
    status, said = verdict(browser, first, action="confirm")
    assert (status, said["state"]) == (200, "confirmed")
    assert Case.objects.get().number in said["message"]
    assert str(Case.objects.get().pk) in said["case"]
    assert verdict(browser, second, reason="repeated")[1]["state"] == "rejected"
    assert verdict(browser, second, action="confirm")[0] == 409
    assert verdict(browser, third, action="reject", reason="")[0] == 422
    assert verdict(browser, third, action="dance")[0] == 409
    assert verdict(browser, uuid4(), action="confirm")[0] == 404


def test_a_plain_form_comes_back_with_a_message(world: World, browser: Client) -> None:
    first, second = arrive(world, 2)
    page = browser.post(reverse("video:verdict", args=[first]), {"reason": "allowed"}, follow=True)
    assert page.redirect_chain == [(reverse("video:review"), 302)]
    here = reverse("video:event", args=[second])
    page = browser.post(reverse("video:verdict", args=[second]), {"action": "reject", "next": here}, follow=True)
    assert page.redirect_chain == [(here, 302)]
    assert "note-error" in page.content.decode()
    away = browser.post(reverse("video:verdict", args=[second]), {"action": "send_on", "next": "https://evil.example/"})
    assert away["Location"] == reverse("video:review")


def test_the_page_gets_more_cards_and_is_told_what_is_gone(world: World, browser: Client) -> None:
    ids = arrive(world, 6)
    page = browser.get(reverse("video:review")).content.decode()
    assert [str(event_id) in page for event_id in ids] == [True] * 4 + [False] * 2
    verdict(browser, ids[0], action="confirm")
    judge(world.users["inspector"], ids[1], Given("send_on"))
    have = ",".join(str(event_id) for event_id in ids[1:4])
    said = json.loads(browser.post(reverse("video:review_next"), {"have": have}).content)
    assert [card["id"] for card in said["cards"]] == [str(ids[4]), str(ids[5])]
    assert f"card-{ids[4]}" in said["cards"][0]["html"]
    assert said["gone"] == [str(ids[1])]
    assert said["waiting"] == 4
    skipped = json.loads(browser.post(reverse("video:review_next"), {"skip": f"{ids[2]},nonsense"}).content)
    assert str(ids[2]) not in [card["id"] for card in skipped["cards"]]


def test_without_javascript_next_is_a_link(world: World, browser: Client) -> None:
    first, second = arrive(world, 2)
    page = browser.get(reverse("video:review"), {"skip": str(first)}).content.decode()
    assert f"card-{second}" in page
    assert f"card-{first}" not in page
    judge(world.users["inspector"], second, Given("confirm"))
    assert browser.get(reverse("video:review"), {"skip": str(first)}).status_code == 302


def test_an_empty_queue_says_what_is_watched(world: World, browser: Client) -> None:
    page = browser.get(reverse("video:review")).content.decode()
    assert "empty-title" in page
    assert reverse("video:live") in page
