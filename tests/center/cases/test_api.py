"""Cases for programs."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.utils import timezone

from tests.center.cases.conftest import Walker, picture
from tests.center.world import World


@pytest.fixture
def as_user(world: World):
    def client_of(name: str, **options) -> Client:
        client = Client(**options)
        client.force_login(world.users[name], "django.contrib.auth.backends.ModelBackend")
        return client

    return client_of


def read(answer, status: int = 200) -> dict:
    assert answer.status_code == status, answer.content.decode()
    return json.loads(answer.content)


def test_a_step_with_its_proof_and_the_record_after_it(as_user, walker: Walker):
    case = walker.to("rectifying")
    mine = as_user("mine_a")
    listed = read(mine.get("/api/cases?state=open"))["cases"]
    assert [(entry["number"], entry["overdue"]) for entry in listed] == [(case.number, False)]
    record = read(mine.get(f"/api/cases/{case.pk}"))
    assert record["actions"] == ["hand_in"]
    sent = {"expected_version": record["version"], "reason": "已更换", "proofs": [picture()]}
    after = read(mine.post(f"/api/cases/{case.pk}/moves/hand_in", sent))
    assert (after["state"], after["actions"]) == ("handed_in", [])
    assert after["history"][-1]["proofs"][0]["media_type"] == "image/jpeg"
    assert after["history"][-1]["actor"] == "mine_a"


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"expected_version": 1}, 409, "changed"),
        ({"expected_version": ""}, 422, "invalid"),
        ({"reason": ""}, 422, "reason_wanted"),
        ({"proofs": []}, 422, "proof_wanted"),
        ({"due_at": "2030-01-01"}, 422, "invalid"),
        ({"due_at": "2030-01-01T00:00:00+08:00"}, 422, "not_taken"),
    ],
)
def test_a_refusal_is_a_stable_word_and_changes_nothing(as_user, walker: Walker, change, status, error):
    case = walker.to("rectifying")
    sent = {"expected_version": case.version, "reason": "已更换", "proofs": [picture()]} | change
    answer = read(as_user("mine_a").post(f"/api/cases/{case.pk}/moves/hand_in", sent), status)
    assert answer["error"] == error
    case.refresh_from_db()
    assert case.state == "rectifying"


def test_a_version_must_be_named(as_user, walker: Walker):
    case = walker.open()
    answer = read(as_user("inspector").post(f"/api/cases/{case.pk}/moves/verify"), 422)
    assert answer["error"] == "version_wanted"


def test_another_site_cannot_use_the_session(as_user, walker: Walker):
    case = walker.open()
    client = as_user("inspector", enforce_csrf_checks=True)
    answer = client.post(f"/api/cases/{case.pk}/moves/verify", {"expected_version": 1})
    assert answer.status_code == 403
    case.refresh_from_db()
    assert case.state == "found"


def test_the_list_goes_on_where_the_page_before_ended(as_user, walker: Walker):
    now = timezone.now()
    numbers = {walker.open(found_at=now).number for _ in range(55)}
    client = as_user("office_head")
    first = read(client.get("/api/cases"))
    second = read(client.get(f"/api/cases{first['next']}"))
    assert {entry["number"] for page in (first, second) for entry in page["cases"]} == numbers
    assert second["next"] == ""
