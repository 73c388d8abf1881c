"""What is known of a camera when its edge is heard, silent, never heard or missing: in one place, for every page."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from minewarden.center.registry.services import assign_camera, update_camera
from minewarden.center.video import health
from minewarden.contract import BlindInterval
from tests.center.video.deliveries import EdgeSide, event
from tests.center.video.test_heartbeats_are_kept import beat, heartbeat, many_cameras, status
from tests.center.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def edge(world: World) -> EdgeSide:
    return EdgeSide(world.edge_a_token)


def states(world: World, name: str = "operations") -> dict[str, str]:
    rows = health.cameras_now(world.users[name], timezone.now())
    return {camera.code: camera.now_state for camera in rows}


def test_a_camera_is_what_its_edge_says_while_that_is_heard(world: World, edge: EdgeSide) -> None:
    a, a2 = world.camera_a.code, world.camera_a2.code
    assert states(world) == {a: "never", a2: "never"}
    beat(edge, heartbeat(status(a), status(a2, connection="offline")))
    assert states(world) == {a: "online", a2: "offline"}


def test_a_silent_edge_makes_its_cameras_unknown_since_its_last_word(world: World, edge: EdgeSide) -> None:
    beat(edge, heartbeat(status(world.camera_a.code)))
    heard = world.edge_a.live.received_at
    with time_machine.travel(heard + timedelta(seconds=80)):
        assert states(world)[world.camera_a.code] == "online"
    with time_machine.travel(heard + timedelta(seconds=100)):
        camera = health.cameras_now(world.users["operations"], timezone.now()).get(pk=world.camera_a.pk)
        assert (camera.now_state, camera.now_since) == ("silent", heard)
        client = Client()
        client.force_login(world.users["operations"])
        for page in (
            reverse("video:health"),
            reverse("video:live"),
            reverse("video:live_mine", args=[world.mine_a.pk]),
        ):
            assert "tone-good" not in client.get(page).content.decode().split('id="content"')[1].split("<aside")[0]


def test_a_camera_of_no_edge_or_out_of_use_is_said_so(world: World, edge: EdgeSide) -> None:
    beat(edge, heartbeat(status(world.camera_a.code), status(world.camera_a2.code)))
    assign_camera(None, world.camera_a, None)
    update_camera(None, world.camera_a2, state="paused")
    assert states(world) == {world.camera_a.code: "unwatched"}


def test_the_neighbours_cameras_are_not_counted(world: World) -> None:
    assert set(states(world, "inspector_b")) == {world.camera_b.code}
    assert states(world, "mine_a") == {}


def test_lost_coverage_is_counted_once_however_many_reasons(world: World, edge: EdgeSide) -> None:
    now = timezone.now().replace(hour=4, minute=0, second=0, microsecond=0)  # noon at the mine

    def blind(camera: str, began: float, ended: float | None) -> BlindInterval:
        return BlindInterval(
            interval_id=uuid4(),
            camera=camera,
            reason="offline",
            started_at=now - timedelta(hours=began),
            ended_at=None if ended is None else now - timedelta(hours=ended),
        )

    a, a2 = world.camera_a.code, world.camera_a2.code
    spans = (blind(a, 3, 1), blind(a, 2, 0.5), blind(a, 30, 20), blind(a2, 40, None))
    with time_machine.travel(now):
        beat(edge, heartbeat(blind=spans))
        lost = health.lost_today(world.users["operations"], now)
    assert lost == {world.camera_a.pk: timedelta(hours=2.5), world.camera_a2.pk: timedelta(hours=12)}


@pytest.fixture
def operations(world: World, client: Client) -> Client:
    client.force_login(world.users["operations"])
    return client


def test_the_health_page_names_what_is_wrong(world: World, edge: EdgeSide, operations: Client) -> None:
    covered = status(world.camera_a.code, faults=("covered",), frames_analysed=75, frames_not_analysed=25)
    offline = status(world.camera_a2.code, connection="offline")
    beat(edge, heartbeat(covered, offline, problems=("磁盘将满",)))
    page = operations.get(reverse("video:health")).content.decode()
    for text in (world.camera_a.name, world.camera_a2.name, "遮挡", "25.0%", "edge-a", "磁盘将满"):
        assert text in page
    assert world.camera_b.name not in page
    assert "edge-b" not in page
    only = operations.get(reverse("video:health"), {"state": "offline"}).content.decode()
    assert f">{world.camera_a2.name}<" in only
    assert f">{world.camera_a.name}<" not in only
    fault = operations.get(reverse("video:health"), {"state": "all", "fault": "covered"}).content.decode()
    assert f">{world.camera_a.name}<" in fault
    assert f">{world.camera_a2.name}<" not in fault


@pytest.mark.parametrize("name", ["health", "live", "events"])
def test_a_page_of_many_rows_takes_no_more_queries_than_one_of_few(
    world: World, edge: EdgeSide, operations: Client, name: str
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert operations.get(reverse(f"video:{name}")).status_code == 200
        return len(captured)

    codes = [world.camera_a.code, world.camera_a2.code, *many_cameras(world, 8)]
    offline = [status(code, connection="offline") for code in codes]
    beat(edge, heartbeat(*offline))
    edge.send(*(event(code) for code in codes))
    queries()
    few = queries()
    more = many_cameras(world, 90, first=1000)
    beat(edge, heartbeat(*(status(code, connection="offline") for code in more)))
    edge.send(*(event(code) for code in more))
    assert queries() == few


def test_metrics_are_told_to_this_machine_or_for_the_token(
    world: World, edge: EdgeSide, client: Client, settings
) -> None:
    message = event(world.camera_a.code)
    edge.send(message)
    edge.send(message, event(world.camera_b.code))
    beat(edge, heartbeat(status(world.camera_a.code)))
    text = client.get("/metrics").content.decode()
    for line in (
        'minewarden_events_waiting{state="waiting"} 1.0',
        'minewarden_cameras{state="online"} 1.0',
        'minewarden_cameras{state="never"} 2.0',
        'minewarden_ingest_events_total{result="accepted"} 1.0',
        'minewarden_ingest_events_total{result="repeated"} 1.0',
        'minewarden_ingest_events_total{result="refused"} 1.0',
        "minewarden_edges_silent 0.0",
    ):
        assert line in text
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.7").status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 404
    settings.METRICS_TOKEN = "a-long-token"
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    ok = client.get("/metrics", REMOTE_ADDR="192.0.2.7", headers={"Authorization": "Bearer a-long-token"})
    assert ok.status_code == 200
