"""Heartbeats update the live rows of all cameras in a few queries, and lost coverage becomes a record."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from minewarden.center.audit.models import AuditEvent
from minewarden.center.registry.services import assign_camera, create_place, update_camera
from minewarden.center.video.models import BlindInterval, CameraLive, EdgeLive
from minewarden.contract import BlindInterval as Blind
from minewarden.contract import CameraStatus, Heartbeat
from tests.center.video.deliveries import STARTED, EdgeSide, later, problem
from tests.center.world import World, make_camera

pytestmark = pytest.mark.django_db


@pytest.fixture
def edge(world: World) -> EdgeSide:
    return EdgeSide(world.edge_a_token)


def heartbeat(*cameras: CameraStatus, **changes: Any) -> Heartbeat:
    values: dict[str, Any] = {
        "sent_at": timezone.now(),
        "started_at": STARTED,
        "software": "0.1.0",
        "events_waiting": 3,
        "evidence_waiting": 2,
        "disk_free_bytes": 10**10,
        "cameras": cameras,
    }
    return Heartbeat(**(values | changes))


def status(camera: str, **changes: Any) -> CameraStatus:
    return CameraStatus(**({"camera": camera, "connection": "online", "since": STARTED} | changes))


def beat(edge: EdgeSide, message: Heartbeat) -> dict[str, Any]:
    response = edge.call("POST", "/heartbeat", message)
    assert response.status_code == 200, response.content
    return dict(json.loads(response.content))


def test_a_heartbeat_is_shown_as_it_was_said(world: World, edge: EdgeSide) -> None:
    said = status(world.camera_a.code, faults=("covered", "blurred"), frames_analysed=90, frames_not_analysed=10)
    reply = beat(edge, heartbeat(said, problems=("disk nearly full",)))
    assert reply["unknown_cameras"] == []
    live = CameraLive.objects.get()
    assert (live.camera, live.connection, live.since, live.faults) == (
        world.camera_a,
        "online",
        STARTED,
        "covered blurred",
    )
    assert (live.frames_analysed, live.frames_not_analysed) == (90, 10)
    own = EdgeLive.objects.get()
    assert (own.edge, own.events_waiting, own.problems) == (world.edge_a, 3, ["disk nearly full"])
    beat(edge, heartbeat(status(world.camera_a.code, connection="offline", since=later(5))))
    assert [(row.connection, row.since) for row in CameraLive.objects.all()] == [("offline", later(5))]


def test_the_drift_of_a_clock_is_measured(world: World, edge: EdgeSide) -> None:
    beat(edge, heartbeat(sent_at=timezone.now() + timezone.timedelta(hours=2)))
    assert EdgeLive.objects.get().drift_seconds == pytest.approx(7200, abs=60)


def test_a_clock_off_by_centuries_breaks_nothing(world: World, edge: EdgeSide) -> None:
    far = STARTED.replace(year=9999)
    beat(edge, heartbeat(status(world.camera_a.code, since=far, last_frame_at=far), sent_at=far, started_at=far))
    assert CameraLive.objects.get().since.year == 2100


def test_only_its_own_edge_speaks_for_a_camera(world: World, edge: EdgeSide) -> None:
    assign_camera(None, world.camera_a2, None)
    others = [world.camera_a2.code, world.camera_b.code, "9" * 24]
    reply = beat(edge, heartbeat(status(world.camera_a.code), *map(status, others)))
    assert reply["unknown_cameras"] == others
    assert [row.camera for row in CameraLive.objects.all()] == [world.camera_a]


def test_lost_coverage_is_one_record_that_gets_its_end(world: World, edge: EdgeSide) -> None:
    begun = Blind(interval_id=uuid4(), camera=world.camera_a.code, reason="offline", started_at=STARTED)
    foreign = Blind(interval_id=uuid4(), camera=world.camera_b.code, reason="offline", started_at=STARTED)
    ended = begun.model_copy(update={"ended_at": later(3)})
    beat(edge, heartbeat(blind=(begun, foreign)))
    beat(edge, heartbeat(blind=(ended,)))
    written = AuditEvent.objects.count()
    beat(edge, heartbeat(blind=(begun, ended)))
    beat(edge, heartbeat(blind=(begun.model_copy(update={"ended_at": later(9)}),)))
    row = BlindInterval.objects.get()
    assert (row.id, row.mine, row.started_at, row.ended_at) == (begun.interval_id, world.mine_a, STARTED, later(3))
    assert AuditEvent.objects.count() == written
    assert AuditEvent.objects.filter(action="video.blind").count() == 2


def test_five_hundred_cameras_take_few_queries(world: World, edge: EdgeSide) -> None:
    places = [create_place(None, mine=world.mine_a, place_class="14", name=f"皮带 {number}") for number in range(5)]
    codes = [world.camera_a.code, world.camera_a2.code]
    codes += [make_camera(place, 3 + number, world.edge_a).code for number, place in enumerate(places)]

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            beat(edge, heartbeat(*map(status, codes)))
        return len(captured)

    few = queries()
    codes += many_cameras(world, 500 - len(codes))
    assert queries() <= few + 8
    assert CameraLive.objects.count() == 500


def many_cameras(world: World, count: int, first: int = 0) -> list[str]:
    """Rows put in behind the services' back, which would take minutes for so many."""
    from django.db.models import QuerySet

    from minewarden.center.registry.models import Camera

    cameras = [
        Camera(code=f"{number:024d}", place=world.place_a, name=f"摄像机 {number}", source="x", edge=world.edge_a)
        for number in range(first, first + count)
    ]
    QuerySet(Camera).bulk_create(cameras)
    return [camera.code for camera in cameras]


def test_assignments_name_the_cameras_in_use_of_this_edge(world: World, edge: EdgeSide) -> None:
    assign_camera(None, world.camera_a2, None)
    said = json.loads(edge.call("GET", "/assignments").content)
    assert [camera["camera"] for camera in said["cameras"]] == [world.camera_a.code]
    assert said["cameras"][0]["source"] == world.camera_a.source
    assert said["cameras"][0]["scenes"] == [{"scene": "no_helmet", "settings": {}}]
    assert beat(edge, heartbeat())["assignments_version"] == said["version"]
    update_camera(None, world.camera_a, name="另一个名字")
    assert beat(edge, heartbeat())["assignments_version"] != said["version"]
    update_camera(None, world.camera_a, state="paused")
    assert json.loads(edge.call("GET", "/assignments").content)["cameras"] == []


def test_a_bad_heartbeat_is_a_problem(world: World, edge: EdgeSide) -> None:
    assert problem(edge.call("POST", "/heartbeat", '{"sent_at": "yesterday"}')) == (422, "invalid")
    assert problem(edge.call("POST", "/heartbeat", '{"contract_version": 9}')) == (400, "contract_version")
