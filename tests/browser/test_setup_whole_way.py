"""The whole way of setting up with a real edge, its detector and a browser: a still, a zone drawn on it, a preview,
saved; the next event carries the new version."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from minewarden.center.registry.models import Camera, SettingsVersion
from minewarden.center.registry.services import update_camera
from minewarden.center.video.models import CameraLive, Event
from minewarden.edge.service import EdgeService, EdgeSettings
from minewarden.simulate.video.clip import render_clip
from minewarden.simulate.video.demo import FITTER
from minewarden.simulate.video.pose import Posture
from minewarden.simulate.video.script import Script, Stay, Visit, Walk
from tests.browser.test_scene_setup import PHONE, at, corners, near, shot
from tests.center.world import World

PATIENCE = 120.0
AROUND = ((0.3, 0.15), (0.7, 0.15), (0.7, 0.95), (0.3, 0.95))  # where the man stands
ASIDE = "0.02,0.02; 0.2,0.02; 0.2,0.2; 0.02,0.2"  # where nobody is


def until(condition: Callable[[], bool], says: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"{says} within {PATIENCE} s"
        time.sleep(0.2)


@pytest.fixture
def camera(world: World, live_server, settings, tmp_path: Path) -> Iterator[Camera]:
    """A camera before which somebody comes and stands by the belt; the edge watches nothing there but the camera."""
    settings.SETUP_DIR = tmp_path / "setup"
    # He comes, for who never moves before a camera that nobody knows is taken for what has always stood there.
    stands = Visit(FITTER, 1, "near_out", (Walk("near"), Stay(3, Posture.STAND), Walk("near_out")))
    script = Script("setup", "belt_roadway", seed=1, seconds=8, title="BW-01 BELT", visits=(stands,))
    render_clip(script, tmp_path / "belt.mp4", (640, 360), 5)
    source = f"file:{tmp_path}/belt.mp4?loop=1&realtime=1"
    update_camera(None, world.camera_a, source=source, scenes=[{"scene": "camera_health", "settings": {}}])
    update_camera(None, world.camera_a2, state="paused")
    edge = EdgeService(EdgeSettings(live_server.url, world.edge_a_token, tmp_path / "spool", heartbeat_every=1.0))
    stop = threading.Event()
    thread = threading.Thread(target=edge.run, args=(stop,), name="edge")
    thread.start()
    yield world.camera_a
    stop.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()


def previewed(page: Page) -> None:
    page.get_by_role("button", name="用这些设置看最近一分钟").click()
    expect(page.locator("#preview")).to_contain_text("实际看了", timeout=PATIENCE * 1000)


@pytest.mark.timeout(600)
def test_a_zone_drawn_on_a_still_is_tried_saved_and_stands_in_the_next_event(
    world: World, camera: Camera, live_server, page: Page, new_page: Callable[..., Page], login: Callable
) -> None:
    until(lambda: CameraLive.objects.filter(camera=camera, connection="online").exists(), "the edge watches")
    login(page, world.users["operations"])
    page.goto(f"{live_server.url}/registry/cameras/{camera.pk}/")
    page.get_by_role("link", name="设置分析场景").click()
    page.get_by_role("button", name="截取画面").click()
    expect(page.locator("[data-stage] img")).to_be_visible(timeout=PATIENCE * 1000)
    expect(page.locator("#still")).to_contain_text("截取于")

    page.locator("#scene-forbidden_zone").evaluate("box => box.open = true")
    page.locator("#id_forbidden_zone-on").check()
    page.locator("#id_forbidden_zone-zone").fill(ASIDE)
    previewed(page)
    expect(page.locator("#preview")).to_contain_text("没有事件")

    page.locator("[data-draw-field=id_forbidden_zone-zone]").click()
    page.locator("[data-do=clear]").click()
    for x, y in AROUND:
        page.mouse.click(*at(page, x, y))
    page.locator("[data-do=finish]").click()
    shot(page, "whole-drawn")
    previewed(page)
    expect(page.locator("#preview figure img").first).to_be_visible()
    expect(page.locator("#preview")).to_contain_text("会产生")
    assert near(corners(page), list(AROUND))
    page.locator("#try").scroll_into_view_if_needed()
    shot(page, "whole-preview")
    assert not Event.objects.filter(scene="forbidden_zone").exists()

    page.fill("input[name=reason]", "检修点附近禁止停留")
    page.locator("#save button[value=save]").click()
    expect(page.locator("#messages")).to_contain_text("已保存")
    version = SettingsVersion.objects.filter(camera=camera).latest("version")
    told = Event.objects.filter(camera=camera, scene="forbidden_zone")
    until(told.exists, "an event is raised")
    event = told.first()
    assert event.settings_version == version.version == Camera.objects.get(pk=camera.pk).settings_version
    assert near(event.settings["zone"], list(AROUND))
    assert (version.made_by, version.why) == (world.users["operations"], "检修点附近禁止停留")

    page.goto(f"{live_server.url}/scenes/cameras/{camera.pk}/versions/")
    expect(page.locator("table.data")).to_contain_text("检修点附近禁止停留")
    page.get_by_role("button", name="显示差别").click()
    expect(page.locator("#compared")).to_contain_text("新增分析")
    shot(page, "whole-versions")
    phone = new_page(**PHONE)
    login(phone, world.users["operations"])
    phone.goto(f"{live_server.url}/scenes/cameras/{camera.pk}/")
    expect(phone.locator("[data-stage] .draw-area")).to_be_visible()
    shot(phone, "whole-phone", full=True)
