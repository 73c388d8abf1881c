"""A telephone in the tests of the page without a network: fixtures, and what a person does with it."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from minewarden.center.hazards.field import config
from minewarden.center.registry.models import User
from tests.browser.flapping import Line, line_to
from tests.center.world import PASSWORD

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "device_scale_factor": 2}
GRADE = {"gravity": "serious", "likelihood": "possible", "people": "few", "negligence": "known"}


@pytest.fixture(autouse=True)
def _quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses between tries are data: here they are short."""
    quick = replace(config.field_config(), retry_first_seconds=0.02, retry_most_seconds=0.2)
    monkeypatch.setattr(config, "field_config", lambda: quick)


@pytest.fixture(autouse=True)
def _patient() -> Iterator[None]:
    """On a machine with much to do a condition may take long; it is waited for, never slept for."""
    expect.set_options(timeout=30_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def line(live_server) -> Iterator[Line]:
    with line_to(live_server.url) as line:
        yield line


@pytest.fixture
def phone(new_page: Callable[..., Page]) -> Page:
    return new_page(**PHONE)


def picture(number: int) -> bytes:
    """A photo that no other equals, with EXIF as a telephone writes it."""
    image = Image.new("RGB", (320, 240), ((37 * number) % 256, (91 * number) % 256, 90))
    exif = Image.Exif()
    exif[0x010F], exif[0x9286] = "Telephone", f"photo {number}"
    stream = io.BytesIO()
    image.save(stream, "JPEG", exif=exif)
    return stream.getvalue()


def upload(number: int) -> dict[str, object]:
    return {"name": f"IMG_{number:04}.jpg", "mimeType": "image/jpeg", "buffer": picture(number)}


def log_in(page: Page, line: Line, user: User) -> None:
    page.goto(f"{line.url}/login/?next=/hazards/field/")
    page.fill("input[name=username]", user.username)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button.button-main")


def open_field(page: Page, line: Line, user: User) -> None:
    log_in(page, line, user)
    opened(page)
    expect(page.locator("#field-ready")).to_be_visible()
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")


def opened(page: Page, state: str = "done") -> None:
    """The page has settled: it shows the form and what it thinks of the network."""
    page.wait_for_selector("html[data-field-started]")
    expect(page.locator("#field-state")).to_have_attribute("data-state", state)


def write(page: Page, title: str, photos: list[int], place: str = "") -> None:
    """Write one record down and save it; the page must say so itself."""
    page.fill("[name=title]", title)
    if photos:
        page.set_input_files("#field-album", [upload(number) for number in photos])
        expect(page.locator("#field-photos img")).to_have_count(len(photos))
    for part, value in GRADE.items():
        page.select_option(f"[name=grade-{part}]", value)
    page.click("#field-save")
    expect(page.locator("#field-records .record-title", has_text=title).first).to_be_visible()
    expect(page.locator("#messages .note-success")).to_be_visible()


def leave(page: Page) -> None:
    """Log out by the button of the frame; the login page has forgotten what the user could choose from."""
    page.click(".bar-menu.me summary")
    page.click(".bar-menu.me form[action='/logout/'] button")
    page.wait_for_url("**/login/")
    page.wait_for_function("async () => !(await minewardenField.store.getMeta('user'))")


def count(page: Page, name: str) -> Locator:
    return page.locator(f"#field-count-{name}")


def fits(page: Page) -> None:
    wide = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{wide} px too wide"


def until(page: Page, condition: Callable[[], bool]) -> None:
    """Wait until something is so that no page shows."""
    for _ in range(300):
        if condition():
            return
        page.wait_for_timeout(100)
    pytest.fail("it did not come about")


def look(page: Page, name: str) -> None:
    """Keep a picture of the page where a developer asked for it by MINEWARDEN_LOOK."""
    if folder := os.environ.get("MINEWARDEN_LOOK"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)
