"""The review page in a real browser: keys, boxes, clip, undo, a second reviewer; a telephone; and no JavaScript."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import av
import numpy as np
import pytest
from django.utils import timezone
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from minewarden.center.cases.models import Case
from minewarden.center.registry.models import User
from minewarden.center.video.models import Event, Verdict
from minewarden.center.video.services import Given, judge
from minewarden.contract import Box, CameraStatus, Heartbeat
from tests.center.video.deliveries import EdgeSide, event, reference
from tests.center.world import World

WIDTH, HEIGHT = 960, 540


def picture(number: int) -> bytes:
    """A drawn roadway with a man in it."""
    image = Image.new("RGB", (WIDTH, HEIGHT), (38, 40, 44))
    draw = ImageDraw.Draw(image)
    draw.polygon([(0, HEIGHT), (380, 200), (580, 200), (WIDTH, HEIGHT)], fill=(70, 66, 60))
    x = 440 + 20 * number
    draw.ellipse((x, 210, x + 44, 258), fill=(214, 170, 140))
    draw.rectangle((x - 16, 258, x + 60, 400), fill=(52, 84, 140))
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=80)
    return stream.getvalue()


def clip() -> bytes:
    """A real MP4 of one second."""
    stream = io.BytesIO()
    with av.open(stream, "w", format="mp4") as container:
        track = container.add_stream("libx264", rate=5)
        track.width, track.height, track.pix_fmt = 320, 180, "yuv420p"
        for step in range(5):
            frame = av.VideoFrame.from_ndarray(np.full((180, 320, 3), 40 * step, np.uint8), format="rgb24")
            container.mux(track.encode(frame))
        container.mux(track.encode())
    return stream.getvalue()


@pytest.fixture
def queue(world: World) -> list[UUID]:
    """Five events with pictures and clips, from one camera, one minute apart."""
    edge, ids, film = EdgeSide(world.edge_a_token), [], clip()
    now = timezone.now()
    status = CameraStatus(camera=world.camera_a.code, connection="online", since=now)
    edge.call(
        "POST",
        "/heartbeat",
        Heartbeat(
            sent_at=now,
            started_at=now,
            software="0.1.0",
            events_waiting=0,
            evidence_waiting=0,
            disk_free_bytes=5 * 10**11,
            cameras=(status,),
        ),
    )
    for number in range(5):
        shot = picture(number)
        left = (440 + 20 * number) / WIDTH
        boxes = (
            Box(label="person", confidence=0.93, x1=left - 0.03, y1=0.37, x2=left + 0.08, y2=0.76),
            Box(label="head", confidence=0.81, x1=left - 0.005, y1=0.38, x2=left + 0.055, y2=0.49),
        )
        files = (reference(shot), reference(film, kind="clip", media_type="video/mp4"))
        started = now - timezone.timedelta(minutes=30 - number)
        message = event(world.camera_a.code, boxes=boxes, evidence=files, started_at=started)
        edge.send(message)
        for file, content in zip(files, (shot, film), strict=True):
            assert edge.deliver(file.evidence_id, content)["complete"]
        ids.append(message.event_id)
    return ids


def states(ids: list[UUID]) -> list[str]:
    rows = dict(Event.objects.values_list("id", "state"))
    return [rows[event_id] for event_id in ids]


def become(page: Page, ids: list[UUID], expected: list[str]) -> None:
    """The page goes on before the office has answered, so its last verdict may still be on the way."""
    for _ in range(100):
        if states(ids) == expected:
            return
        page.wait_for_timeout(100)
    assert states(ids) == expected


def look(page: Page, name: str) -> None:
    """Keep a picture of the page where a developer asked for it by MINEWARDEN_LOOK."""
    if folder := os.environ.get("MINEWARDEN_LOOK"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


def shown(page: Page, event_id: UUID) -> None:
    expect(page.locator(f"#card-{event_id}")).to_be_visible()


def test_five_events_are_decided_with_keys(
    page: Page, login: Callable[[Page, User], None], world: World, queue: list[UUID]
) -> None:
    login(page, world.users["video_watch"])
    shown(page, queue[0])
    picture_loaded = "() => [...document.images].filter((i) => i.closest('.card')).every((i) => i.naturalWidth > 0)"
    page.wait_for_function(picture_loaded)
    expect(page.locator(".card:not([hidden]) rect.box")).to_have_count(2)
    look(page, "review-light")
    page.keyboard.press("b")
    expect(page.locator(".card:not([hidden]) .boxes")).to_be_hidden()
    page.keyboard.press("p")
    video = page.locator(".card:not([hidden]) video")
    expect(video).to_be_visible()
    page.wait_for_function("() => document.querySelector('.card:not([hidden]) video').currentTime > 0")
    page.keyboard.press("w")
    page.keyboard.press("Y")  # with caps lock, once all the same
    shown(page, queue[1])
    expect(page.locator("[data-said] .note-success")).to_contain_text("已立事项")
    expect(page.locator("[data-said] .note-success")).to_contain_text(Case.objects.get().number)
    assert Case.objects.get().level == "orange"
    page.keyboard.press("3")
    shown(page, queue[2])
    expect(page.locator("[data-said] .note-success")).to_contain_text("已驳回")
    page.keyboard.press("u")
    shown(page, queue[1])
    page.keyboard.press("Enter")
    shown(page, queue[2])
    page.keyboard.press("n")
    shown(page, queue[3])
    page.keyboard.press("7")
    page.keyboard.type("飞虫")
    page.keyboard.press("Enter")
    shown(page, queue[4])
    page.keyboard.press("s")
    shown(page, queue[2])
    page.keyboard.press("1")
    expect(page.locator(".empty-title")).to_be_visible()
    look(page, "review-empty")
    become(page, queue, ["confirmed", "confirmed", "rejected", "rejected", "sent_on"])
    assert Event.objects.get(pk=queue[3]).words == "飞虫"
    assert Event.objects.get(pk=queue[2]).reject_reason == "false_alarm"
    assert Verdict.objects.filter(event_id=queue[1]).count() == 3


def test_a_second_reviewer_is_shown_the_first_ones_verdict(
    page: Page, login: Callable[[Page, User], None], world: World, queue: list[UUID]
) -> None:
    login(page, world.users["video_watch"])
    shown(page, queue[0])
    judge(world.users["inspector"], queue[0], Given("reject", reason="maintenance"))
    page.keyboard.press("y")
    expect(page.locator("[data-said] .note-warning")).to_contain_text("监察员甲")
    shown(page, queue[1])
    assert states(queue[:1]) == ["rejected"]


def test_a_verdict_that_did_not_arrive_brings_the_event_back(
    page: Page, login: Callable[[Page, User], None], world: World, queue: list[UUID]
) -> None:
    login(page, world.users["video_watch"])
    shown(page, queue[0])
    page.context.set_offline(True)
    page.keyboard.press("y")
    expect(page.locator("[data-said] .note-error")).to_be_visible()
    shown(page, queue[0])
    page.context.set_offline(False)
    page.keyboard.press("y")
    shown(page, queue[1])
    expect(page.locator("[data-said] .note-success")).to_be_visible()
    assert states(queue[:1]) == ["confirmed"]


def test_the_buttons_work_without_javascript(
    new_page: Callable[..., Page], login: Callable[[Page, User], None], world: World, queue: list[UUID]
) -> None:
    page = new_page(java_script_enabled=False)
    login(page, world.users["video_watch"])
    shown(page, queue[0])
    page.click("[data-skip]")
    shown(page, queue[1])
    page.click("button[value=repeated]")
    expect(page.locator(".note-success")).to_be_visible()
    shown(page, queue[0])
    page.click("button[value=confirm]")
    expect(page.locator(".note-success")).to_contain_text(Case.objects.get().number)
    assert states(queue[:2]) == ["confirmed", "rejected"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_fit_a_telephone_and_a_desk(
    new_page: Callable[..., Page],
    login: Callable[[Page, User], None],
    live_server,
    world: World,
    queue: list[UUID],
    theme: str,
) -> None:
    pages = {
        "review": "/video/review/",
        "events": "/video/events/",
        "event": f"/video/events/{queue[0]}/",
        "health": "/video/health/?state=all",
        "live": "/video/live/",
        "mine": f"/video/live/{world.mine_a.pk}/",
    }
    for size, viewport in {"phone": (390, 844), "desk": (1366, 768)}.items():
        page = new_page(viewport={"width": viewport[0], "height": viewport[1]}, color_scheme=theme)
        login(page, world.users["video_watch"])
        for name, path in pages.items():
            page.goto(live_server.url + path)
            expect(page.locator("h1")).to_be_visible()
            wide = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
            assert wide <= 0, f"{name} is {wide} px too wide for {viewport}"
            look(page, f"{name}-{size}-{theme}")
