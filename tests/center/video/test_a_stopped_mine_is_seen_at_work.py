"""stopped_mine_activity: what is seen of a mine that may not work is evidence of one case, not of forty."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from minewarden.center.audit.models import AuditEvent
from minewarden.center.cases.models import Case, Kind, Level, State
from minewarden.center.cases.services import move
from minewarden.center.registry import services as registry
from minewarden.center.registry.models import MineState
from minewarden.center.video.activity_rules import parse, rules
from minewarden.center.video.models import CaseEvent, Event, ReviewState
from minewarden.center.video.queries import free_queue
from minewarden.center.video.services import Given, judge
from minewarden.contract import EventMessage
from tests.center.video.deliveries import EdgeSide, event
from tests.center.video.nights import night, stop, stopped_mine
from tests.center.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def edge(world: World) -> EdgeSide:
    return EdgeSide(world.edge_a_token)


def send(edge: EdgeSide, messages: list[EventMessage], size: int = 7) -> None:
    for begin in range(0, len(messages), size):
        edge.send(*messages[begin : begin + size])


def seen(camera: str, scene: str, label: str, minutes: float = 0, **changes: object) -> EventMessage:
    """Something at a camera, so many minutes from now."""
    at = timezone.now() + timedelta(seconds=1, minutes=minutes)
    return event(camera, scene=scene, label=label, started_at=at, boxes=(), detail={}, **changes)


def test_a_night_shift_of_forty_events_opens_one_case_with_all_of_them_in_it(world: World, edge: EdgeSide) -> None:
    messages = night(stopped_mine(world))
    assert len(messages) == 40
    send(edge, messages)
    case = Case.objects.get()
    assert (case.kind, case.state, case.level, case.found_by) == (Kind.VIOLATION, State.FOUND, Level.RED, None)
    assert (case.title, case.mine) == ("停产停建矿井疑似组织生产", world.mine_a)
    assert set(case.evidence_events.values_list("event_id", flat=True)) == {one.event_id for one in messages}
    assert set(Event.objects.values_list("urgency", "state", "case")) == {(1, ReviewState.WAITING, None)}
    assert case.transitions.count() == 1


def test_a_redelivery_changes_nothing(world: World, edge: EdgeSide) -> None:
    messages = night(stopped_mine(world), count=6)
    send(edge, messages)
    written = AuditEvent.objects.count()
    send(edge, messages, 3)
    more = [one.model_copy(update={"revision": 1}) for one in messages]
    assert AuditEvent.objects.count() == written
    send(edge, more)
    assert (Case.objects.count(), CaseEvent.objects.count()) == (1, 6)


def test_any_order_of_arrival_ends_in_one_case(world: World, edge: EdgeSide) -> None:
    messages = night(stopped_mine(world), count=20)
    random.Random(3).shuffle(messages)
    send(edge, messages, 4)
    assert (Case.objects.count(), CaseEvent.objects.count()) == (1, 20)


@pytest.mark.parametrize("state", [MineState.STOPPED, MineState.SUSPENDED, MineState.CLOSING])
def test_each_state_in_which_a_mine_may_not_work_is_watched(world: World, edge: EdgeSide, state: str) -> None:
    stop(world, state)
    edge.send(seen(world.camera_a.code, "truck_out", "truck_out"))
    assert CaseEvent.objects.get().mine_state == state


def test_a_mine_that_works_is_left_alone_and_so_are_other_scenes(world: World, edge: EdgeSide) -> None:
    edge.send(seen(world.camera_a.code, "truck_out", "truck_out"))
    stop(world)
    edge.send(seen(world.camera_a.code, "people_in_out", "out"), seen(world.camera_a.code, "no_helmet", "no_helmet"))
    assert not Case.objects.exists()


def test_what_was_seen_before_the_stop_and_came_late_is_no_evidence(world: World, edge: EdgeSide) -> None:
    before = seen(world.camera_a.code, "truck_out", "truck_out")
    at = timezone.now()
    stop(world)
    edge.send(before.model_copy(update={"started_at": at}))
    assert not Case.objects.exists()


def test_what_was_seen_while_it_was_stopped_and_came_after_it_may_work_again_is(world: World, edge: EdgeSide) -> None:
    stop(world)
    late = seen(world.camera_a.code, "truck_out", "truck_out").model_copy(update={"started_at": timezone.now()})
    registry.update_mine(None, world.mine_a, "复产", state=MineState.PRODUCING)
    edge.send(late)
    assert CaseEvent.objects.get().mine_state == MineState.STOPPED


def test_nothing_is_rewritten_when_the_state_changes_later(world: World, edge: EdgeSide) -> None:
    messages = night(stopped_mine(world), count=5)
    send(edge, messages)
    before = list(CaseEvent.objects.order_by("pk").values())
    registry.update_mine(None, world.mine_a, "复产", state=MineState.PRODUCING)
    edge.send(seen(world.camera_a.code, "truck_out", "truck_out", 600))
    assert list(CaseEvent.objects.order_by("pk").values()) == before


def test_an_empty_belt_alone_opens_a_case_the_second_time_with_both(world: World, edge: EdgeSide) -> None:
    stop(world)
    edge.send(seen(world.camera_a.code, "belt_state", "running"))
    assert not Case.objects.exists()
    edge.send(seen(world.camera_a.code, "belt_state", "running", 30))
    assert Case.objects.get().evidence_events.count() == 2


def test_coal_on_a_belt_that_stands_still_is_no_evidence(world: World, edge: EdgeSide) -> None:
    stop(world)
    loaded = seen(world.camera_a.code, "belt_state", "loaded")
    edge.send(loaded.model_copy(update={"detail": {"running": False}}))
    assert not Case.objects.exists()
    edge.send(loaded.model_copy(update={"detail": {"running": True}, "revision": 1}))
    assert CaseEvent.objects.get().rule == "belt_loaded"


def test_after_a_quiet_day_another_case_is_opened(world: World, edge: EdgeSide) -> None:
    stop(world)
    quiet = rules().quiet.total_seconds() / 60
    for minutes in (0, quiet - 1, 2 * quiet + 10):
        edge.send(seen(world.camera_a.code, "truck_out", "truck_out", minutes))
    assert sorted(case.evidence_events.count() for case in Case.objects.all()) == [1, 2]


def test_a_case_that_is_done_takes_only_what_was_seen_before_that(world: World, edge: EdgeSide) -> None:
    stop(world)
    edge.send(seen(world.camera_a.code, "truck_out", "truck_out"))
    case = Case.objects.get()
    late = seen(world.camera_a.code, "truck_out", "truck_out").model_copy(update={"started_at": timezone.now()})
    move(case.pk, "reject", world.users["video_watch"], expected_version=case.version, reason="经核查为抢修")
    edge.send(late)
    assert (Case.objects.count(), case.evidence_events.count()) == (1, 2)
    edge.send(seen(world.camera_a.code, "truck_out", "truck_out", 5))
    assert Case.objects.count() == 2


def test_two_mines_have_a_case_each(world: World, edge: EdgeSide) -> None:
    stop(world)
    registry.update_mine(None, world.mine_b, "停产", state=MineState.SUSPENDED)
    edge.send(seen(world.camera_a.code, "truck_out", "truck_out"))
    EdgeSide(world.edge_b_token).send(seen(world.camera_b.code, "truck_out", "truck_out"))
    assert set(Case.objects.values_list("mine", flat=True)) == {world.mine_a.pk, world.mine_b.pk}


@pytest.mark.django_db(transaction=True)
def test_two_edges_at_once_open_one_case(world: World) -> None:
    cameras = stopped_mine(world)
    other, token = registry.create_edge(None, name="edge-a2", mines=[world.mine_a])
    messages = night(cameras, count=16)
    assert other.pk
    halves = [(world.edge_a_token, messages[::2]), (token, messages[1::2])]

    def deliver(half: tuple[str, list[EventMessage]]) -> None:
        try:
            side = EdgeSide(half[0], Client())
            for message in half[1]:
                side.send(message)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(deliver, halves))
    assert (Case.objects.count(), CaseEvent.objects.count()) == (1, 16)


def test_the_queue_shows_the_first_of_them_red_and_one_verdict_can_stand_for_all(world: World, edge: EdgeSide) -> None:
    edge.send(event(world.camera_a.code))
    messages = night(stopped_mine(world), count=10)
    send(edge, messages)
    watcher = world.users["video_watch"]
    queue = [row.pk for row in free_queue(watcher, timezone.now())]
    assert len(queue) == 2
    assert queue[0] == messages[0].event_id
    judge(watcher, queue[0], Given("confirm", whole=True))
    case = Case.objects.get()
    assert (case.state, case.evidence_events.filter(event__state="confirmed").count()) == (State.VERIFIED, 10)
    assert set(Event.objects.exclude(scene="no_helmet").values_list("case", flat=True)) == {case.pk}


def test_each_can_be_decided_by_itself_and_joins_the_same_case(world: World, edge: EdgeSide) -> None:
    messages = night(stopped_mine(world), count=3)
    send(edge, messages)
    watcher = world.users["video_watch"]
    judge(watcher, messages[0].event_id, Given("reject", reason="false_alarm"))
    assert next(iter(free_queue(watcher, timezone.now()))).pk == messages[1].event_id
    judge(watcher, messages[1].event_id, Given("confirm"))
    case = Case.objects.get()
    assert case.state == State.VERIFIED
    judge(watcher, messages[1].event_id, Given("undo"))
    case.refresh_from_db()
    assert (case.state, Event.objects.get(pk=messages[1].event_id).case) == (State.VERIFIED, None)


def test_turned_down_as_a_whole_the_case_is_rejected_with_the_reason(world: World, edge: EdgeSide) -> None:
    messages = night(stopped_mine(world), count=4)
    send(edge, messages)
    judge(world.users["video_watch"], messages[0].event_id, Given("reject", reason="allowed", words="抢修", whole=True))
    case = Case.objects.get()
    assert (case.state, set(Event.objects.values_list("state", flat=True))) == (State.REJECTED, {"rejected"})
    assert "抢修" in case.transitions.last().reason


def test_the_cases_page_lists_the_events_and_its_readers_may_open_the_pictures(
    world: World, edge: EdgeSide, client: Client
) -> None:
    send(edge, night(stopped_mine(world)))
    client.force_login(world.users["inspector"])
    page = client.get(reverse("cases:detail", args=[Case.objects.get().pk])).content.decode()
    assert page.count('class="evidence-none"') == 40
    assert "人员入井 × 16" in page
    review = client.get(reverse("video:review")).content.decode()
    assert 'name="whole"' in review


def test_rules_that_contradict_themselves_are_refused() -> None:
    good = {
        "states": ["stopped"], "opens_at": 1, "gather_hours": 1, "quiet_hours": 1, "people_hours": 1,
        "rules": {"a": {"scene": "x", "labels": ["y"], "weight": 1, "names": {"zh": "甲", "en": "a"}}},
    }  # fmt: skip
    assert parse(good).rule_of("x", "y") is not None
    second = good["rules"] | {"b": good["rules"]["a"]}
    for wrong in ({"states": ["asleep"]}, {"opens_at": 0}, {"rules": second}):
        with pytest.raises(ValueError, match="activity_rules"):
            parse(good | wrong)
