"""The page without a network in trouble: refused, full, logged out, or in another person's hands. Nothing is lost."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Page, expect

from minewarden.center.cases.models import Case
from tests.browser.field_phone import (
    GRADE,
    PHONE,
    _patient,
    _quick_retries,
    count,
    leave,
    line,
    log_in,
    look,
    open_field,
    opened,
    phone,
    picture,
    upload,
    write,
)
from tests.browser.flapping import BEFORE, BROKEN, PASS, Line
from tests.center.world import PASSWORD, World

__all__ = ["_patient", "_quick_retries", "line", "phone"]


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


def test_one_record_that_breaks_the_office_does_not_hold_up_the_others(phone: Page, line: Line, world: World) -> None:
    open_field(phone, line, world.users["inspector"])
    phone.context.set_offline(True)
    for number in range(3):
        write(phone, f"第 {number} 条", [number])
    first = phone.evaluate(
        "async () => (await minewardenField.store.list()).find((row) => row.fields.title === '第 0 条').id"
    )
    line.plan = lambda method, path: BROKEN if method == "PUT" and first in path else PASS
    phone.context.set_offline(False)
    expect(count(phone, "arrived")).to_have_text("2")
    expect(count(phone, "waiting")).to_have_text("1")
    line.plan = lambda method, path: PASS
    expect(count(phone, "arrived")).to_have_text("3")
    assert Case.objects.count() == 3
