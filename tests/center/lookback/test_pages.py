"""The pages of the look-back, without JavaScript."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from minewarden.center.audit.services import act
from minewarden.center.lookback import checks
from minewarden.center.lookback.checks import Found
from minewarden.center.lookback.draw import Rule
from minewarden.center.lookback.models import Campaign, Charge, Check, Draw
from minewarden.center.workbooks.models import Export
from tests.center.cases.conftest import Walker, picture
from tests.center.lookback.office import closed_cases, planned, running
from tests.center.world import World, make_mine


@pytest.fixture
def log_in(world: World):
    def client_of(name: str) -> Client:
        client = Client()
        client.force_login(world.users[name], "django.contrib.auth.backends.ModelBackend")
        return client

    return client_of


def text_of(answer) -> str:
    return answer.content.decode()


def send(client: Client, check: Check, result: str = "put_right", **data):
    fields = {
        "result": result,
        "remarks": "现场核查",
        "proofs": [picture()],
        "expected_version": check.case.version,
    } | data
    return client.post(reverse("lookback:record", args=[check.pk]), fields)


def found(world: World, check: Check, result: str, **other) -> Check:
    return checks.record(
        check.pk, world.users["inspector_2"], Found(result, "现场核查", [picture()], **other),
        expected_version=check.case.version,
    )  # fmt: skip


def plan_fields(world: World, **other) -> dict:
    return {
        "title": "两年内重大隐患回头看",
        "node": world.city_a.pk,
        "how_many": "all",
        "team": [world.users["inspector"].pk, world.users["inspector_2"].pk],
        "until": (timezone.localdate() + timedelta(days=7)).isoformat(),
    } | other


def test_from_a_preview_to_a_started_campaign(world: World, log_in):
    head = log_in("office_head")
    closed_cases(world.mine_a, 4, acceptor=world.users["inspector"])
    fields = plan_fields(world)
    answer = head.get(reverse("lookback:new"), fields | {"preview": "1"})
    assert 'id="preview"' in text_of(answer)
    assert Campaign.objects.count() == 0
    answer = head.post(reverse("lookback:new"), fields)
    campaign = Campaign.objects.get()
    assert answer.url == reverse("lookback:campaign", args=[campaign.pk])
    page = text_of(head.get(answer.url))
    assert 'id="preview"' in page
    assert reverse("lookback:start", args=[campaign.pk]) in page
    head.post(reverse("lookback:start", args=[campaign.pk]))
    assert campaign.checks.count() == 4
    assert 'id="preview"' not in text_of(head.get(answer.url))
    assert 'class="result"' not in text_of(log_in("inspector").get(reverse("lookback:work")))
    assert "data-result" in text_of(log_in("inspector_2").get(reverse("lookback:work")))


def test_a_plan_takes_the_address_of_a_filtered_list(world: World, log_in):
    closed_cases(world.mine_a, 2, acceptor=world.users["inspector"], level="red")
    closed_cases(world.mine_a, 1, acceptor=world.users["inspector"])
    address = "http://office.example/cases/?state=closed&level=red"
    log_in("office_head").post(reverse("lookback:new"), plan_fields(world, query=address))
    campaign = Campaign.objects.get()
    assert campaign.scope == {"query": "level=red&state=closed"}
    page = text_of(log_in("office_head").get(reverse("lookback:campaign", args=[campaign.pk])))
    assert '<span class="figure-value">2</span>' in page


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"how_many": "size"}, "id_size"),
        ({"how_many": "share"}, "id_percent"),
        ({"how_many": "size", "size": 3, "stratum": "acceptor"}, "id_at_least"),
        ({"closed_from": "2026-05-01", "closed_to": "2026-04-01"}, "id_closed_to"),
        ({"team": []}, "id_team"),
        ({"query": "/cases/?level=purple"}, "id_query"),
        ({"query": "/cases/?weather=rain"}, "id_query"),
        ({"until": "2020-01-01"}, "id_until"),
    ],
)
def test_a_fault_of_a_plan_stands_beside_its_field(world: World, log_in, wrong, field):
    answer = log_in("office_head").post(reverse("lookback:new"), plan_fields(world, **wrong))
    assert answer.status_code == 422
    assert f'id="{field}_error"' in text_of(answer)


def test_changing_a_plan_shows_what_it_was(world: World, log_in):
    campaign = planned(world, rule=Rule("sample", share="1/8", stratum="mine", at_least=2))
    page = text_of(log_in("office_head").get(reverse("lookback:change", args=[campaign.pk])))
    assert 'value="12.5"' in page
    assert 'value="2"' in page


class TestWork:
    def test_one_case_after_the_other(self, world: World, log_in):
        closed_cases(world.mine_a, 2, acceptor=world.users["inspector"])
        other = make_mine(world.city_a, "990101000009", "黑山煤矿")
        closed_cases(other, 1, acceptor=world.users["inspector"])
        first, second, third = running(world).checks.select_related("case").order_by("case__number")
        client = log_in("inspector_2")
        page = text_of(client.get(reverse("lookback:work"), {"mine": world.mine_a.pk}))
        assert f'data-check="{first.pk}"' in page
        answer = client.get(send(client, first).url)
        assert f'data-check="{second.pk}"' in text_of(answer)
        answer = client.get(send(client, second, "never_put_right").url)
        assert f'data-check="{third.pk}"' in text_of(answer)
        page = text_of(client.get(send(client, third, "come_back").url))
        assert "data-result" not in page
        results = Check.objects.order_by("case__number").values_list("result", flat=True)
        assert list(results) == ["put_right", "never_put_right", "come_back"]

    def test_what_is_needed_stands_at_hand(self, world: World, log_in):
        case = Walker(world).to("closed")
        running(world)
        page = text_of(log_in("inspector_2").get(reverse("lookback:work")))
        for words in (case.title, case.description, "已更换护栏", "监察员甲", "青石煤矿", "主运输带机头"):
            assert words in page, words
        assert page.count("/cases/proof/") == 2  # the link and the picture itself

    def test_a_fault_brings_back_what_was_typed(self, world: World, log_in):
        closed_cases(world.mine_a, 2, acceptor=world.users["inspector"])
        second = running(world).checks.select_related("case").order_by("case__number").last()
        answer = send(log_in("inspector_2"), second, "not_put_right", proofs=[], charge="未到现场", propose_order="on")
        assert answer.status_code == 422
        page = text_of(answer)
        assert f'data-check="{second.pk}"' in page
        assert "未到现场" in page
        assert "请附上照片或文件作为佐证" in page
        second.refresh_from_db()
        assert second.state == "waiting"

    def test_what_was_typed_for_a_case_that_somebody_took_never_stands_at_another(self, world: World, log_in):
        closed_cases(world.mine_a, 2, acceptor=world.users["inspector"])
        first, second = running(world, "inspector_2").checks.select_related("case").order_by("case__number")
        client = log_in("inspector_2")
        client.get(reverse("lookback:work"))
        found(world, first, "put_right")
        answer = send(client, first, "never_put_right", remarks="我写的话", charge="未到现场")
        page = text_of(answer)
        assert answer.status_code == 422
        assert f'data-check="{second.pk}"' in page
        assert re.search(r"<textarea readonly[^>]*>我写的话\n未到现场</textarea>", page)
        assert page.count("我写的话") == 1

    def test_a_case_reopened_otherwise_is_told_and_offered_to_be_left_out(self, world: World, log_in):
        (case,) = closed_cases(world.mine_a, 1, acceptor=world.users["inspector"])
        check = running(world).checks.get()
        with act("tests.reopened", None):
            case.state = "verified"
            case.save()
        client = log_in("inspector_2")
        page = text_of(client.get(reverse("lookback:work")))
        assert "data-result" not in page
        assert reverse("lookback:skip", args=[check.pk]) in page
        client.post(reverse("lookback:skip", args=[check.pk]), {"reason": "已重新立案"})
        check.refresh_from_db()
        assert (check.state, check.remarks) == ("skipped", "已重新立案")

    def test_a_day_of_86_cases_costs_as_many_queries_as_a_day_of_one(self, world: World, log_in):
        closed_cases(world.mine_a, 1, acceptor=world.users["inspector"])
        running(world)
        client, address = log_in("inspector_2"), reverse("lookback:work")
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as one:
            client.get(address)
        for number in range(9):
            mine = make_mine(world.city_a, f"99010100002{number}", f"矿{number}")
            closed_cases(mine, 10, acceptor=world.users["inspector"])
        running(world)
        with CaptureQueriesContext(connection) as many:
            page = text_of(client.get(address))
        assert len(many) == len(one) <= 12, [query["sql"][:90] for query in many]
        assert page.count("<li") > 18


class TestFigures:
    @pytest.fixture
    def campaign(self, world: World) -> Campaign:
        """Seven cases of two mines: one of each result, one left out, two waiting, one of them with nobody."""
        closed_cases(world.mine_a, 4, acceptor=world.users["inspector"])
        mine = make_mine(world.city_a, "990101000009", "黑山煤矿")
        closed_cases(mine, 2, acceptor=world.users["office_head"], clause="2026-3.1")
        closed_cases(mine, 1, acceptor=world.users["inspector_2"], clause="")
        campaign = running(world)
        rows = list(campaign.checks.select_related("case").order_by("case__number"))
        for check, result in zip(rows, ["put_right", "not_put_right", "never_put_right", "come_back"], strict=False):
            found(world, check, result)
        checks.skip(rows[4].pk, world.users["inspector_2"], "无法到达")
        return campaign

    def test_every_figure_opens_the_list_it_was_counted_from(self, world: World, log_in, campaign: Campaign):
        client = log_in("office_head")
        bare = {"HX-Request": "true", "HX-Target": "content"}  # the frame has tests of its own
        figures: dict[str, int] = {}
        for part in ("city", "mine", "clause", "acceptor", "inspector"):
            page = text_of(client.get(reverse("lookback:campaign", args=[campaign.pk]), {"by": part}, headers=bare))
            cells = re.findall(r'<a href="(/lookback/checks/[^"]*)"[^>]*>(\d+)</a>', page)
            tiles = re.findall(r'href="(/lookback/checks/[^"]*)".*?figure-value">(\d+)<', page)
            assert (len(tiles), len(cells) >= 8) == (11, True)
            figures |= {address: int(figure) for address, figure in [*cells, *tiles]}
        for address, figure in figures.items():
            answer = client.get(address.replace("&amp;", "&"), headers=bare)
            assert answer.context["count"] == figure, address
            assert len(answer.context["page"].rows) == figure, address

    def test_the_heads_page_counts_the_year(self, world: World, log_in, campaign: Campaign):
        client = log_in("office_head")
        page = text_of(client.get(reverse("registry:head")))
        figures = re.findall(r'href="(/lookback/checks/[^"]*)".*?figure-value">(\d+)<', page)
        assert [int(figure) for _address, figure in figures] == [4, 1, 1]
        for address, figure in figures:
            assert client.get(address.replace("&amp;", "&")).context["count"] == int(figure)

    def test_a_campaign_shows_with_few_queries(self, world: World, log_in, campaign: Campaign):
        client = log_in("office_head")
        address = reverse("lookback:campaign", args=[campaign.pk])
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        assert len(queries) <= 12, [query["sql"][:90] for query in queries]

    def test_late_and_with_nobody_are_told(self, world: World, log_in, campaign: Campaign):
        with act("tests.late", None):
            campaign.until = timezone.localdate() - timedelta(days=1)
            campaign.save()
        client = log_in("office_head")
        page = client.get(reverse("lookback:campaign", args=[campaign.pk]))
        assert (page.context["figures"]["late"], page.context["figures"]["nobody"]) == (2, 1)
        rows = client.get(reverse("lookback:checks"), {"late": "on", "campaign": campaign.pk}).context["page"].rows
        assert len(rows) == 2

    def test_a_sample_is_said_to_be_one_with_its_interval(self, world: World, log_in):
        closed_cases(world.mine_a, 20, acceptor=world.users["inspector"])
        campaign = running(world, rule=Rule("sample", size=5))
        for number, check in enumerate(campaign.checks.select_related("case")[:4]):
            found(world, check, "never_put_right" if number % 2 else "put_right")
        page = log_in("government").get(reverse("lookback:campaign", args=[campaign.pk]))
        told = page.context["estimate"]
        assert (told.share, told.looked_at, told.population) == (0.5, 4, 20)
        assert "Wilson" in text_of(page)
        assert "抽样" in text_of(page)

    def test_a_list_with_a_filter_that_makes_no_sense_is_empty(self, log_in, campaign: Campaign):
        for query in ({"city": "x"}, {"state": "gone"}, {"year": "1"}, {"campaign": "no"}):
            answer = log_in("office_head").get(reverse("lookback:checks"), query)
            assert (answer.status_code, answer.context["count"]) == (200, 0), query


def test_the_draw_is_repeated_before_the_readers_eyes(world: World, log_in):
    closed_cases(world.mine_a, 12, acceptor=world.users["inspector"])
    campaign = running(world, rule=Rule("sample", size=5))
    client = log_in("inspectorate")
    page = client.get(reverse("lookback:draw", args=[campaign.pk]))
    assert page.context["verified"].ok
    kept = Draw.objects.get()
    file = client.get(reverse("lookback:population", args=[campaign.pk]))
    assert hashlib.sha256(file.content).hexdigest() == kept.population_hash
    taken = Export.objects.get()
    assert (taken.exported_by, taken.rows, taken.sha256) == (world.users["inspectorate"], 12, kept.population_hash)
    assert kept.population_hash in text_of(page)
    with act("tests.bent", None):
        campaign.seed = "0"
        campaign.save()
    page = client.get(reverse("lookback:draw", args=[campaign.pk]))
    assert not page.context["verified"].ok
    assert 'role="alert"' in text_of(page)


def test_the_list_is_taken_out_as_a_workbook_with_its_filter(world: World, log_in):
    closed_cases(world.mine_a, 3, acceptor=world.users["inspector"])
    campaign = running(world)
    check = campaign.checks.select_related("case").first()
    found(world, check, "never_put_right")
    head = log_in("office_head")
    listing = head.get(reverse("lookback:checks"), {"result": "never_put_right"})
    (address,) = re.findall(r'href="(/workbooks/export/[^"]*)"', text_of(listing))
    answer = head.get(address.replace("&amp;", "&"))
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    sheet = load_workbook(io.BytesIO(content)).active
    cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row]
    assert check.case.number in cells
    assert "假整改" in cells
    numbers = set(campaign.checks.values_list("case__number", flat=True))
    assert numbers & set(cells) == {check.case.number}


def test_cases_are_handed_over_from_the_list(world: World, log_in):
    closed_cases(world.mine_a, 2, acceptor=world.users["inspector"])
    closed_cases(world.mine_a, 1, acceptor=world.users["office_head"])
    campaign = running(world)
    head = log_in("office_head")
    page = text_of(head.get(reverse("lookback:checks"), {"campaign": campaign.pk}))
    assert page.count('name="check"') == 3
    fields = {"check": list(campaign.checks.values_list("pk", flat=True)), "inspector": world.users["inspector"].pk}
    answer = head.post(reverse("lookback:hand_over"), fields | {"query": f"campaign={campaign.pk}"}, follow=True)
    assert campaign.checks.filter(inspector=world.users["inspector"]).count() == 1
    assert "note-warning" in text_of(answer)
    assert log_in("inspector").post(reverse("lookback:hand_over"), fields).status_code == 403


def test_a_campaign_is_finished_on_its_page_with_a_reason(world: World, log_in):
    closed_cases(world.mine_a, 1, acceptor=world.users["inspector"])
    campaign = running(world)
    head, address = log_in("office_head"), reverse("lookback:finish", args=[campaign.pk])
    assert head.post(address, {"reason": ""}).status_code == 422
    head.post(address, {"reason": "矿井关闭"})
    campaign.refresh_from_db()
    assert campaign.state == "finished"


def test_a_charge_is_read_by_both_sides_and_decided_by_the_head(world: World, log_in):
    closed_cases(world.mine_a, 1, acceptor=world.users["inspector"])
    check = running(world).checks.select_related("case").get()
    found(world, check, "never_put_right", charge="未到现场", propose_order=True)
    charge = Charge.objects.get()
    address = reverse("lookback:charge", args=[charge.pk])
    assert "未到现场" in text_of(log_in("inspector").get(address))
    assert log_in("inspector").post(address, {"decision": "不属实"}).status_code == 403
    head = log_in("office_head")
    listing = text_of(head.get(reverse("lookback:charges"), {"state": "open"}))
    assert address in listing
    assert reverse("lookback:order", args=[check.pk]) in listing
    assert head.post(address, {"decision": "", "uphold": "yes"}).status_code == 422
    head.post(address, {"decision": "属实", "uphold": "yes"})
    assert "属实" in text_of(log_in("inspector").get(address))
    charge.refresh_from_db()
    assert charge.state == "upheld"


def test_a_proposed_order_is_opened_and_presses_the_reopened_case(world: World, log_in):
    closed_cases(world.mine_a, 1, acceptor=world.users["inspector"])
    check = running(world).checks.select_related("case").get()
    found(world, check, "never_put_right", propose_order=True)
    head, address = log_in("office_head"), reverse("lookback:order", args=[check.pk])
    due = (timezone.localdate() + timedelta(days=20)).isoformat()
    assert head.post(address, {"bound": world.mine_a.node.pk, "due": "2020-01-01", "reason": "x"}).status_code == 422
    answer = head.post(address, {"bound": world.mine_a.node.pk, "due": due, "reason": "假整改，限期整改"})
    check.refresh_from_db()
    assert check.pressing == "opened"
    assert answer.url == reverse("cases:detail", args=[check.order_id])
    assert (check.order.kind, check.order.bound_node) == ("supervision", world.mine_a.node)
