"""A major hazard of August 2026 goes the law's whole way in a real browser, each step by the person who may do it.

Found under the edition of 2026, stop order and its notice, listing, a plan refused and then agreed, progress, the
mine's own check, application, a refused acceptance, more time, acceptance on day 19 of 20, three signatures, removal,
notice, a look-back that finds that it was never put right: open again. At each step everybody else is refused.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from minewarden.center.cases.models import Case
from minewarden.center.hazards.clauses.sync import sync_catalogues
from minewarden.center.major_hazards.models import Of, Publication
from tests.center.cases.conftest import picture
from tests.center.world import World

ZONE = ZoneInfo("Asia/Shanghai")
MORNING = datetime(2026, 8, 4, 9, 30, tzinfo=ZONE)  # a Tuesday
CLAUSE = "2026-5.9"
PHOTO = "现场照片.jpg"
PLAN = {f"fact_fix_{name}": "已落实" for name in ("responsibility", "measures", "money", "deadline", "emergency")}
LISTING = {
    "due_at": "2026-08-20",
    "responsible": "王工",
    "fact_listing_level": "city",
    "fact_document_number": "甲煤安〔2026〕3号",
    "fact_supervising_unit": "甲川市局",
}
STOP = {
    "fact_area": "3101 工作面",
    "fact_people_withdrawn": "23",
    "fact_order_number": "甲停〔2026〕1号",
    "reason": "立即停产",
}
SCREENSHOTS = os.environ.get("MINEWARDEN_SCREENSHOTS", "")

# Who of the world may do an action here; everybody else must be refused. Written down by hand, not read from the roles.
OFFICE, INSPECTORS = {"inspector", "inspector_2", "office_head"}, {"inspector", "inspector_2"}
MAY = {
    "verify": INSPECTORS,
    "order_stop": OFFICE,
    "list": {"office_head"},
    "submit_plan": {"mine_a"},
    "return_plan": INSPECTORS,
    "agree_plan": INSPECTORS,
    "report_progress": {"mine_a"},
    "self_accept": {"mine_head"},
    "apply": {"mine_a"},
    "return": OFFICE,
    "start": {"mine_a"},
    "accept": OFFICE,
    "sign_removal": {"office_head"},
    "agree_removal": {"inspectorate"},
    "approve_removal": {"government"},
    "delist": {"office_head"},
    "publish": OFFICE,
    "look_back_failed": OFFICE,
    "request_extension": {"mine_a"},
    "decide_extension": {"office_head"},
}


class Way:
    """The case on its way: each person in a browser of their own, and the clock that all of them share."""

    def __init__(self, world: World, server: str, open_page: Callable[[str], Page], photo: Path) -> None:
        self.world, self.server, self.open_page, self.photo = world, server, open_page, photo
        self.pages: dict[str, Page] = {}
        self.clients: dict[str, Client] = {}
        self.case: Case

    def page(self, who: str) -> Page:
        if who not in self.pages:
            self.pages[who] = self.open_page(who)
        return self.pages[who]

    def client(self, who: str) -> Client:
        if who not in self.clients:
            self.clients[who] = Client()
            self.clients[who].force_login(self.world.users[who])
        return self.clients[who]

    def step(self, action: str, who: str, state: str, proof: bool = False, **typed: str) -> Page:
        """Everybody else is refused; then this person does it in the browser."""
        url = reverse("cases:move", args=[self.case.pk, action])
        self.refused_to_others(action, url, typed, proof)
        page = self.at_the_case(who)
        self.submit(page, action, proof, typed)
        self.case.refresh_from_db()
        assert self.case.state == state, f"{action} led to {self.case.state}"
        return page

    def at_the_case(self, who: str) -> Page:
        page = self.page(who)
        page.goto(f"{self.server}/cases/{self.case.pk}/")
        return page

    def submit(self, page: Page, step: str, proof: bool, typed: dict[str, str], button: str = "[type=submit]") -> None:
        form = page.locator(f'form[data-step="{step}"]')
        box = page.locator(f'details.step:has(form[data-step="{step}"])')
        expect(box).to_be_visible()
        if box.get_attribute("open") is None:
            box.locator("summary").click()
        for name, value in typed.items():
            field = form.locator(f"[name={name}]")
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        if proof:
            form.locator("[name=proofs]").set_input_files(str(self.photo))
        form.locator(button).click()
        expect(page.locator(".note-success").first).to_be_visible()

    def refused_to_others(self, action: str, url: str, typed: dict[str, str], proof: bool) -> None:
        """Direct requests with everything that the step wants: none of them changes anything."""
        others = set(self.world.users) - MAY[action]
        assert len(others) >= len(self.world.users) - 3
        for who in sorted(others):
            data = {**typed, "expected_version": self.case.version}
            if proof:
                data["proofs"] = SimpleUploadedFile(PHOTO, self.photo.read_bytes())
            answer = self.client(who).post(url, data)
            assert answer.status_code in (403, 404), f"{who} {action}: {answer.status_code}"
        unchanged = Case.objects.get(pk=self.case.pk)
        assert (unchanged.version, unchanged.state) == (self.case.version, self.case.state)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=True) as traveller:
        yield traveller


@pytest.fixture
def way(clock, world: World, live_server, new_page: Callable[..., Page], login, tmp_path: Path, settings) -> Way:
    settings.SESSION_COOKIE_AGE = 400 * 24 * 3600  # the test's three months pass in a minute
    sync_catalogues()
    photo = tmp_path / PHOTO
    photo.write_bytes(picture("teal").read())

    def open_page(who: str) -> Page:
        page = new_page()
        login(page, world.users[who])
        return page

    return Way(world, live_server.url, open_page, photo)


def shot(page: Page, name: str) -> None:
    """A picture for people to look at, where somebody asks for them."""
    if SCREENSHOTS:
        page.screenshot(path=f"{SCREENSHOTS}/{name}.png", caret="initial", full_page=True)


def written_down(way: Way) -> Case:
    """The inspector writes the hazard down and judges it by a clause of the edition in force that day."""
    page = way.page("inspector")
    page.goto(f"{way.server}/hazards/new/")
    page.fill("#id_mine", f"{way.world.mine_a.name} {way.world.mine_a.code}")
    page.fill("#id_title", "3101 工作面瓦斯抽采不达标仍在作业")
    page.fill("#id_clause_code", CLAUSE)
    for name, value in (("gravity", "deaths"), ("likelihood", "likely"), ("people", "crew"), ("negligence", "known")):
        page.locator(f"#parts input[name={name}][value={value}]").check(force=True)
    page.set_input_files("#id_photos", str(way.photo))
    page.click("#hazard .button-main")
    page.wait_for_url("**/cases/**")
    case = Case.objects.get()
    assert (case.kind, case.clause) == ("major_hazard", CLAUSE)
    return case


@pytest.mark.timeout(300)
def test_a_major_hazard_goes_the_laws_way(way: Way, clock: time_machine.Traveller):
    way.case = written_down(way)
    if way.case.state == "found":
        way.step("verify", "inspector", "verified", reason="属实")
    ordered_and_listed(way, clock)
    planned_and_put_right(way, clock)
    refused_and_extended(way, clock)
    accepted_on_day_19(way, clock)
    removed_and_published(way, clock)
    found_to_be_never_put_right(way, clock)


def ordered_and_listed(way: Way, clock: time_machine.Traveller) -> None:
    way.step("order_stop", "inspector", "ordered", **STOP)
    notice = Publication.objects.get(of=Of.STOP_ORDER)
    assert timezone.localtime(notice.due_at, ZONE).date().isoformat() == "2026-08-11"  # five working days later
    way.step("list", "office_head", "listed", **LISTING)
    clock.shift(timedelta(days=1))
    url = reverse("major_hazards:publish", args=[notice.pk])
    for who in set(way.world.users) - OFFICE:
        assert way.client(who).post(url, {}).status_code in (403, 404), who
    page = way.page("inspector")
    page.goto(f"{way.server}{url}")
    page.fill("[name=published_where]", "市局网站")
    page.locator("main form .button-main").click()
    expect(page.locator(".note-success")).to_be_visible()
    notice.refresh_from_db()
    assert notice.published_on.isoformat() == "2026-08-05"


def planned_and_put_right(way: Way, clock: time_machine.Traveller) -> None:
    way.step("submit_plan", "mine_a", "planned", proof=True, **PLAN)
    way.step("return_plan", "inspector", "listed", reason="资金未落实到户")
    way.step("submit_plan", "mine_a", "planned", proof=True, **PLAN | {"fact_fix_money": "专项 120 万元"})
    way.step("agree_plan", "inspector", "rectifying")
    clock.shift(timedelta(days=5))
    way.step("report_progress", "mine_a", "rectifying", reason="抽采管路已更换", fact_progress="60")
    way.step("self_accept", "mine_head", "self_accepted", proof=True, reason="已自验")
    way.step("apply", "mine_a", "applied", proof=True, reason="整改完成")
    days = timezone.localtime(way.case.office_due_at, ZONE).date() - timezone.localdate()
    assert days == timedelta(days=20)


def refused_and_extended(way: Way, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(days=3))
    page = way.step("return", "inspector", "returned", reason="两处传感器未校准")
    assert way.case.office_due_at is None
    expect(page.locator(".station-next")).to_contain_text("矿方自验")
    way.step("start", "mine_a", "rectifying")
    asked = {"until": "2026-09-20", "reason": "等传感器送检"}
    way.refused_to_others("request_extension", reverse("cases:request_extension", args=[way.case.pk]), asked, False)
    way.submit(way.at_the_case("mine_a"), "extension_requested", False, asked)
    way.case.refresh_from_db()
    extension = way.case.extensions.get()
    decided = {"decision": "approve", "reason": "同意"}
    way.refused_to_others("decide_extension", reverse("cases:decide_extension", args=[extension.pk]), decided, False)
    page = way.at_the_case("office_head")
    way.submit(page, "extension_decided", False, {"reason": "同意"}, "button[value=approve]")
    way.case.refresh_from_db()
    assert timezone.localtime(way.case.deadline, ZONE).date().isoformat() == "2026-09-20"
    clock.move_to(datetime(2026, 8, 31, 10, 0, tzinfo=ZONE))  # past the first date, inside the extension
    way.step("self_accept", "mine_head", "self_accepted", proof=True, reason="复检合格")
    way.step("apply", "mine_a", "applied", proof=True, reason="传感器已校准")


def accepted_on_day_19(way: Way, clock: time_machine.Traveller) -> None:
    applied = timezone.localtime(timezone.now(), ZONE)
    clock.move_to(applied + timedelta(days=19))
    page = way.page("office_head")
    page.goto(f"{way.server}/major-hazards/")
    row = page.locator("table.data tbody tr").filter(has_text=way.case.number)
    expect(row).to_contain_text("部门验收")
    expect(row.locator(".age-soon")).to_have_count(1)  # the twentieth day is tomorrow
    shot(page, "ledger-day-19")
    way.step("accept", "inspector", "accepted", proof=True, reason="现场复核合格")
    accepted = way.case.transitions.get(action="accept")
    assert (timezone.localtime(accepted.at, ZONE).date() - applied.date()).days == 19
    assert way.case.office_due_at is None


def removed_and_published(way: Way, clock: time_machine.Traveller) -> None:
    way.step("sign_removal", "office_head", "signed")
    way.step("agree_removal", "inspectorate", "agreed")
    way.step("approve_removal", "government", "approved")
    clock.move_to(datetime(2026, 9, 24, 15, 0, tzinfo=ZONE))
    way.step("delist", "office_head", "delisted", fact_removal_number="甲煤安〔2026〕9号")
    # 25 to 27 September and 1 to 7 October are off: 28, 29, 30 September, 8 and 9 October.
    assert timezone.localtime(way.case.office_due_at, ZONE).date().isoformat() == "2026-10-09"
    clock.move_to(datetime(2026, 9, 29, 9, 0, tzinfo=ZONE))
    page = way.step("publish", "inspector", "closed", fact_published_where="市局网站", fact_published_on="2026-09-29")
    assert Publication.objects.get(of=Of.REMOVAL).published_on.isoformat() == "2026-09-29"
    expect(page.locator(".station-done")).to_have_count(14)  # the page may still be on its way
    shot(page, "closed")


def found_to_be_never_put_right(way: Way, clock: time_machine.Traveller) -> None:
    clock.move_to(datetime(2026, 11, 3, 11, 0, tzinfo=ZONE))
    typed = {"reason": "抽采管路从未更换，验收材料造假", "fact_finding": "never_put_right"}
    # Who accepted it, or signed for that, may not look back at it, though the role would allow it.
    for who in ("inspector", "office_head"):
        url = reverse("cases:move", args=[way.case.pk, "look_back_failed"])
        proof = SimpleUploadedFile(PHOTO, way.photo.read_bytes())
        data = {**typed, "expected_version": way.case.version, "proofs": proof}
        assert way.client(who).post(url, data).status_code == 422
        expect(way.at_the_case(who).locator('form[data-step="look_back_failed"]')).to_have_count(0)
    page = way.step("look_back_failed", "inspector_2", "verified", proof=True, **typed)
    assert (way.case.recurrence, way.case.closed_at, way.case.due_at) == (1, None, None)
    expect(page.locator(".station-next")).to_contain_text("停产撤人指令")
    assert way.case.transitions.latest("version").facts == {"finding": "never_put_right"}
    shot(page, "reopened")
