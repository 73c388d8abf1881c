"""The approved list: what a mine that may not work may do meanwhile, entered by an office, changed and ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from minewarden.center.audit.models import AuditEvent
from minewarden.center.cases.models import Case
from minewarden.center.video import approved
from minewarden.center.video.models import ApprovedActivity, CaseEvent
from tests.center.video.deliveries import EdgeSide, event
from tests.center.video.nights import stop
from tests.center.world import World

pytestmark = pytest.mark.django_db


def approval(people: int = 2, excepted: tuple[str, ...] = ("people_in",), hours: float = 24) -> approved.Approval:
    now = timezone.now()
    return approved.Approval("pumping", "中央水泵房", list(excepted), people, now, now + timedelta(hours=hours), "12号")


def go(world: World, label: str, minutes: float, scene: str = "people_in_out", **detail: object) -> None:
    at = timezone.now() + timedelta(seconds=1, minutes=minutes)
    message = event(world.camera_a.code, scene=scene, label=label, started_at=at, boxes=(), detail=detail)
    EdgeSide(world.edge_a_token).send(message)


def test_as_many_as_are_approved_may_go_in_and_the_next_is_evidence(world: World) -> None:
    stop(world)
    approved.approve(world.users["inspector"], world.mine_a, approval(2))
    go(world, "in", 1)
    go(world, "in", 2)
    assert not Case.objects.exists()
    go(world, "in", 3)
    entry = CaseEvent.objects.get()
    assert (entry.people, entry.allowed) == (3, 2)


def test_who_came_out_is_not_underground_any_more(world: World) -> None:
    stop(world)
    approved.approve(world.users["inspector"], world.mine_a, approval(2))
    for minutes, way in enumerate(("in", "in", "out", "in")):
        go(world, way, minutes)
    assert not Case.objects.exists()


def test_the_scenes_own_count_tells_of_people_who_followed_each_other(world: World) -> None:
    stop(world)
    approved.approve(world.users["inspector"], world.mine_a, approval(2))
    go(world, "in", 1, **{"in": 3, "out": 0, "shift": "00:00"})
    assert CaseEvent.objects.get().people == 3


def test_only_what_is_ticked_is_excepted_and_only_while_it_lasts(world: World) -> None:
    stop(world)
    entry = approved.approve(world.users["inspector"], world.mine_a, approval(9, ("people_in", "belt_running"), 2))
    go(world, "running", 1, "belt_state")
    go(world, "running", 2, "belt_state")
    assert not Case.objects.exists()
    go(world, "loaded", 3, "belt_state")
    assert CaseEvent.objects.get().rule == "belt_loaded"
    go(world, "in", 150)
    assert CaseEvent.objects.count() == 2
    assert approved.end(world.users["inspector"], entry)
    go(world, "in", 10)
    assert CaseEvent.objects.count() == 3
    assert not approved.end(world.users["inspector"], entry)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"valid_until": timezone.now() - timedelta(days=1)}, "valid_until"),
        ({"excepted": []}, "excepted"),
        ({"excepted": ["sleeping"]}, "excepted"),
        ({"people": 0}, "people"),
        ({"document": " "}, "document"),
        ({"work": "mining"}, "work"),
    ],
)
def test_what_makes_no_sense_is_said_by_field(world: World, changes: dict[str, object], field: str) -> None:
    given = approval()
    wrong = approved.Approval(**{**given.__dict__, **changes})
    with pytest.raises(ValidationError) as refused:
        approved.approve(world.users["inspector"], world.mine_a, wrong)
    assert field in refused.value.message_dict


def test_it_is_entered_changed_and_ended_on_the_page(world: World, client: Client) -> None:
    stop(world)
    client.force_login(world.users["inspector"])
    now = timezone.localtime()
    form = {
        "mine": world.mine_a.pk, "work": "pumping", "document": "甲煤监〔2026〕12号", "people": "4",
        "valid_from": now.strftime("%Y-%m-%dT%H:%M"), "excepted": ["people_in"],
        "valid_until": (now + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M"),
    }  # fmt: skip
    wrong = client.post(reverse("video:approved_add"), form | {"people": "0"})
    assert wrong.status_code == 422
    assert client.post(reverse("video:approved_add"), form).status_code == 302
    entry = ApprovedActivity.objects.get()
    page = client.get(reverse("video:approved")).content.decode()
    assert "甲煤监〔2026〕12号" in page
    client.post(reverse("video:approved_edit", args=[entry.pk]), form | {"people": "6"})
    client.post(reverse("video:approved_end", args=[entry.pk]))
    entry.refresh_from_db()
    assert (entry.people, entry.ended_by) == (6, world.users["inspector"])
    actions = AuditEvent.objects.filter(object_type="video.approvedactivity").values_list("action", flat=True)
    assert sorted(actions) == ["video.approve_activity", "video.change_activity", "video.end_activity"]
    assert client.post(reverse("video:approved_edit", args=[entry.pk]), form).status_code == 422


def test_programs_do_the_same(world: World, client: Client) -> None:
    client.force_login(world.users["office_head"])
    body = {
        "mine": world.mine_a.code, "work": "ventilation", "excepted": ["people_in"], "people": 3, "document": "9号",
        "valid_from": "2026-11-23T00:00:00Z", "valid_until": "2026-12-23T00:00:00Z",
    }  # fmt: skip
    made = client.post("/api/video/approved/add", body, "application/json")
    assert made.status_code == 200, made.content
    assert client.get("/api/video/approved", {"mine": world.mine_a.code}).json()["approved"][0]["people"] == 3
    wrong = client.post("/api/video/approved/add", body | {"people": 0}, "application/json")
    assert wrong.status_code == 422
    path = f"/api/video/approved/{made.json()['id']}/end"
    assert client.post(path).json()["ended_at"]
    assert client.post(path).status_code == 409
