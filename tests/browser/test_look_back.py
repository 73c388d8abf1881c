"""The inspector's day of a look-back in a real browser: by keys, on a telephone, and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from minewarden.center.lookback.models import Charge, Check
from minewarden.center.registry.models import User
from tests.center.cases.conftest import picture
from tests.center.lookback.office import closed_cases, running
from tests.center.world import World, make_mine

Login = Callable[[Page, User], None]


@pytest.fixture
def route(world: World) -> list[Check]:
    """Three cases of mine A and one of another, for the second inspector."""
    closed_cases(world.mine_a, 3, acceptor=world.users["inspector"])
    closed_cases(make_mine(world.city_a, "990101000009", "黑山煤矿"), 1, acceptor=world.users["inspector"])
    return list(running(world).checks.select_related("case").order_by("mine__name", "case__number"))


@pytest.fixture
def photo(tmp_path: Path) -> str:
    path = tmp_path / "现场.jpg"
    path.write_bytes(picture("teal").read())
    return str(path)


def results() -> list[str]:
    return list(Check.objects.order_by("mine__name", "case__number").values_list("result", flat=True))


def test_a_case_is_done_with_a_key_a_picture_and_a_key(page: Page, login: Login, live_server, world, route, photo):
    # From the first listener on the browser hands its file dialogs over, which it does not say when it is done: by the
    # time of the key below it is, with the listener added just before that key it was not always.
    page.on("filechooser", lambda chooser: chooser.set_files(photo))
    login(page, world.users["inspector_2"])
    page.goto(f"{live_server.url}/lookback/work/")
    here = page.locator("[data-check]")
    expect(here).to_have_attribute("data-check", str(route[0].pk))
    # J and K move, and nothing is written by it.
    page.keyboard.press("j")
    expect(here).to_have_attribute("data-check", str(route[1].pk))
    page.keyboard.press("k")
    expect(here).to_have_attribute("data-check", str(route[0].pk))

    page.keyboard.press("1")
    expect(page.locator("[name=remarks]")).not_to_be_empty()
    expect(page.locator("[data-follows]")).to_be_hidden()
    page.keyboard.press("p")
    expect(page.locator("[data-chosen] img")).to_be_visible()
    page.keyboard.press("s")
    expect(here).to_have_attribute("data-check", str(route[1].pk))
    assert results() == ["put_right", "", "", ""]

    page.keyboard.press("3")
    page.set_input_files("[name=proofs]", photo)
    page.click("[data-follows] summary")
    page.fill("[name=charge]", "验收时未到现场")
    page.fill("[name=remarks]", "护栏仍缺，仅有照片")
    page.keyboard.press("Control+Enter")  # from within the words
    expect(here).to_have_attribute("data-check", str(route[2].pk))
    assert results() == ["put_right", "never_put_right", "", ""]
    assert Charge.objects.get().reason == "验收时未到现场"

    # Without its proof the browser itself holds it back; what was written stays.
    page.keyboard.press("4")
    page.fill("[name=remarks]", "又坏了")
    page.locator("h1").click()
    page.keyboard.press("s")
    expect(page.locator("[name=remarks]")).to_have_value("又坏了")
    page.set_input_files("[name=proofs]", photo)
    page.keyboard.press("Enter")
    expect(here).to_have_attribute("data-check", str(route[3].pk))
    assert results()[2] == "come_back"


def test_words_that_somebody_wrote_are_not_changed_by_another_result(
    page: Page, login: Login, live_server, world, route
):
    login(page, world.users["inspector_2"])
    page.goto(f"{live_server.url}/lookback/work/")
    words = page.locator("[name=remarks]")
    page.keyboard.press("1")
    first = words.input_value()
    page.keyboard.press("2")
    assert words.input_value() != first
    words.fill("我自己写的")
    page.locator("h1").click()
    page.keyboard.press("3")
    expect(words).to_have_value("我自己写的")


def test_on_a_telephone_in_one_column(new_page, login: Login, live_server, world, route, photo):
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True)
    login(page, world.users["inspector_2"])
    page.goto(f"{live_server.url}/lookback/work/")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.locator(".choice").first.tap()
    page.set_input_files("[name=proofs]", photo)
    page.locator("[data-result] button[type=submit]").tap()
    expect(page.locator("[data-check]")).to_have_attribute("data-check", str(route[1].pk))
    assert results()[0] == "put_right"


def test_without_javascript(new_page, login: Login, live_server, world, route, photo):
    page = new_page(java_script_enabled=False)
    login(page, world.users["inspector_2"])
    page.goto(f"{live_server.url}/lookback/work/")
    page.check("[name=result][value=not_put_right]")
    page.fill("[name=remarks]", "护栏仍缺")
    page.set_input_files("[name=proofs]", photo)
    page.click("[data-result] button[type=submit]")
    expect(page.locator("[data-check]")).to_have_attribute("data-check", str(route[1].pk))
    assert results()[0] == "not_put_right"
