"""What is decided about the list: records once, red lines by persons, removals that stay, formulas by document."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from minewarden.center.audit.models import UnauditedWrite
from minewarden.center.audit.services import act
from minewarden.center.jobs.services import enqueue
from minewarden.center.jobs.worker import run_pending
from minewarden.center.ranking import queries, services
from minewarden.center.ranking.models import FormulaVersion, FrozenRanking, LineState, MineStanding, RaisedLine
from minewarden.center.ranking.tested import quarters_before, run_back_test
from minewarden.center.registry.models import Role
from tests.center.access_rows.ranking import frozen, line, ranked, taken_off
from tests.center.ranking.office import at, case, hazard, inspected, step
from tests.center.world import World, make_user


@pytest.fixture
def head(world: World):
    """The head of the office at the top."""
    return make_user("head_of_all", Role.OFFICE_HEAD, world.province)


def client_of(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.users[name])
    return client


def test_a_month_is_frozen_once_and_never_changed(world: World) -> None:
    first = frozen(world)
    line(world)
    assert services.freeze_month(timezone.localdate(), timezone.now()).pk == first.pk
    kept = FrozenRanking.objects.get()
    kept.listed = 99
    with pytest.raises(UnauditedWrite), act("tests.change", None):
        kept.save()
    with pytest.raises(UnauditedWrite), act("tests.delete", None):
        kept.delete()


def test_a_record_that_was_changed_behind_our_back_is_told_on_its_page(world: World) -> None:
    record = frozen(world)
    client = client_of(world, "office_head")
    assert "与固化时一致" in client.get("/watch-list/records/?check=1").content.decode()
    FrozenRanking._base_manager.filter(pk=record.pk).update(text=record.text.replace("33", "34"))
    assert "固化后被改动" in client.get("/watch-list/records/?check=1").content.decode()


def _failed_look_back(world: World) -> RaisedLine:
    one = case(world.mine_a, 1, kind="major_hazard", state="verified", clause="M-1", found_at=timezone.now())
    with act("tests.look_back", None):
        one.save()
        hazard(one).save()
        step(one, "look_back_failed", timezone.now()).save()
    services.sync_packaged()
    assert services.propose_lines(timezone.now()) == 1
    assert services.propose_lines(timezone.now()) == 0
    return RaisedLine.objects.get()


def test_what_the_records_prove_is_proposed_once_and_lists_nobody(world: World) -> None:
    proposed = _failed_look_back(world)
    assert (proposed.line, proposed.state, proposed.mine) == ("failed_lookback", LineState.PROPOSED, world.mine_a)
    services.refresh(timezone.now())
    assert not queries.on_list(world.mine_a)
    shown = client_of(world, "mine_a").get(f"/watch-list/mines/{world.mine_a.pk}/").content.decode()
    assert proposed.document not in shown


def test_a_person_puts_it_into_force_and_another_ends_it_with_evidence(world: World, head) -> None:
    proposed, other = _failed_look_back(world), head
    head = world.users["office_head"]
    services.decide_line(head, proposed, holds=True, why="已核实")
    run_pending()
    assert queries.on_list(world.mine_a)
    with pytest.raises(ValidationError):
        services.decide_line(head, RaisedLine.objects.get(), holds=False, why="重复")
    with pytest.raises(ValidationError, match="证明文书"):
        services.end_line(other, RaisedLine.objects.get(), ended_on=timezone.localdate(), evidence=" ", why="合格")
    ending = {"ended_on": timezone.localdate(), "evidence": "复查记录3号", "why": "合格"}
    with pytest.raises(ValidationError, match="由他人解除"):
        services.end_line(head, RaisedLine.objects.get(), **ending)
    services.end_line(other, RaisedLine.objects.get(), **ending)
    run_pending()
    assert not queries.on_list(world.mine_a)
    assert services.propose_lines(timezone.now()) == 0, "it was decided: the same proof is not proposed again"


def test_a_red_line_takes_four_eyes_to_hold_and_two_more_to_end(world: World, head) -> None:
    services.sync_packaged()
    first, inspector, today = world.users["office_head"], world.users["inspector"], timezone.localdate()
    given = {"mine": world.mine_a, "line": "hidden_face", "document": "云矿查〔2026〕7号", "since": today}
    own = services.put_forward(first, **given)
    services.refresh(timezone.now())
    assert not queries.on_list(world.mine_a), "put forward only"
    assert not queries.proposed_lines(first).exists()
    assert queries.proposed_lines(head).get() == own
    with pytest.raises(ValidationError, match="由他人认定"):
        services.decide_line(first, own, holds=True, why="属实")
    services.decide_line(first, own, holds=False, why="文号写错，重新提出")
    theirs = services.put_forward(inspector, **given)
    assert "云矿查〔2026〕7号" in client_of(world, "inspector").get("/watch-list/red-lines/").content.decode()
    services.decide_line(first, theirs, holds=True, why="属实")
    ending = {"ended_on": today, "evidence": "复查记录3号", "why": "合格"}
    for who in (first, inspector):
        with pytest.raises(ValidationError, match="由他人解除"):
            services.end_line(who, RaisedLine.objects.get(pk=theirs.pk), **ending)
    services.end_line(head, RaisedLine.objects.get(pk=theirs.pk), **ending)
    assert not queries.lines_in_force(today).exists()


def test_who_raised_a_red_line_is_told_that_another_ends_it(world: World) -> None:
    proposed = _failed_look_back(world)
    services.decide_line(world.users["office_head"], proposed, holds=True, why="已核实")
    client = client_of(world, "office_head")
    assert "由您认定，须由他人解除" in client.get("/watch-list/red-lines/").content.decode()
    typed = {"ended_on": f"{timezone.localdate():%Y-%m-%d}", "evidence": "复查记录3号", "why": "合格"}
    answer = client.post(f"/watch-list/red-lines/{proposed.pk}/end/", typed)
    assert "由他人解除" in answer.content.decode()
    assert RaisedLine.objects.get().state == LineState.RAISED


def test_a_major_hazard_of_a_clause_that_was_closed_within_a_year_is_proposed(world: World) -> None:
    now = timezone.now()
    columns = {"kind": "major_hazard", "clause": "M-1"}
    closed = case(world.mine_a, 1, found_at=now - timedelta(days=90), closed_at=now - timedelta(days=60), **columns)
    again = case(world.mine_a, 2, state="rectifying", found_at=now - timedelta(days=2), **columns)
    elsewhere = case(world.mine_b, 3, state="rectifying", found_at=now - timedelta(days=2), **columns)
    with act("tests.repeat", None):
        for one in (closed, again, elsewhere):
            one.save()
            hazard(one).save()
    services.sync_packaged()
    assert services.propose_lines(now) == 1
    assert RaisedLine.objects.get().case == again


def test_who_is_taken_off_stays_on_the_page_struck_and_comes_back_with_the_next_record(world: World) -> None:
    removal = taken_off(world)
    assert not queries.on_list(world.mine_a)
    page = client_of(world, "office_head").get("/watch-list/?tab=capacity").content.decode()
    assert "taken-off" in page
    assert removal.reason in page
    assert removal.until.day == 1
    assert not queries.taken_off_now(removal.until).exists()
    with pytest.raises(ValidationError, match="已移出"):
        services.take_off(world.users["office_head"], world.mine_a, "再次")
    services.put_back(world.users["office_head"], removal, "理由不成立")
    assert queries.on_list(world.mine_a)


def test_a_mine_off_the_list_is_not_taken_off(world: World) -> None:
    ranked(world)
    with pytest.raises(ValidationError, match="不在名单上"):
        services.take_off(world.users["office_head"], world.mine_b, "无")


def test_a_standing_is_told_for_now_and_for_a_day(world: World) -> None:
    record = frozen(world)
    ranked(world)
    now = queries.standing_of(world.mine_a)
    then = queries.standing_of(world.mine_a, on=record.month)
    assert now is not None
    assert (now.listed, now.lines) == (True, 1)
    assert then is not None
    assert (then.listed, then.frozen) == (False, record)
    assert queries.standing_of(world.mine_a, on=record.month - timedelta(days=1)) is None
    assert MineStanding.objects.filter(frozen=None).count() == 2


def test_too_little_data_is_said_and_is_never_safe(world: World) -> None:
    ranked(world)
    page = client_of(world, "office_head").get("/watch-list/?tab=too_little").content.decode()
    assert world.mine_a.name in page
    assert "数据不足" in page
    assert "不等于安全" in page


def test_a_mines_own_people_see_their_mine_and_no_other(world: World) -> None:
    ranked(world)
    client = client_of(world, "mine_a")
    own = client.get("/watch-list/", follow=True)
    assert own.redirect_chain[-1][0] == f"/watch-list/mines/{world.mine_a.pk}/"
    assert "云矿查〔2026〕7号" in own.content.decode()
    assert client.get(f"/watch-list/mines/{world.mine_b.pk}/").status_code == 404


def _changed(old: str, new: str) -> str:
    return services.sync_packaged().text.replace('version = "1"', 'version = "2"').replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("weight = 0.20", "weight = 0.30", "1.1"),
        ('key = "video"', 'key = "colour"', "colour"),
        ("[score]", "[score", "line 10"),
        ('version = "2"', 'version = "1"', "version"),
    ],
)
def test_a_wrong_formula_is_answered_with_place_and_reason(world: World, head, old: str, new: str, said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        services.propose_formula(head, _changed(old, new), "调整权重")
    assert said in str(refused.value.message_dict["text"])


def test_a_formula_is_put_into_force_by_a_document_of_the_office_at_the_top(world: World, head) -> None:
    proposed = services.propose_formula(head, _changed("list_from = 45.0", "list_from = 40.0"), "提高敏感度")
    day = timezone.localdate()
    with pytest.raises(ValidationError, match="最上级机构"):
        services.adopt_formula(world.users["office_head"], proposed, decision="甲〔2026〕1号", in_force_from=day)
    with pytest.raises(ValidationError, match="文号"):
        services.adopt_formula(head, proposed, decision=" ", in_force_from=day)
    services.adopt_formula(head, proposed, decision="云矿安〔2026〕9号", in_force_from=day)
    run_pending()
    page = client_of(world, "office_head").get("/watch-list/formula/").content.decode()
    assert "云矿安〔2026〕9号" in page
    assert FormulaVersion.objects.count() == 2
    with pytest.raises(ValidationError):
        services.refuse_formula(head, proposed, "晚了")


def test_the_nights_work_is_done_twice_and_changes_nothing_more(world: World) -> None:
    for _night in range(2):
        enqueue("ranking.nightly")
        run_pending()
    assert FrozenRanking.objects.count() == 1
    assert MineStanding.objects.filter(frozen=None).count() == 2


def test_too_few_quarters_are_said(world: World) -> None:
    services.sync_packaged()
    with act("tests.inspected", None):
        inspected(world.mine_a, 3, "4").save()  # March 2026
    assert [first for first, _last in quarters_before(date(2026, 11, 24))] == [
        date(2026, 1, 1),
        date(2026, 4, 1),
        date(2026, 7, 1),
    ]
    run = run_back_test(at(11))
    assert (run.quarters, run.needed, run.result) == (3, 12, {})
    assert "季度数不足" in client_of(world, "office_head").get("/watch-list/back-test/").content.decode()
