"""Verdicts: each is one step of the table, given once, kept for ever, and open to nobody who may not give it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from django.db import connection
from django.utils import timezone, translation

from minewarden.center.audit.models import AuditEvent
from minewarden.center.cases.models import Case, Level, State
from minewarden.center.cases.services import move as move_case
from minewarden.center.registry.models import User
from minewarden.center.registry.scope import roles_with
from minewarden.center.video import catalogue
from minewarden.center.video.models import Event, ReviewState, Verdict
from minewarden.center.video.moves import moves
from minewarden.center.video.services import Given, ReviewError, claim, judge
from tests.center.video.deliveries import EdgeSide, event, later
from tests.center.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def watcher(world: World) -> User:
    return world.users["video_watch"]


def arrive(world: World, count: int = 1, **changes: object) -> list[UUID]:
    messages = [event(world.camera_a.code, started_at=later(number), **changes) for number in range(count)]
    EdgeSide(world.edge_a_token).send(*messages)
    return [message.event_id for message in messages]


def code(user: User, event_id: UUID, given: Given) -> str:
    with pytest.raises(ReviewError) as refused:
        judge(user, event_id, given)
    assert refused.value.message
    return refused.value.code


def test_confirming_opens_a_verified_case_at_the_chosen_level(world: World, watcher: User) -> None:
    (event_id,) = arrive(world)
    with translation.override("en"):
        judge(watcher, event_id, Given("confirm", level="orange", words="两人"))
    row, case = Event.objects.get(), Case.objects.get()
    assert (row.state, row.reviewed_by, row.case) == (ReviewState.CONFIRMED, watcher, case)
    assert (case.state, case.level, case.mine, case.place, case.camera) == (
        State.VERIFIED,
        Level.ORANGE,
        world.mine_a,
        world.place_a,
        world.camera_a,
    )
    assert case.title == "未戴安全帽"
    assert "立即纠正" in case.description
    assert "两人" in case.description
    assert case.found_at == row.started_at
    step = Verdict.objects.get()
    assert (step.action, step.old_state, step.new_state, step.by, step.case) == (
        "confirm",
        "waiting",
        "confirmed",
        watcher,
        case,
    )
    kinds = set(AuditEvent.objects.filter(action="video.confirm").values_list("object_type", flat=True))
    assert {"video.event", "video.verdict", "cases.case"} <= kinds


def test_the_scene_gives_the_level_where_the_reviewer_gives_none(world: World, watcher: User) -> None:
    (event_id,) = arrive(world, scene="forbidden_zone", label="belt")
    judge(watcher, event_id, Given("confirm"))
    assert Case.objects.get().level == Level.ORANGE


def test_an_event_from_a_clock_ahead_can_be_confirmed(world: World, watcher: User) -> None:
    message = event(world.camera_a.code, started_at=timezone.now() + timedelta(hours=3))
    EdgeSide(world.edge_a_token).send(message)
    judge(watcher, message.event_id, Given("confirm"))
    assert Case.objects.get().found_at <= timezone.now()


def test_rejecting_wants_a_reason_of_the_list_and_words_where_it_says_so(world: World, watcher: User) -> None:
    (event_id,) = arrive(world)
    assert code(watcher, event_id, Given("reject")) == "reason_wanted"
    assert code(watcher, event_id, Given("reject", reason="because")) == "reason_wanted"
    assert code(watcher, event_id, Given("reject", reason="other", words=" ")) == "words_wanted"
    judge(watcher, event_id, Given("reject", reason="other", words="飞蛾"))
    row = Event.objects.get()
    assert (row.state, row.reject_reason, row.words, row.case) == (ReviewState.REJECTED, "other", "飞蛾", None)
    assert Case.objects.count() == 0


def test_what_is_sent_on_is_decided_by_who_may_verify(world: World, watcher: User) -> None:
    (event_id,) = arrive(world)
    judge(watcher, event_id, Given("send_on", words="看不准"))
    assert code(watcher, event_id, Given("confirm")) == "forbidden"
    assert claim(watcher, 4) == []
    assert [row.pk for row in claim(world.users["inspector"], 4)] == [event_id]
    judge(world.users["inspector"], event_id, Given("confirm"))
    assert [step.new_state for step in Verdict.objects.order_by("at")] == ["sent_on", "confirmed"]


def test_the_second_reviewer_is_told_who_was_first(world: World, watcher: User) -> None:
    (event_id,) = arrive(world)
    judge(watcher, event_id, Given("reject", reason="allowed"))
    with translation.override("zh-hans"), pytest.raises(ReviewError) as refused:
        judge(world.users["inspector"], event_id, Given("confirm"))
    assert refused.value.code == "already"
    assert "巡查员甲" in refused.value.message
    assert Verdict.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_verdicts_at_once_one_counts(world: World) -> None:
    (event_id,) = arrive(world)
    people = [world.users[name] for name in ("video_watch", "inspector", "inspector_2")] * 2

    def give(user: User) -> str:
        try:
            judge(user, event_id, Given("confirm"))
        except ReviewError as error:
            return error.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(6) as pool:
        answers = sorted(pool.map(give, people))
    assert answers == ["already"] * 5 + ["done"]
    assert (Verdict.objects.count(), Case.objects.count()) == (1, 1)


@pytest.mark.parametrize("name", ["inspector_b", "mine_a", "operations", "office_head", "nobody"])
def test_who_may_not_review_here_may_not(world: World, name: str) -> None:
    (event_id,) = arrive(world)
    assert code(world.users[name], event_id, Given("confirm")) in ("forbidden", "not_found")
    assert Event.objects.get().state == ReviewState.WAITING


@pytest.mark.parametrize("given", [Given("reject", reason="allowed"), Given("send_on"), Given("confirm")])
def test_the_own_last_verdict_can_be_taken_back(world: World, watcher: User, given: Given) -> None:
    (event_id,) = arrive(world)
    judge(watcher, event_id, given)
    assert code(world.users["inspector"], event_id, Given("undo")) == "too_late"
    judge(watcher, event_id, Given("undo"))
    row = Event.objects.get()
    assert (row.state, row.reviewed_by, row.reviewed_at, row.reject_reason, row.case) == (
        "waiting",
        None,
        None,
        "",
        None,
    )
    assert [case.state for case in Case.objects.all()] in ([], [State.REJECTED])
    assert set(Verdict.objects.values_list("action", flat=True)) == {given.action, "undo"}
    assert AuditEvent.objects.filter(action="video.undo", object_type="video.event").exists()
    judge(watcher, event_id, Given("confirm"))
    assert Event.objects.get().case.state == State.VERIFIED


def test_taking_back_what_was_decided_after_sending_on_leads_back_there(world: World, watcher: User) -> None:
    (event_id,) = arrive(world)
    judge(watcher, event_id, Given("send_on", words="看不准"))
    judge(world.users["inspector"], event_id, Given("reject", reason="allowed"))
    judge(world.users["inspector"], event_id, Given("undo"))
    row = Event.objects.get()
    assert (row.state, row.reviewed_by, row.words) == (ReviewState.SENT_ON, watcher, "看不准")


def test_it_is_too_late_after_a_quarter_of_an_hour_or_when_the_case_went_on(world: World, watcher: User) -> None:
    first, second = arrive(world, 2)
    judge(watcher, first, Given("reject", reason="allowed"))
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert code(watcher, first, Given("undo")) == "too_late"
    judge(watcher, second, Given("confirm"))
    case = Case.objects.get()
    due = timezone.now() + timedelta(days=1)
    move_case(
        case.pk, "assign", world.users["inspector"], expected_version=case.version, due_at=due, responsible="张三"
    )
    assert code(watcher, second, Given("undo")) == "too_late"
    assert Event.objects.get(pk=second).state == ReviewState.CONFIRMED


def test_every_state_and_action_is_in_the_table_or_refused() -> None:
    table = moves()
    assert set(table) == {
        ("waiting", "confirm"),
        ("waiting", "reject"),
        ("waiting", "send_on"),
        ("sent_on", "confirm"),
        ("sent_on", "reject"),
        ("confirmed", "undo"),
        ("rejected", "undo"),
        ("sent_on", "undo"),
    }
    assert all(roles_with(move.permission) for move in table.values())


def test_every_scene_and_reason_has_words_in_both_languages() -> None:
    for scene in catalogue.scenes().values():
        for words in (scene.names, scene.due, *scene.labels.values()):
            assert words.zh
            assert words.en
    assert [reason.key for reason in catalogue.reject_reasons().values()] == list(range(1, 8))
