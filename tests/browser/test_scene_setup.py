"""Setting up a camera in a real browser: a zone is drawn with the mouse, with a finger and with keys; corners that make
edges cross are refused in words; what is saved is what was drawn."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from minewarden.center.registry.models import Camera
from minewarden.center.scene_setup.own_still import keep_own_still
from minewarden.simulate.video.clip import Film
from minewarden.simulate.video.demo import demo_scripts
from tests.center.scene_setup.pictures import as_upload, upload
from tests.center.world import World

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SCREENSHOTS = os.environ.get("MINEWARDEN_SCREENSHOTS", "")
ZONE = "#id_forbidden_zone-zone"


def shot(page: Page, name: str, full: bool = False) -> None:
    """A picture for people to look at, where somebody asks for them."""
    if SCREENSHOTS:
        page.screenshot(path=f"{SCREENSHOTS}/{name}.png", full_page=full, caret="initial")


@pytest.fixture
def still(world: World, settings, tmp_path: Path) -> None:
    """The camera has a still: of a rendered roadway where somebody wants to look at it, else of one colour."""
    settings.SETUP_DIR = tmp_path / "setup"
    picture = upload((960, 540))
    if SCREENSHOTS:
        film = iter(Film(demo_scripts()["belt_roadway_patrol"], (960, 540), 1))
        picture = as_upload([next(film)[0] for _ in range(16)][-1])
    keep_own_still(world.users["operations"], world.camera_a, picture)


def opened(page: Page, login, server: str, world: World) -> None:
    login(page, world.users["operations"])
    page.goto(f"{server}/scenes/cameras/{world.camera_a.pk}/")
    expect(page.locator("[data-stage] img")).to_be_visible()


def at(page: Page, x: float, y: float) -> tuple[float, float]:
    """A place of the picture, in parts of it, as pixels of the page."""
    box = page.locator("[data-stage] svg").bounding_box()
    assert box is not None
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def corners(page: Page) -> list[list[float]]:
    text = page.locator(ZONE).input_value()
    return [[float(part) for part in corner.split(",")] for corner in text.split(";") if corner.strip()]


def near(found: list[list[float]], wanted: list[tuple[float, float]]) -> bool:
    return len(found) == len(wanted) and all(
        abs(a - b) < 0.01 for one, other in zip(found, wanted, strict=True) for a, b in zip(one, other, strict=True)
    )


def saved(world: World) -> dict[str, dict]:
    camera = Camera.objects.get(pk=world.camera_a.pk)
    return {scene["scene"]: scene["settings"] for scene in camera.scenes}


def test_a_zone_is_drawn_with_the_mouse_corrected_and_saved(
    world: World, still, live_server, page: Page, login: Callable
) -> None:
    opened(page, login, live_server.url, world)
    shot(page, "setup")
    page.locator("[data-draw-field=id_forbidden_zone-zone]").evaluate("button => button.closest('details').open = true")
    page.locator("[data-draw-field=id_forbidden_zone-zone]").click()
    expect(page.locator("#id_forbidden_zone-on")).to_be_checked()
    for x, y in ((0.2, 0.3), (0.6, 0.3), (0.3, 0.8), (0.6, 0.8)):
        page.mouse.click(*at(page, x, y))
    expect(page.locator("[data-says]")).to_contain_text("边线交叉")
    expect(page.locator(".draw-crossing").first).to_be_visible()
    shot(page, "crossing")
    page.locator("[data-do=undo]").click()
    page.locator("[data-do=undo]").click()
    for x, y in ((0.6, 0.8), (0.3, 0.8)):
        page.mouse.click(*at(page, x, y))
    page.mouse.click(*at(page, 0.2, 0.3))  # the first corner closes it
    assert near(corners(page), [(0.2, 0.3), (0.6, 0.3), (0.6, 0.8), (0.3, 0.8)])
    page.mouse.move(*at(page, 0.6, 0.8))
    page.mouse.down()
    page.mouse.move(*at(page, 0.7, 0.9), steps=4)
    page.mouse.up()
    assert near(corners(page), [(0.2, 0.3), (0.6, 0.3), (0.7, 0.9), (0.3, 0.8)])
    page.mouse.move(*at(page, 0.4, 0.3))  # the middle of an edge makes a new corner
    page.mouse.down()
    page.mouse.move(*at(page, 0.4, 0.2), steps=4)
    page.mouse.up()
    assert len(corners(page)) == 5
    page.keyboard.press("Delete")
    assert near(corners(page), [(0.2, 0.3), (0.6, 0.3), (0.7, 0.9), (0.3, 0.8)])
    shot(page, "drawn")
    page.fill("input[name=reason]", "按现场划定")
    page.locator("#save button[value=save]").click()
    expect(page.locator("#messages")).to_contain_text("第 2 版")
    zone = saved(world)["forbidden_zone"]["zone"]
    assert near(zone, [(0.2, 0.3), (0.6, 0.3), (0.7, 0.9), (0.3, 0.8)])


def test_keys_alone_draw_a_zone(world: World, still, live_server, page: Page, login: Callable) -> None:
    opened(page, login, live_server.url, world)
    page.locator("#scene-forbidden_zone > summary").focus()
    page.locator("#scene-forbidden_zone").evaluate("box => box.open = true")
    page.locator("[data-draw-field=id_forbidden_zone-zone]").press("Enter")
    for _ in range(3):
        page.locator("[data-do=add]").press("Enter")
    assert near(corners(page), [(0.35, 0.5), (0.65, 0.5), (0.5, 0.75)])
    page.locator("[data-corner='0']").focus()
    for _ in range(4):
        page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowLeft")
    assert near(corners(page), [(0.325, 0.48), (0.65, 0.5), (0.5, 0.75)])
    page.keyboard.press("Control+z")
    assert near(corners(page), [(0.35, 0.48), (0.65, 0.5), (0.5, 0.75)])


def test_a_finger_draws_on_a_telephone(
    world: World, still, live_server, new_page: Callable[..., Page], login: Callable
) -> None:
    page = new_page(**PHONE)
    opened(page, login, live_server.url, world)
    shot(page, "setup-phone")
    page.locator("#scene-forbidden_zone").evaluate("box => box.open = true")
    page.locator("[data-draw-field=id_forbidden_zone-zone]").tap()
    for x, y in ((0.2, 0.2), (0.8, 0.2), (0.5, 0.8)):
        page.touchscreen.tap(*at(page, x, y))
    page.locator("[data-do=finish]").tap()
    assert near(corners(page), [(0.2, 0.2), (0.8, 0.2), (0.5, 0.8)])
    shot(page, "drawn-phone")
    finger = page.context.new_cdp_session(page)
    (x, y), (x2, y2) = at(page, 0.5, 0.8), at(page, 0.6, 0.9)
    for kind, px, py in (("touchStart", x + 5, y + 5), ("touchMove", x2 + 5, y2 + 5)):
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": px, "y": py}]})
    expect(page.locator("[data-loupe]")).to_be_visible()
    shot(page, "loupe-phone")
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page.locator("[data-loupe]")).to_be_hidden()
    assert near(corners(page), [(0.2, 0.2), (0.8, 0.2), (0.6, 0.9)])
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390
