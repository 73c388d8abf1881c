"""Pulse, tasks and answers: cheap while nothing goes on, each task answered once, and never by another edge."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from minewarden.center.audit.models import AuditEvent
from minewarden.center.registry.models import Camera, CameraState
from minewarden.center.registry.services import assign_camera, update_camera
from minewarden.center.scene_setup import services
from minewarden.center.scene_setup.errors import CannotAsk, SettingsRefused
from minewarden.center.scene_setup.housekeeping import KEPT, forget
from minewarden.center.scene_setup.models import CameraTask, EdgeScenes
from minewarden.center.scene_setup.pictures import picture_path
from minewarden.center.scene_setup.queries import latest_still
from minewarden.center.video.heartbeat import assignments
from minewarden.contract import (
    TASK_RESULT_BYTES,
    Message,
    PreviewEvent,
    PulseReply,
    SceneCatalogue,
    SceneDescription,
    TaskResult,
)
from tests.center.video.deliveries import jpeg
from tests.center.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path: Path) -> None:
    settings.SETUP_DIR = tmp_path / "setup"


class Edge:
    """An edge's side of the wire."""

    def __init__(self, token: str) -> None:
        self.headers = {"Authorization": f"Bearer {token}"}

    def pulse(self) -> PulseReply:
        response = Client().get("/api/edge/v1/pulse", headers=self.headers)
        assert response.status_code == 200, response.content
        return PulseReply.model_validate_json(response.content)

    def send(self, method: str, path: str, message: Message | str) -> Any:
        body = message if isinstance(message, str) else message.model_dump_json()
        return Client().generic(method, f"/api/edge/v1{path}", body, "application/json", headers=self.headers)

    def answer(self, task: CameraTask, result: TaskResult) -> str:
        response = self.send("POST", f"/tasks/{task.pk}", result)
        assert response.status_code == 200, response.content
        return str(json.loads(response.content)["state"])


@pytest.fixture
def edge(world: World) -> Edge:
    return Edge(world.edge_a_token)


def still(colour: str = "grey") -> TaskResult:
    text = base64.b64encode(jpeg(colour)).decode()
    return TaskResult(state="done", taken_at=timezone.now(), width=320, height=180, jpeg=text)


def ask(world: World) -> CameraTask:
    return services.ask_still(world.users["operations"], world.camera_a)


def test_a_pulse_costs_three_queries_and_says_the_version_of_the_assignments(world: World, edge: Edge) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        reply = edge.pulse()
    assert len(asked) <= 3, [query["sql"] for query in asked]
    assert reply.tasks == ()
    assert reply.assignments_version == assignments(world.edge_a).version
    update_camera(None, world.camera_a, scenes=[])
    assert edge.pulse().assignments_version == assignments(world.edge_a).version != reply.assignments_version
    assert Edge(world.edge_b_token).pulse().assignments_version == assignments(world.edge_b).version


def test_a_task_is_handed_out_until_it_is_answered_and_its_picture_is_kept(world: World, edge: Edge) -> None:
    task = ask(world)
    assert task.state_now == "waiting"
    assert ask(world) == task
    assert [each.task_id for each in edge.pulse().tasks] == [task.pk]
    assert CameraTask.objects.get().state_now == "taken"
    assert [each.task_id for each in edge.pulse().tasks] == [task.pk]
    assert Edge(world.edge_b_token).pulse().tasks == ()

    assert edge.answer(task, still()) == "done"
    done = CameraTask.objects.get()
    assert picture_path(done.still_sha256).read_bytes() == jpeg("grey")
    assert (done.result["width"], done.result["height"]) == (320, 180)
    assert latest_still(world.camera_a) == done
    assert edge.pulse().tasks == ()

    assert edge.answer(task, TaskResult(state="failed", problem="broken")) == "done"
    assert CameraTask.objects.get().result == done.result


def test_another_edge_cannot_answer(world: World) -> None:
    response = Edge(world.edge_b_token).send("POST", f"/tasks/{ask(world).pk}", still())
    assert response.status_code == 404
    assert CameraTask.objects.get().state == "waiting"
    assert Edge(world.edge_b_token).send("POST", f"/tasks/{uuid4()}", still()).status_code == 404


def test_an_answer_that_comes_too_late_is_not_taken_and_the_page_says_so_at_once(world: World, edge: Edge) -> None:
    task = ask(world)
    CameraTask.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert CameraTask.objects.get().state_now == "expired"
    assert edge.pulse().tasks == ()
    assert edge.answer(task, still()) == "expired"
    assert CameraTask.objects.get().still_sha256 == ""
    assert ask(world) != task
    assert services.expire_tasks() == 1


def test_what_is_no_picture_or_too_large_is_refused(world: World, edge: Edge) -> None:
    task = ask(world)
    assert edge.send("POST", f"/tasks/{task.pk}", " " * (TASK_RESULT_BYTES + 1)).status_code == 413
    assert edge.send("POST", f"/tasks/{task.pk}", '{"state": "perhaps"}').status_code == 422
    assert edge.send("POST", f"/tasks/{task.pk}", '{"contract_version": 9, "x": 1}').status_code == 400
    assert edge.answer(task, TaskResult(state="done", jpeg=base64.b64encode(b"<svg>").decode())) == "failed"


def test_a_preview_keeps_the_pictures_of_its_events(world: World, edge: Edge) -> None:
    wanted = [{"scene": "no_helmet", "settings": {"mask": (((0, 0), (0.5, 0), (0.5, 1)),)}}]
    task = services.ask_preview(world.users["operations"], world.camera_a, wanted, seconds=300)
    handed = edge.pulse().tasks[0]
    assert (handed.kind, handed.seconds) == ("preview", 60)
    assert handed.scenes[0].settings == {"mask": [[[0, 0], [0.5, 0], [0.5, 1]]]}
    picture = base64.b64encode(jpeg("red")).decode()
    event = PreviewEvent(scene="no_helmet", label="no_helmet", started_at=3, told_at=4, confidence=0.8, jpeg=picture)
    edge.answer(task, TaskResult(state="done", seconds=19.5, events=(event, event.model_copy(update={"jpeg": None}))))
    first, second = CameraTask.objects.get().result["events"]
    assert picture_path(first["picture"]).read_bytes() == jpeg("red")
    assert second["picture"] == ""
    assert "jpeg" not in first


def test_only_who_manages_the_camera_asks_and_only_an_edge_that_reads_it_is_asked(world: World) -> None:
    for name in ("video_watch", "mine_a", "inspector_b"):
        with pytest.raises(PermissionDenied):
            services.ask_still(world.users[name], world.camera_a)
    operations = world.users["operations"]
    with pytest.raises(PermissionDenied):
        services.ask_still(operations, world.camera_b)
    with pytest.raises(SettingsRefused) as refused:
        services.ask_preview(operations, world.camera_a, [{"scene": "no_helmet", "settings": {"looks": 0}}])
    assert refused.value.problems[0].setting == "looks"
    update_camera(None, world.camera_a, state=CameraState.PAUSED)
    with pytest.raises(CannotAsk):
        services.ask_still(operations, world.camera_a)
    assign_camera(None, world.camera_a2, None)
    with pytest.raises(CannotAsk):
        services.ask_still(operations, world.camera_a2)
    assert not CameraTask.objects.exists()


def test_who_lets_a_camera_forget_its_normal_picture_is_in_the_audit(world: World) -> None:
    task = services.ask_forget_reference(world.users["operations"], world.camera_a, "重新安装")
    assert task.scenes == [{"scene": "camera_health", "settings": {}}]
    event = AuditEvent.objects.order_by("-sequence").first()
    assert event is not None
    assert (event.action, event.reason) == ("scene_setup.forget_reference", "重新安装")
    assert event.object_id == str(world.camera_a.pk)
    assert event.actor_id == world.users["operations"].pk


def test_an_edge_tells_what_it_can_watch_for_and_that_is_what_can_be_set(world: World, edge: Edge) -> None:
    foreign = SceneDescription(
        id="gas_lamp", name_zh="瓦斯灯", name_en="Gas lamp", need="patrol",
        settings=({"name": "lit", "type": "whole", "default": 1, "low": 1, "high": 5},),
    )  # fmt: skip
    assert edge.send("PUT", "/scenes", SceneCatalogue(scenes=(foreign,))).status_code == 200
    assert edge.send("PUT", "/scenes", SceneCatalogue(scenes=(foreign,))).status_code == 200
    assert EdgeScenes.objects.get().edge == world.edge_a
    operations, version = world.users["operations"], world.camera_a.settings_version
    camera = Camera.objects.get(pk=world.camera_a.pk)
    services.save_version(operations, camera, [{"scene": "gas_lamp", "settings": {"lit": 5}}], "", "page", version)
    with pytest.raises(SettingsRefused):
        services.ask_preview(operations, camera, [{"scene": "gas_lamp", "settings": {"lit": 6}}])
    with pytest.raises(SettingsRefused):
        services.ask_preview(operations, camera, [{"scene": "no_helmet", "settings": {}}])


def test_old_answers_and_their_pictures_go_but_the_newest_still_stays(world: World, edge: Edge) -> None:
    for colour in ("grey", "red"):
        edge.answer(ask(world), still(colour))
    CameraTask.objects.update(asked_at=timezone.now() - KEPT - timedelta(days=1))
    newest = latest_still(world.camera_a)
    assert newest is not None
    CameraTask.objects.filter(pk=newest.pk).update(asked_at=timezone.now() - KEPT - timedelta(hours=1))
    assert forget(SimpleNamespace()) == {"expired": 0, "forgotten": 1, "pictures": 1}
    assert CameraTask.objects.get() == newest
    assert picture_path(newest.still_sha256).is_file()
