"""The watch list in a real browser: one mine taken off with a reason, a team sent to another, its departure refused,
then allowed."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from minewarden.center.cases.models import Case
from minewarden.center.cases.services import move
from minewarden.center.ranking import services as ranking
from minewarden.center.ranking.models import TakenOff
from minewarden.center.registry.models import Mine
from minewarden.center.resident_teams.models import Mission
from tests.center.cases.conftest import Walker, picture
from tests.center.resident_teams.missions import lead_of
from tests.center.world import World, make_mine

pytestmark = pytest.mark.django_db(transaction=True)
SCREENSHOTS = os.environ.get("MINEWARDEN_SCREENSHOTS", "")
FREE = "通风系统改造完成并测风合格"


class Way:
    """Each person in a browser of their own."""

    def __init__(self, world: World, server: str, open_page: Callable[[str], Page]) -> None:
        self.world, self.server, self.open_page = world, server, open_page
        self.pages: dict[str, Page] = {}

    def at(self, who: str, path: str) -> Page:
        if who not in self.pages:
            self.pages[who] = self.open_page(who)
        self.pages[who].goto(f"{self.server}{path}")
        return self.pages[who]

    @property
    def mission(self) -> Mission:
        return Mission.objects.get()

    def step(self, who: str, step: str, state: str, **typed: str) -> Page:
        """One of the folded steps beside the conditions."""
        page = self.at(who, f"/missions/{self.mission.pk}/")
        form = page.locator(f'form[data-step="{step}"]')
        box = page.locator(f'details.mission-step:has(form[data-step="{step}"])')
        if box.get_attribute("open") is None:
            box.locator("summary").click()
        for name, value in typed.items():
            form.locator(f"[name={name}]").fill(value)
        form.locator("[type=submit]").click()
        expect(page.locator(".note-success, .note-error").first).to_be_visible()
        assert self.mission.state == state
        return page

    def offers(self, who: str, step: str) -> bool:
        return self.at(who, f"/missions/{self.mission.pk}/").locator(f'form[data-step="{step}"]').count() == 1


@pytest.fixture
def way(world: World, live_server, new_page: Callable[..., Page], login) -> Way:
    lead_of(world)

    def open_page(who: str) -> Page:
        page = new_page()
        login(page, world.users[who])
        return page

    return Way(world, live_server.url, open_page)


def shot(page: Page, name: str) -> None:
    """Pictures for people to look at, where somebody asks for them: on a desktop and on a telephone."""
    if not SCREENSHOTS:
        return
    page.screenshot(path=f"{SCREENSHOTS}/{name}.png", caret="initial", full_page=True)
    page.set_viewport_size({"width": 390, "height": 844})
    page.screenshot(path=f"{SCREENSHOTS}/{name}-phone.png", caret="initial", full_page=True)
    page.set_viewport_size({"width": 1366, "height": 768})


def two_mines_over_red_lines(world: World) -> Mine:
    """Both of city A; answers the second one."""
    other = make_mine(world.city_a, "990101000009", "赤壁煤矿")
    ranking.sync_packaged()
    since = timezone.localdate() - timedelta(days=40)
    for mine, document in ((world.mine_a, "云矿查〔2026〕19号"), (other, "云矿查〔2026〕20号")):
        line = ranking.put_forward(
            world.users["inspector"], mine=mine, line="hidden_face", document=document, since=since
        )
        ranking.decide_line(world.users["office_head"], line, holds=True, why="现场核实")
    ranking.freeze_month(timezone.localdate(), timezone.now())
    ranking.refresh(timezone.now())
    return other


@pytest.mark.timeout(300)
def test_from_the_watch_list_to_a_departure_that_is_refused_and_then_allowed(way: Way):
    other = two_mines_over_red_lines(way.world)
    case = Walker(way.world).to("handed_in")
    one_is_taken_off(way, other)
    a_team_is_sent(way)
    the_team_works(way, case)
    the_departure_is_refused(way)
    everything_is_put_right(way, case)
    another_head_lets_the_team_go(way)


def one_is_taken_off(way: Way, other: Mine) -> None:
    page = way.at("office_head", "/watch-list/")
    expect(page.locator("table.data tbody tr")).to_have_count(2)
    page.get_by_role("link", name="赤壁煤矿").last.click()
    page.locator(".head-actions .button-danger").click()
    page.locator("main form [type=submit]").click()  # no reason: the browser itself holds it back
    assert not TakenOff.objects.exists()
    page.fill("#id_reason", "已停产封闭，经现场核查无人作业")
    page.locator("main form [type=submit]").click()
    expect(page.locator(".note-success")).to_be_visible()
    page.goto(f"{way.server}/watch-list/")
    row = page.locator("tr.taken-off")
    expect(row).to_contain_text("赤壁煤矿")
    expect(row).to_contain_text("局领导甲")
    expect(row).to_contain_text("已停产封闭，经现场核查无人作业")
    shot(page, "watch-list")


def a_team_is_sent(way: Way) -> None:
    page = way.at("office_head", f"/watch-list/mines/{way.world.mine_a.pk}/")
    page.get_by_role("link", name="派驻工作组").click()
    expect(page.locator("#id_why")).to_have_value("red_line")
    expect(page.locator("#id_reference")).to_have_value("隐蔽工作面、超层越界开采")
    page.select_option("#id_lead", label="带队局领导")
    page.get_by_label("监察员甲").check()
    page.fill("#id_experts", "李工（通风专家）")
    page.fill("#id_begins_on", f"{timezone.localdate():%Y-%m-%d}")
    page.fill("#id_reason", "查清隐蔽工作面，封闭到位")
    page.get_by_label("该矿无生效红线").check()
    page.fill("#id_free", FREE)
    shot(page, "plan")
    page.locator(".mission-plan .button-main").click()
    expect(page.locator(".note-success")).to_be_visible()
    way.step("office_head", "arrive", "on_site")
    assert set(way.mission.conditions.values_list("kind", flat=True)) == {
        "no_open_major_hazard", "no_overdue_cases", "problems_found_closed", "measures_done", "red_lines_ended", "free",
    }  # fmt: skip
    expect(way.at("mine_a", "/cases/tasks/").locator(".mission-here")).to_contain_text("驻矿工作组自")
    shot(way.pages["mine_a"], "mine-first-page")


def the_team_works(way: Way, case: Case) -> None:
    page = way.at("inspector", f"/missions/{way.mission.pk}/log/write/")
    page.fill("#id_log_looked_at", "3101 工作面回风侧")
    page.fill("#id_log_hours", "6.5")
    page.fill("#id_log_text", "图纸外巷道一处，长约 60 米，已要求立即封闭。")
    shot(page, "write-a-day")
    page.locator("main form .button-main").click()
    expect(page.locator(".mission-log")).to_contain_text("图纸外巷道一处")
    page.fill("#id_tie_number", case.number)
    page.get_by_role("button", name="关联事项").click()
    expect(page.locator("table.data").first).to_contain_text(case.number)
    page.get_by_text("登记商定措施").click()
    page.fill("#id_measure_what", "封闭图纸外巷道，砌两道墙")
    page.fill("#id_measure_responsible", "总工程师")
    page.fill("#id_measure_due_on", f"{timezone.localdate() + timedelta(days=5):%Y-%m-%d}")
    page.locator("form:has(#id_measure_what) [type=submit]").click()
    expect(page.locator("main")).to_contain_text("封闭图纸外巷道，砌两道墙")


def the_departure_is_refused(way: Way) -> None:
    assert not way.offers("office_head", "ask")  # only the lead asks
    page = way.step("lead", "ask", "on_site", summary="任务完成")
    said = page.locator(".note-error").first
    for words in ("发现的问题已全部办结（1 项中 1 项未完成）", "商定措施已全部落实（1 项中 1 项未完成）",
                  "该矿无生效红线（1 条生效中）", f"{FREE}（尚未确认）"):  # fmt: skip
        expect(said).to_contain_text(words)
    expect(page.locator(".conditions .unmet")).to_have_count(4)
    expect(page.locator('form[data-step="ask"] [name=summary]')).to_have_value("任务完成")
    shot(page, "departure-refused")
    assert way.mission.asked_at is None


def everything_is_put_right(way: Way, case: Case) -> None:
    world, case = way.world, Case.objects.get(pk=case.pk)
    case = move(case.pk, "accept", world.users["inspector_2"], expected_version=case.version, reason="合格",
                proofs=[picture("green")])  # fmt: skip
    move(case.pk, "close", world.users["inspector_2"], expected_version=case.version)
    page = way.at("inspector", f"/missions/{way.mission.pk}/")
    page.locator("#measures ~ .table-box .row-form summary").first.click()
    page.locator("[name=proof]").fill("两道密闭墙已验收，照片存档")
    page.locator("form:has([name=proof]) [type=submit]").click()
    expect(page.locator(".note-success")).to_be_visible()
    page = way.at("office_head", f"/watch-list/mines/{world.mine_a.pk}/")
    assert page.locator('a[href$="/end/"]').count() == 0  # who raised it does not end it
    page = way.at("lead", f"/watch-list/mines/{world.mine_a.pk}/")
    page.locator('a[href*="/red-lines/"][href$="/end/"]').first.click()
    page.fill("#id_ended_on", f"{timezone.localdate():%Y-%m-%d}")
    page.fill("#id_evidence", "云矿查〔2026〕33号封闭验收")
    page.fill("#id_why", "封闭到位并经现场复核")
    page.locator("main form [type=submit]").click()
    expect(page.locator(".note-success")).to_be_visible()
    page = way.at("lead", f"/missions/{way.mission.pk}/")
    page.get_by_text("附依据确认").click()
    page.locator("[name=evidence]").fill("11 月测风报表，风量 412 立方米每分")
    page.locator("form:has([name=evidence]) [type=submit]").click()
    expect(page.locator(".conditions .unmet")).to_have_count(0)


def another_head_lets_the_team_go(way: Way) -> None:
    assert not way.offers("office_head", "allow")  # nobody has asked yet
    way.step("lead", "ask", "on_site", summary="密闭完成，已建立图纸核对制度")
    assert not way.offers("lead", "allow")  # four eyes
    page = way.step("office_head", "allow", "departed", remark="同意撤离，三个月后回头看")
    expect(page.locator("h1")).to_contain_text("已撤离")
    shot(page, "departed")
    assert all(entry["met"] for entry in way.mission.outcome)
    assert way.mission.ended_by == way.world.users["office_head"]
    page.goto(f"{way.server}/missions/{way.mission.pk}/report/")
    expect(page.locator(".mission-report")).to_contain_text("密闭完成，已建立图纸核对制度")
    shot(page, "report")
    page.goto(f"{way.server}/missions/")
    expect(page.locator("table.data")).to_contain_text("青石煤矿")
    shot(page, "missions")
