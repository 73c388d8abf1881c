"""Pages, workbook and API of resident teams: who sees what, and what a refused step says."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from minewarden.center.cases.models import Case
from minewarden.center.resident_teams import services
from minewarden.center.resident_teams.models import Mission
from minewarden.center.resident_teams.queries import decidable
from tests.center.access_rows.resident_teams import working
from tests.center.lookback.office import closed_cases
from tests.center.resident_teams.missions import asked, day, lead_of, on_site
from tests.center.world import World

WORDS_OF_THE_LOG = "查 3103 回风流"


@pytest.fixture
def as_(world: World) -> Callable[[str], Client]:
    def log_in(name: str) -> Client:
        client = Client()
        client.force_login(world.users[name])
        return client

    return log_in


def url(mission: Mission, page: str = "mission", *more: int) -> str:
    return reverse(f"missions:{page}", args=[mission.pk, *more])


def test_a_mission_shows_its_team_conditions_work_and_log_in_few_queries(world: World, as_):
    mission = working(world)
    client = as_("office_head")
    with CaptureQueriesContext(connection) as counted:
        text = client.get(url(mission)).content.decode()
    for words in (
        "监察员甲",
        "李工（通风专家）",
        "通风系统已改造",
        "换局扇",
        "指导测风",
        WORDS_OF_THE_LOG,
        "工作面写错",
    ):
        assert words in text, words
    assert "1 项中 1 项未完成" in text
    ours = [query for query in counted if "session" not in query["sql"] and "SAVEPOINT" not in query["sql"]]
    assert len(ours) <= 20, len(ours)


def test_the_mine_sees_measures_and_cases_but_not_the_internal_log(world: World, as_):
    mission = working(world)
    for who in ("mine_a", "mine_head"):
        text = as_(who).get(url(mission)).content.decode()
        assert "换局扇" in text
        assert WORDS_OF_THE_LOG not in text
        assert "青石煤矿" in text
        assert as_(who).get(url(mission, "log")).status_code == 403
        assert as_(who).get(f"/workbooks/export/mission_log/?mission={mission.pk}").status_code in (403, 404)
    assert as_("mine_b").get(url(mission)).status_code == 404


def test_a_refused_departure_says_every_condition_and_its_figure(world: World, as_):
    mission = working(world)
    answer = as_("office_head").post(url(mission, "ask"), {"summary": "完成"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "商定措施已全部落实（1 项中 1 项未完成）" in text
    assert "通风系统已改造（尚未确认）" in text
    assert 'id="id_ask_summary"' in text
    assert "完成</textarea>" in text.replace("\n", "")
    mission.refresh_from_db()
    assert mission.asked_at is None


def test_another_head_lets_the_team_go_on_the_page(world: World, as_):
    lead_of(world)
    mission = asked(world)
    client = as_("office_head")
    assert decidable(world.users["office_head"]).get() == mission
    assert not decidable(world.users["lead"]).exists()
    assert client.post(url(mission, "allow"), {"remark": "同意"}, follow=True).status_code == 200
    mission.refresh_from_db()
    assert mission.state == "departed"
    text = client.get(url(mission, "report")).content.decode()
    assert "已建立通风日报制度" in text
    assert "已满足" in text


def test_a_team_is_sent_from_the_link_of_a_mine(world: World, as_):
    lead_of(world)
    client = as_("office_head")
    page = f"{reverse('missions:new')}?mine={world.mine_a.code}"
    assert page in client.get(reverse("registry:mine", args=[world.mine_a.pk])).content.decode()
    typed = {
        "lead": lead_of(world).pk, "members": [world.users["inspector"].pk], "experts": "", "why": "decision",
        "reference": "甲煤监〔2026〕41号", "reason": "", "begins_on": day(0), "ends_on": day(20),
        "conditions": ["no_overdue_cases"], "mark": "45", "free": "通风系统已改造",
    }  # fmt: skip
    wrong = client.post(page, typed | {"ends_on": day(-3), "lead": ""})
    assert wrong.status_code == 422
    assert client.post(page, typed).status_code == 302
    mission = Mission.objects.get()
    assert sorted(mission.conditions.values_list("kind", "mark")) == [
        ("free", None), ("no_overdue_cases", None), ("score_below", 45),
    ]  # fmt: skip


def test_a_hazard_written_down_for_a_mission_comes_back_tied(world: World, as_):
    mission = on_site(world)
    client = as_("inspector")
    page = client.get(url(mission, "hazard"))
    shown = client.get(page["Location"]).content.decode()
    assert f'name="for" value="mission:{mission.pk}"' in shown
    typed = {
        "case_id": "0190b1f0-0000-7000-8000-000000000001", "mine": f"{world.mine_a.name} {world.mine_a.code}",
        "title": "回风流瓦斯传感器缺失", "found_at": f"{day(0):%Y-%m-%d}T00:01", "source": "inspection",
        "for": f"mission:{mission.pk}", "gravity": "injuries", "likelihood": "possible", "people": "few",
        "negligence": "unknown",
    }  # fmt: skip
    form = client.get(page["Location"]).context["form"]
    typed |= {name: form[name].value() or typed.get(name, "") for name in ("source", "found_at") if name in form.fields}
    for name in ("gravity", "likelihood", "people", "negligence"):
        typed[name] = form.fields[name].choices[-1][0]
    answer = client.post(reverse("hazards:new"), typed)
    assert answer.status_code == 302, answer.context["form"].errors
    assert answer["Location"] == url(mission) + "#cases"
    assert mission.ties.get().case == Case.objects.get()


def test_a_mines_page_and_the_mines_own_first_page_say_that_a_team_is_there(world: World, as_):
    mission = on_site(world)
    for who, page in (
        ("office_head", reverse("registry:mine", args=[world.mine_a.pk])),
        ("mine_a", reverse("cases:mine_tasks")),
    ):
        text = as_(who).get(page).content.decode()
        assert f"驻矿工作组自 {day(0)} 起驻青石煤矿" in text, who
        assert url(mission) in text
    assert "驻矿工作组自" not in as_("mine_b").get(reverse("cases:mine_tasks")).content.decode()


def test_the_list_is_narrowed_by_its_address(world: World, as_):
    mission = on_site(world)
    client = as_("office_head")
    for query, there in (
        ("state=on_site", True), ("state=open", True), ("state=ended", False), ("late=on", False), ("q=青石", True),
        ("own=on", False), (f"mine={world.mine_a.pk}", True), (f"day_from={day(1)}", False),
    ):  # fmt: skip
        text = client.get(f"{reverse('missions:list')}?{query}").content.decode()
        assert (url(mission) in text) == there, query
    assert client.get(f"{reverse('missions:list')}?state=asleep").status_code == 422


def test_the_log_is_taken_out_as_a_workbook(world: World, as_):
    mission = working(world)
    answer = as_("inspector").get(f"/workbooks/export/mission_log/?mission={mission.pk}&form=csv")
    text = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode("utf-8-sig")
    assert WORDS_OF_THE_LOG in text
    assert text.count("监察员甲") >= 1


def test_programs_read_missions_and_log(world: World, as_):
    mission = working(world)
    client = as_("inspector")
    (listed,) = client.get(f"/api/missions?mine={world.mine_a.code}&state=open").json()["missions"]
    assert (listed["id"], listed["mine"], listed["state"]) == (str(mission.pk), world.mine_a.code, "on_site")
    whole = client.get(f"/api/missions/{mission.pk}").json()
    assert [condition["met"] for condition in whole["conditions"]] == [False, False]
    assert whole["measures"][0]["what"] == "换局扇"
    assert len(whole["case_numbers"]) == 1
    (entry,) = client.get(f"/api/missions/{mission.pk}/log").json()["entries"]
    assert (entry["text"], entry["photos"], entry["corrections"]) == (WORDS_OF_THE_LOG, 1, 1)
    assert as_("mine_a").get(f"/api/missions/{mission.pk}/log").status_code == 403


def test_only_a_case_of_the_mine_is_tied_and_once(world: World, as_):
    mission = on_site(world)
    (own,) = closed_cases(world.mine_a, 1, acceptor=world.users["inspector"])
    (strange,) = closed_cases(world.mine_b, 1, acceptor=world.users["inspector_b"])
    client = as_("inspector")
    assert client.post(url(mission, "tie"), {"number": strange.number}).status_code == 422
    for _ in range(2):
        assert client.post(url(mission, "tie"), {"number": own.number}).status_code == 302
    assert mission.ties.get().case == own
    assert services.tie_case(mission.pk, world.users["inspector"], own.number).case == own
