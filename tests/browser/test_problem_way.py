"""A systemic problem in a real browser: named, pressed, put right, closed by figures, looked back at."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import Page, expect

from minewarden.center.audit.services import act
from minewarden.center.escalation.models import SupervisionOrder
from minewarden.center.problems.models import Problem, Purpose
from minewarden.center.problems.running import search
from minewarden.center.registry.models import Mine, Role
from tests.center.cases.conftest import picture
from tests.center.problems import office
from tests.center.world import World, make_user

pytestmark = pytest.mark.django_db(transaction=True)
CLAUSE = "INV-2.1"
NAMED, CLOSED, LATER = (datetime(*day, 2, tzinfo=UTC) for day in ((2026, 9, 10), (2027, 6, 10), (2028, 1, 12)))
SCREENSHOTS = os.environ.get("MINEWARDEN_SCREENSHOTS", "")


class Way:
    """The problem on its way: each person in a browser of their own, and the clock that all of them share."""

    def __init__(self, world: World, server: str, open_page: Callable[[str], Page], photo: Path) -> None:
        self.world, self.server, self.open_page, self.photo = world, server, open_page, photo
        self.pages: dict[str, Page] = {}
        self.bad: Mine

    def at(self, who: str, path: str) -> Page:
        if who not in self.pages:
            self.pages[who] = self.open_page(who)
        self.pages[who].goto(f"{self.server}{path}")
        return self.pages[who]

    @property
    def problem(self) -> Problem:
        return Problem.objects.select_related("case").get()

    def step(self, action: str, who: str, state: str, proof: bool = False, **typed: str) -> None:
        page = self.at(who, f"/cases/{self.problem.pk}/")
        form = page.locator(f'form[data-step="{action}"]')
        box = page.locator(f'details.step:has(form[data-step="{action}"])')
        if box.get_attribute("open") is None:
            box.locator("summary").click()
        for name, value in typed.items():
            form.locator(f"[name={name}]").fill(value)
        if proof:
            form.locator("[name=proofs]").set_input_files(str(self.photo))
        form.locator("[type=submit]").click()
        expect(page.locator(".note-success").first).to_be_visible()
        assert self.problem.case.state == state

    def is_offered(self, action: str, who: str) -> bool:
        return self.at(who, f"/cases/{self.problem.pk}/").locator(f'form[data-step="{action}"]').count() == 1


@pytest.fixture
def way(world: World, live_server, new_page: Callable[..., Page], login, tmp_path: Path, settings) -> Way:
    settings.SESSION_COOKIE_AGE = 800 * 24 * 3600  # the test's year and a half pass in a minute
    photo = tmp_path / "拉拔试验.jpg"
    photo.write_bytes(picture("teal").read())

    def open_page(who: str) -> Page:
        page = new_page()
        login(page, world.users[who])
        return page

    return Way(world, live_server.url, open_page, photo)


def shot(page: Page, name: str) -> None:
    """A picture for people to look at, where somebody asks for them."""
    if SCREENSHOTS:
        page.screenshot(path=f"{SCREENSHOTS}/{name}.png", full_page=True)


@pytest.mark.timeout(300)
def test_a_candidate_becomes_a_problem_and_only_figures_end_it(way: Way) -> None:
    with time_machine.travel(NAMED, tick=True) as clock:
        mines = office.mines(way.world.city_a, 14)
        way.bad = mines[3]
        with act("test.users", None):
            way.world.users["owner"] = make_user("owner", Role.MINE, way.bad.node)
        office.live(mines, office.today(), {(way.bad.code, CLAUSE): 0.75})
        search(None, NAMED)
        named_and_pressed(way)
        put_right(way)
        assert not way.is_offered("close", "office_head")  # nothing was inspected since
        clock.move_to(CLOSED)
        calm(days=258)
        closed_by_figures(way)
        clock.move_to(LATER)
        calm(days=212)
        looked_back(way)


def named_and_pressed(way: Way) -> None:
    page = way.at("inspector", "/problems/")
    shot(page, "candidates")
    page.locator(".data tbody a").first.click()
    expect(page.locator("h1")).to_contain_text(way.bad.name)
    shot(page, "candidate")
    page.locator(".button-main").first.click()
    page.fill("#id_cause", "班组不做锚杆拉拔试验")
    page.fill("#id_plan", "每班做拉拔试验并留档")
    page.locator("form.form .button-main").click()
    expect(page.locator(".note-success").first).to_be_visible()
    assert way.problem.ties.count() >= 15
    assert not way.is_offered("verify", "inspector")  # who named it does not verify it
    way.step("verify", "office_head", "verified")
    due = f"{office.today() + timedelta(days=60):%Y-%m-%d}"
    way.step("assign", "office_head", "assigned", due_at=due, responsible="王工")
    page = way.at("office_head", f"/cases/{way.problem.pk}/")
    press = reverse("escalation:open_order", args=[way.problem.pk])
    page.locator(f'a[href="{press}"]').first.click()
    page.fill("#id_due_at", f"{office.today() + timedelta(days=30):%Y-%m-%d}")
    page.fill("#id_reason", "同一问题反复出现，限期整改")
    page.locator("form.form .button-main").click()
    expect(page.locator(".note-success").first).to_be_visible()
    order = SupervisionOrder.objects.get()
    assert (order.about_id, order.bound) == (way.problem.pk, way.bad.node)


def put_right(way: Way) -> None:
    way.step("start", "owner", "rectifying")
    page = way.at("owner", f"/problems/named/{way.problem.pk}/")
    page.fill("#id_what", "每班拉拔试验，专人签字")
    page.fill("#id_since", f"{office.today():%Y-%m-%d}")
    page.locator('form[action$="/measures/"] [type=submit]').click()
    expect(page.locator(".note-success").first).to_be_visible()
    way.step("hand_in", "owner", "handed_in", proof=True, reason="已全部落实")
    way.step("accept", "office_head", "accepted", reason="现场核实，措施到位")


def closed_by_figures(way: Way) -> None:
    page = way.at("office_head", f"/problems/named/{way.problem.pk}/")
    shot(page, "before_against_after")
    way.step("close", "office_head", "closed", reason="测算达标")
    kept = way.problem.reckonings.get(purpose=Purpose.CLOSING)
    assert kept.verdict == "shown"
    assert not way.is_offered("look_back_passed", "inspector_2")  # too soon


def looked_back(way: Way) -> None:
    assert not way.is_offered("look_back_passed", "office_head")  # accepted it
    way.step("look_back_passed", "inspector_2", "looked_back", reason="半年来未再反复")
    shot(way.at("inspector_2", f"/problems/named/{way.problem.pk}/"), "looked_back")


def calm(days: int) -> None:
    """Inspections of every mine as before, the bad one no worse than others and seen twice as often."""
    mines = office.known()
    office.live(mines, office.today(), {(mines[3].code, CLAUSE): 0.03}, days=(days, 1))
    with act("test.more", None):
        for ago in range(2, days - 4, 5):
            office.inspect(mines[3], office.today() - timedelta(days=ago), [], "more")
