"""Writing hazards down without a network, in a real browser: what was saved arrives, once, with its photos whole."""

from __future__ import annotations

import hashlib
import io
import re
from collections import Counter
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from minewarden.center.audit.files import record_path
from minewarden.center.cases.models import Case, Proof
from minewarden.center.hazards import field
from tests.browser.field_phone import (
    PHONE,
    _patient,
    _quick_retries,
    count,
    fits,
    line,
    look,
    open_field,
    opened,
    phone,
    picture,
    until,
    upload,
    write,
)
from tests.browser.flapping import AFTER, BEFORE, PASS, Line
from tests.center.hazards.conftest import make_clauses
from tests.center.world import World

__all__ = ["_patient", "_quick_retries", "line", "phone"]


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
    expect(count(again, "arrived")).to_have_text(re.compile(r"^([5-9]|1\d|20)$"))
    again.reload()  # in the middle of sending
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


def test_the_browser_itself_sends_what_waits_when_no_page_is_open(phone: Page, line: Line, world: World) -> None:
    open_field(phone, line, world.users["inspector"])
    phone.context.set_offline(True)
    write(phone, "页面已关闭", [1, 2])
    phone.goto("about:blank")
    phone.context.set_offline(False)
    devtools = phone.context.new_cdp_session(phone)
    found: list[dict[str, object]] = []
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda event: found.extend(event["registrations"]))
    devtools.send("ServiceWorker.enable")
    until(phone, lambda: any(f"{line.url}/hazards/field/" == one["scopeURL"] for one in found))
    registration = next(one for one in found if one["scopeURL"] == f"{line.url}/hazards/field/")
    # What a browser does by itself when a network comes; headless it would take its time.
    devtools.send(
        "ServiceWorker.dispatchSyncEvent",
        {
            "origin": line.url,
            "registrationId": registration["registrationId"],
            "tag": "field-send",
            "lastChance": False,
        },
    )
    until(phone, lambda: Proof.objects.count() == 2)
    phone.goto(f"{line.url}/hazards/field/")
    expect(count(phone, "arrived")).to_have_text("1")
    assert Case.objects.get().proofs.count() == 2


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
