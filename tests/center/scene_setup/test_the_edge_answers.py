"""A real edge at a real office: a still, a preview and a changed setting arrive, and nobody else is disturbed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from minewarden.center.registry.models import Camera, VersionSource
from minewarden.center.registry.services import update_camera
from minewarden.center.scene_setup import services
from minewarden.center.scene_setup.models import CameraTask, EdgeScenes
from minewarden.center.scene_setup.pictures import picture_path
from minewarden.center.video.models import CameraLive, Event
from minewarden.edge.service import EdgeService, EdgeSettings
from tests.center.world import World, make_world

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 60.0
QUICK = {"black_after": 0.2, "hold": 0.2, "cool_down": 0.0, "looks": 1}


def write_clip(path: Path, black: Callable[[int], bool]) -> None:
    """Four seconds, ten pictures a second, of structured grain, or black."""
    chance = np.random.default_rng(3)
    grain = np.kron(chance.integers(30, 220, (18, 24), np.uint8), np.ones((8, 8), np.uint8))
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=10, options={"g": "5", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 192, 144, "yuv420p"
        for number in range(40):
            noisy = np.clip(grain.astype(np.int16) + chance.integers(-6, 6, grain.shape), 0, 255).astype(np.uint8)
            luma = np.zeros_like(grain) if black(number) else noisy
            picture = av.VideoFrame.from_ndarray(np.repeat(luma[:, :, None], 3, axis=2), format="rgb24")
            output.mux(stream.encode(picture))
        output.mux(stream.encode(None))


@dataclass
class Place:
    """Camera A blinks, camera A2 is black all the time; the edge beside them runs."""

    world: World
    camera: Camera
    other: Camera


def until(condition: Callable[[], bool], says: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"{says} within {PATIENCE} s"
        time.sleep(0.05)


@pytest.fixture
def place(live_server, settings, tmp_path: Path) -> Iterator[Place]:
    settings.SETUP_DIR = tmp_path / "setup"
    world = make_world()
    write_clip(tmp_path / "blinking.mp4", lambda number: 15 <= number < 25)
    write_clip(tmp_path / "black.mp4", lambda number: True)
    scenes = [{"scene": "camera_health", "settings": QUICK}]
    for camera, clip in ((world.camera_a, "blinking"), (world.camera_a2, "black")):
        source = f"file:{tmp_path}/{clip}.mp4?loop=1&realtime=1"
        update_camera(None, camera, source=source, scenes=scenes)
    edge = EdgeService(
        EdgeSettings(live_server.url, world.edge_a_token, tmp_path / "spool", model="none", heartbeat_every=0.5,
                     pulse_every=0.1)
    )  # fmt: skip
    stop = threading.Event()
    thread = threading.Thread(target=edge.run, args=(stop,), name="edge")
    thread.start()
    yield Place(world, world.camera_a, world.camera_a2)
    stop.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()


def answered(task: CameraTask) -> CameraTask:
    until(lambda: CameraTask.objects.get(pk=task.pk).done_at is not None, "the edge answers")
    return CameraTask.objects.get(pk=task.pk)


def test_still_preview_and_new_settings_reach_the_edge_and_disturb_nobody(place: Place) -> None:
    operations = place.world.users["operations"]
    until(lambda: Event.objects.filter(camera=place.other, ended_at=None).exists(), "the black camera is told")
    until(lambda: Event.objects.filter(camera=place.camera, ended_at__isnull=False).exists(), "the blinking one blinks")
    running = Event.objects.get(camera=place.other)

    still = answered(services.ask_still(operations, place.camera))
    assert (still.state, still.result["width"], still.result["height"]) == ("done", 192, 144)
    assert Image.open(picture_path(still.still_sha256)).size == (192, 144)

    wanted = [{"scene": "camera_health", "settings": QUICK | {"black_after": 0.4}}]
    preview = answered(services.ask_preview(operations, place.camera, wanted, seconds=10))
    assert preview.state == "done", preview.result
    assert "black" in {event["label"] for event in preview.result["events"]}
    told = next(event for event in preview.result["events"] if event["label"] == "black")
    assert told["told_at"] >= told["started_at"] + 0.4
    assert preview.result["seconds"] > 1
    assert picture_path(told["picture"]).is_file()
    harmless = [{"scene": "camera_health", "settings": QUICK | {"black_after": 30}}]
    assert "black" not in {
        event["label"] for event in answered(services.ask_preview(operations, place.camera, harmless)).result["events"]
    }

    version = Camera.objects.get(pk=place.camera.pk).settings_version
    saved = services.save_version(operations, place.camera, wanted, "试看后调整", VersionSource.PAGE, version)
    assert saved.version == version + 1
    newer = Event.objects.filter(camera=place.camera, settings_version=saved.version)
    until(newer.exists, "an event carries the new version")
    assert newer.first().settings["black_after"] == 0.4

    assert Event.objects.get(camera=place.other) == running
    assert Event.objects.get(camera=place.other).ended_at is None
    assert not CameraLive.objects.exclude(reconnects=0).exists()
    assert "camera_health" in {scene["id"] for scene in EdgeScenes.objects.get().scenes}


def test_what_cannot_be_done_is_answered_with_the_reason(place: Place) -> None:
    operations = place.world.users["operations"]
    until(lambda: CameraLive.objects.filter(camera=place.camera, connection="online").exists(), "it is watched")
    preview = answered(services.ask_preview(operations, place.camera, [{"scene": "no_helmet", "settings": {}}]))
    assert (preview.state, preview.result["problem"]) == ("failed", "bad_settings")
    assert "needs a detector" in preview.result["message"]

    update_camera(None, place.other, source="nonsense://x")
    until(lambda: CameraLive.objects.get(camera=place.other).connection == "offline", "it cannot be watched")
    still = answered(services.ask_still(operations, place.other))
    assert (still.state, still.result["problem"]) == ("failed", "not_watched")
    assert "nonsense" in still.result["message"]

    forgotten = answered(services.ask_forget_reference(operations, place.camera, "摄像机已重新安装"))
    assert forgotten.state == "done", forgotten.result
