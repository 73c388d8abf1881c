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
from django.contrib.sessions.models import Session
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from minewarden.center.audit.files import record_path
from minewarden.center.cases.models import Case, Proof
from minewarden.center.hazards import field
from minewarden.center.hazards.field import config
from minewarden.center.registry.models import User
from tests.browser.flapping import AFTER, BEFORE, PASS, Line, line_to
from tests.center.hazards.conftest import make_clauses
from tests.center.world import PASSWORD, World

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


def count(page: Page, name: str) -> Locator:
    return page.locator(f"#field-count-{name}")


def first_record(page: Page) -> Locator:
    return page.locator("#field-records .record").first


def fits(page: Page) -> None:
    wide = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{wide} px too wide"


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
    expect(count(again, "arrived")).to_have_text("20", timeout=120_000)
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


def test_what_is_half_written_is_there_again_after_the_page_was_killed(phone: Page, line: Line, world: World) -> None:
    open_field(phone, line, world.users["inspector"])
    context = phone.context
    context.set_offline(True)
    phone.fill("[name=title]", "皮带机头")
    phone.set_input_files("#field-camera", upload(1))
    expect(phone.locator("#field-photos img")).to_have_count(1)
    phone.fill("[name=description]", "护栏缺一段")
    phone.wait_for_function(
        """async () => (await minewardenField.store.list()).some((row) => row.fields.description === "护栏缺一段")"""
    )
    phone.close()
    again = context.new_page()
    again.goto(f"{line.url}/hazards/field/")
    opened(again, "offline")
    expect(again.locator("[name=title]")).to_have_value("皮带机头")
    expect(again.locator("[name=description]")).to_have_value("护栏缺一段")
    expect(again.locator("#field-photos img")).to_have_count(1)
    fits(again)


def test_what_one_user_left_is_never_sent_under_the_next_ones_login(phone: Page, line: Line, world: World) -> None:
    open_field(phone, line, world.users["inspector"])
    context = phone.context
    context.set_offline(True)
    write(phone, "甲写的", [1, 2])
    context.set_offline(False)
    line.plan = lambda method, path: BEFORE if method == "PUT" else PASS
    phone.goto(line.url)
    leave(phone)
    kept = phone.evaluate("() => minewardenField.store.getMeta('reference')")
    assert kept is None, "the mines of who left are still on the telephone"

    line.plan = lambda method, path: PASS
    log_in(phone, line, world.users["inspector_b"])
    opened(phone)
    expect(phone.locator("#id-mine option")).to_have_text(["请选择煤矿", world.mine_b.name])
    expect(phone.locator("#field-others .record")).to_contain_text("监察员甲")
    expect(phone.locator("#field-others .record")).not_to_contain_text("甲写的")
    expect(count(phone, "waiting")).to_have_text("0")
    look(phone, "another-user")
    write(phone, "乙写的", [])
    expect(count(phone, "arrived")).to_have_text("1")
    assert [case.title for case in Case.objects.all()] == ["乙写的"]

    phone.goto(line.url)
    leave(phone)
    log_in(phone, line, world.users["inspector"])
    opened(phone)
    expect(count(phone, "arrived")).to_have_text("1")
    case = Case.objects.get(title="甲写的")
    assert (case.found_by, case.proofs.count()) == (world.users["inspector"], 2)


def leave(page: Page) -> None:
    """Log out by the button of the frame; the login page has forgotten what the user could choose from."""
    page.click(".bar-menu.me summary")
    page.click(".bar-menu.me form[action='/logout/'] button")
    page.wait_for_url("**/login/")
    page.wait_for_function("async () => !(await minewardenField.store.getMeta('user'))")


def test_a_refused_record_says_why_and_arrives_when_it_is_corrected(
    new_page: Callable[..., Page], line: Line, world: World
) -> None:
    page = new_page(**PHONE)
    page.add_init_script("const right = Date.now.bind(Date); Date.now = () => right() + 86400000;")
    open_field(page, line, world.users["inspector"])
    expect(page.locator("#field-clock")).to_contain_text("1440")
    write(page, "时钟快了一天", [1])
    refused = page.locator("#field-records .record-refused")
    expect(refused).to_contain_text("发现时间不能晚于现在")
    expect(count(page, "refused")).to_have_text("1")
    assert Case.objects.count() == 0
    look(page, "refused")
    refused.locator("button.button-main").click()
    expect(page.locator("[name=title]")).to_have_value("时钟快了一天")
    expect(page.locator(".field-wrong [name=found_at]")).to_be_visible()
    expect(page.locator("#field-photos img")).to_have_count(1)
    look(page, "refused-correcting")
    page.fill("[name=found_at]", "2026-01-05T08:30")
    page.click("#field-save")
    expect(count(page, "arrived")).to_have_text("1")
    case = Case.objects.get()
    assert timezone.localtime(case.found_at).strftime("%Y-%m-%dT%H:%M") == "2026-01-05T08:30"
    assert case.proofs.count() == 1


def test_a_photo_that_the_office_refuses_can_be_left_out(phone: Page, line: Line, world: World) -> None:
    open_field(phone, line, world.users["inspector"])
    broken = {"name": "half.jpg", "mimeType": "image/jpeg", "buffer": picture(1)[:700]}
    phone.fill("[name=title]", "照片坏了")
    phone.set_input_files("#field-album", [broken, upload(2)])
    expect(phone.locator("#field-photos img")).to_have_count(2)
    for part, value in GRADE.items():
        phone.select_option(f"[name=grade-{part}]", value)
    phone.click("#field-save")
    refused = phone.locator("#field-records .record-refused")
    expect(refused).to_contain_text("half.jpg")
    look(phone, "photo-refused")
    refused.get_by_text("不报被退回的照片").click()
    phone.click("#field-confirm button[value=yes]")
    expect(count(phone, "arrived")).to_have_text("1")
    assert Case.objects.get().proofs.count() == 1


def test_a_login_that_ended_is_said_and_everything_goes_on_after_the_next(
    phone: Page, line: Line, world: World
) -> None:
    open_field(phone, line, world.users["inspector"])
    Session.objects.all().delete()
    write(phone, "登录已过期", [1])
    expect(phone.locator("#field-state")).to_have_attribute("data-state", "login")
    expect(count(phone, "waiting")).to_have_text("1")
    look(phone, "login-ended")
    phone.click("#field-login a")
    phone.fill("input[name=username]", world.users["inspector"].username)
    phone.fill("input[name=password]", PASSWORD)
    phone.click("main button.button-main")
    opened(phone)
    expect(count(phone, "arrived")).to_have_text("1")
    assert Case.objects.get().proofs.count() == 1


def test_two_windows_of_an_old_browser_send_each_record_once(
    new_page: Callable[..., Page], line: Line, world: World
) -> None:
    page = new_page(**PHONE)
    old = "delete Crypto.prototype.randomUUID; Object.defineProperty(navigator, 'locks', {value: undefined});"
    page.context.add_init_script(old)
    open_field(page, line, world.users["inspector"])
    page.context.set_offline(True)
    for number in range(4):
        write(page, f"旧浏览器 {number}", [number])
    other = page.context.new_page()
    other.goto(f"{line.url}/hazards/field/")
    opened(other, "offline")
    expect(count(other, "waiting")).to_have_text("4")
    page.context.set_offline(False)
    for window in (page, other):
        expect(count(window, "arrived")).to_have_text("4")
    assert Case.objects.count() == Proof.objects.count() == 4
    assert all(case.pk.version == 4 for case in Case.objects.all())


FULL = """() => {
    for (const name of ["add", "put"]) {
        const real = IDBObjectStore.prototype[name];
        IDBObjectStore.prototype[name] = function (...given) {
            if (window.full) throw new DOMException("no space", "QuotaExceededError");
            return real.apply(this, given);
        };
    }
    window.full = true;
}"""


def test_a_full_telephone_is_told_and_nothing_is_called_saved(phone: Page, line: Line, world: World) -> None:
    open_field(phone, line, world.users["inspector"])
    phone.context.set_offline(True)
    write(phone, "先前的", [])
    phone.evaluate(FULL)  # Chromium tells pages of a quota of its own making, so that a real one cannot be set here
    phone.set_input_files("#field-album", upload(1))
    expect(phone.locator("#messages .note-error")).to_contain_text("空间已满")
    expect(phone.locator("#field-photos img")).to_have_count(0)
    phone.fill("[name=title]", "空间不足")
    for part, value in GRADE.items():
        phone.select_option(f"[name=grade-{part}]", value)
    phone.click("#field-save")
    expect(phone.locator("#messages .note-error")).to_contain_text("这次没有保存")
    expect(count(phone, "waiting")).to_have_text("1")
    phone.evaluate("() => { window.full = false; }")
    phone.set_input_files("#field-album", upload(1))
    expect(phone.locator("#field-photos img")).to_have_count(1)
    phone.click("#field-save")
    expect(count(phone, "waiting")).to_have_text("2")
    phone.context.set_offline(False)
    expect(count(phone, "arrived")).to_have_text("2")
    assert Case.objects.get(title="空间不足").proofs.count() == 1


def test_a_new_release_replaces_the_kept_page_and_only_the_page_is_kept(
    phone: Page, line: Line, world: World, settings, tmp_path: Path
) -> None:
    open_field(phone, line, world.users["inspector"])
    names = phone.evaluate("() => caches.keys()")
    assert len(names) == 1
    listed = "async (name) => (await (await caches.open(name)).keys()).map((kept) => new URL(kept.url).pathname)"
    kept = phone.evaluate(listed, names[0])
    shells = {f"/hazards/field/shell/{language}/" for language, _name in settings.LANGUAGES}
    assert {path for path in kept if not path.startswith("/static/")} == shells
    every = """async (name) => {
        const kept = await (await caches.open(name)).matchAll();
        return (await Promise.all(kept.map((answer) => answer.text()))).join();
    }"""
    assert world.users["inspector"].full_name not in phone.evaluate(every, names[0])

    source = Path(field.__file__).parent.parent / "templates/hazards/field/shell.html"
    newer = tmp_path / "hazards/field/shell.html"
    newer.parent.mkdir(parents=True)
    newer.write_text(source.read_text().replace("<h1>", '<h1 data-newer="">'))
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    phone.reload()
    expect(phone.locator("h1[data-newer]")).to_be_visible()
    opened(phone)
    phone.context.set_offline(True)
    phone.reload()
    opened(phone, "offline")
    expect(phone.locator("h1[data-newer]")).to_be_visible()
    assert phone.evaluate("() => caches.keys()") != names
    assert len(phone.evaluate("() => caches.keys()")) == 1


def test_a_clause_is_found_by_words_without_a_network(phone: Page, line: Line, world: World) -> None:
    clause = make_clauses()["2026-14.2"]
    open_field(phone, line, world.users["inspector"])
    phone.context.set_offline(True)
    phone.fill("#field-clause-search", "输送机 保护失效")
    hit = phone.locator(".clause-hit", has_text=clause.title)
    look(phone, "clause")
    hit.click()
    expect(phone.locator("#field-clause-chosen")).to_contain_text(clause.title)
    fits(phone)
    write(phone, "保护失效", [])
    phone.context.set_offline(False)
    expect(count(phone, "arrived")).to_have_text("1")
    assert Case.objects.get().clause == clause.code


def test_the_page_speaks_the_chosen_language_without_a_network(phone: Page, line: Line, world: World) -> None:
    open_field(phone, line, world.users["inspector"])
    phone.context.add_cookies([{"name": "django_language", "value": "en", "url": line.url}])
    phone.reload()
    expect(phone.locator("h1")).to_have_text("Field notes")
    phone.context.set_offline(True)
    phone.reload()
    opened(phone, "offline")
    expect(phone.locator("#field-save")).to_have_text("Save")
    expect(phone.locator("#field-state")).to_have_text("No network")
    fits(phone)
