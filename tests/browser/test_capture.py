"""Writing a hazard down on a telephone: taps, the grade at once, what the mine was told, what looks alike."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from minewarden.center.audit.services import act
from minewarden.center.cases.models import Case
from minewarden.center.hazards.models import Catalogue, Clause, Relation
from tests.center.cases.conftest import picture
from tests.center.hazards.conftest import Recorder
from tests.center.world import World

TELEPHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def clause(world: World) -> Clause:
    """A clause in force today, whatever day it is."""
    day = timezone.localdate() - timedelta(days=400)
    with act("tests.clauses", None):
        catalogue = Catalogue.objects.create(key="test-local", name="本局目录", kind="ordinary", valid_from=day)
        return Clause.objects.create(
            catalogue=catalogue, code="L-4.2", title="皮带保护失效", text="皮带保护失效的。",
            valid_from=day, worded_from=day,
        )  # fmt: skip


def tap(page: Page, name: str, value: str) -> None:
    page.locator(f"#parts input[name={name}][value={value}]").check()


def write(page: Page, world: World, title: str) -> None:
    page.fill("#id_mine", f"{world.mine_a.name} {world.mine_a.code}")
    page.locator("#id_mine").press("Tab")
    page.locator("#id_title").press_sequentially(title)


def test_a_hazard_is_written_down_with_few_taps(world: World, clause: Clause, new_page, login, live_server):
    earlier = Recorder(world)(title="皮带跑偏保护失效", clause_code="L-4.2", found_at=timezone.now())
    page = new_page(**TELEPHONE)
    login(page, world.users["inspector"])
    page.goto(f"{live_server.url}/hazards/new/")
    expect(page.locator("#id_mine")).to_be_focused()
    write(page, world, "主运皮带跑偏保护失效")
    expect(page.locator("#places option")).to_have_count(1)
    alike = page.locator(".alike")
    expect(alike).to_contain_text(earlier.number)
    page.fill("#id_clause_code", "L-4.2 皮带保护失效")
    page.locator("#id_clause_code").press("Tab")
    expect(page.locator(".told")).to_contain_text(earlier.number)
    for name, value in (("gravity", "death"), ("likelihood", "possible"), ("people", "few")):
        tap(page, name, value)
    expect(page.locator("#grade")).not_to_contain_text("B")
    tap(page, "negligence", "known")
    expect(page.locator("#grade")).to_contain_text("B")
    page.locator(f"#again-{earlier.pk}").check()
    page.set_input_files("#id_photos", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture().read()})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.click("#hazard .button-main")
    page.wait_for_url("**/cases/**")
    case = Case.objects.exclude(pk=earlier.pk).get()
    assert (case.clause, case.recurrence, case.level) == ("L-4.2", 1, "orange")
    assert case.proofs.count() == 1
    assert Relation.objects.get().answer == "again"
    expect(page.locator(".hazard-panel")).to_contain_text(earlier.number)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.goto(f"{live_server.url}/hazards/new/")
    expect(page.locator("#id_mine")).to_have_value(f"{world.mine_a.name} {world.mine_a.code}")
    expect(page.locator("#id_title")).to_be_focused()


def test_an_answer_outlives_what_is_typed_after_it(world: World, clause: Clause, new_page, login, live_server):
    earlier = Recorder(world)(title="皮带跑偏保护失效", found_at=timezone.now())
    page = new_page()
    login(page, world.users["inspector"])
    page.goto(f"{live_server.url}/hazards/new/")
    write(page, world, "皮带跑偏保护失效")
    page.locator(f"#same-{earlier.pk}").check()
    with page.expect_response("**/hazards/new/look/"):
        page.locator("#id_description").press_sequentially("传感器被短接")
    expect(page.locator(f"#same-{earlier.pk}")).to_be_checked()


def test_without_javascript_all_of_it_is_there(world: World, clause: Clause, new_page, login, live_server):
    earlier = Recorder(world)(title="皮带跑偏保护失效", clause_code="L-4.2", found_at=timezone.now())
    page = new_page(java_script_enabled=False, viewport={"width": 390, "height": 844})
    login(page, world.users["inspector"])
    page.goto(f"{live_server.url}/hazards/new/")
    page.fill("#id_mine", world.mine_a.name)
    page.fill("#id_title", "皮带跑偏保护失效了")
    page.fill("#id_clause_code", "L-4.2")
    for name, value in (("gravity", "death"), ("likelihood", "possible"), ("people", "few"), ("negligence", "known")):
        tap(page, name, value)
    page.click("button[name=look]")
    expect(page.locator(".told")).to_contain_text(earlier.number)
    expect(page.locator("#grade")).to_contain_text("B")
    page.locator(f"#same-{earlier.pk}").check()
    page.click("#hazard .button-main")
    expect(page.locator(".note-success")).to_contain_text(earlier.number)
    assert Case.objects.count() == 1
    assert Relation.objects.get().words == "皮带跑偏保护失效了"
