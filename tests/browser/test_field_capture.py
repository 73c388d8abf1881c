"""Writing hazards down without a network, in a real browser: what was saved arrives, once, with its photos whole."""

from __future__ import annotations

import hashlib
import io
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from minewarden.center.audit.files import record_path
from minewarden.center.cases.models import Case, Proof
from minewarden.center.hazards.field import config
from minewarden.center.registry.models import User
from tests.browser.flapping import AFTER, BEFORE, PASS, Line, line_to
from tests.center.world import PASSWORD, World

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "device_scale_factor": 2}
GRADE = {"gravity": "serious", "likelihood": "possible", "people": "few", "negligence": "known"}


@pytest.fixture(autouse=True)
def _quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses between tries are data: here they are short."""
    quick = replace(config.field_config(), retry_first_seconds=0.02, retry_most_seconds=0.2)
    monkeypatch.setattr(config, "field_config", lambda: quick)


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


def opened(page: Page, state: str = "done") -> None:
    """The page has settled: it shows the form and what it thinks of the network."""
    page.wait_for_selector("html[data-field-started]")
    expect(page.locator("#field-state")).to_have_attribute("data-state", state)


def open_field(page: Page, line: Line, user: User) -> None:
    log_in(page, line, user)
    opened(page)
    expect(page.locator("#field-ready")).to_be_visible()
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")


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


def count(page: Page, name: str) -> object:
    return page.locator(f"#field-count-{name}")


def look(page: Page, name: str) -> None:
    """Keep a picture of the page where a developer asked for it by MINEWARDEN_LOOK."""
    if folder := os.environ.get("MINEWARDEN_LOOK"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def test_twenty_records_written_without_a_network_arrive_once_with_whole_photos(
    phone: Page, line: Line, world: World
) -> None:
    open_field(phone, line, world.users["inspector"])
    context = phone.context
    context.set_offline(True)
    expected: dict[str, list[str]] = {}
    number = 0
    for record in range(20):
        photos = list(range(number, number + 1 + record % 3))
        number += len(photos)
        title = f"护栏缺失 {record + 1:02}"
        write(phone, title, photos)
        expected[title] = sorted(hashlib.sha256(picture(photo)).hexdigest() for photo in photos)
    expect(count(phone, "waiting")).to_have_text("20")
    look(phone, "offline-20")
    assert Case.objects.count() == 0

    phone.close()
    again = context.new_page()
    again.goto(f"{line.url}/hazards/field/")
    opened(again, "offline")
    expect(count(again, "waiting")).to_have_text("20")
    look(again, "offline-opened-again")

    fates = cycle([PASS, BEFORE, PASS, AFTER, PASS])
    line.plan = lambda method, path: next(fates) if method == "PUT" else PASS
    context.set_offline(False)
    expect(count(again, "arrived")).to_have_text("20", timeout=60_000)
    expect(count(again, "waiting")).to_have_text("0")
    look(again, "arrived-20")

    lost = Counter(fate for _path, fate, _status in line.log)
    assert lost[BEFORE] > 10
    assert [status for _path, fate, status in line.log if fate == AFTER and status == 200], "no answer was lost"
    assert {
        case.title: sorted(case.proofs.values_list("file_id", flat=True)) for case in Case.objects.all()
    } == expected
    assert Case.objects.count() == 20
    for proof in Proof.objects.all():
        kept = record_path(proof.file_id).read_bytes()
        assert hashlib.sha256(kept).hexdigest() == proof.file_id
        assert Image.open(io.BytesIO(kept)).getexif()[0x010F] == "Telephone"
