"""The way of one case from found to looked back at."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from minewarden.center.cases import services
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import Case
from minewarden.center.cases.transitions import table
from tests.center.cases.conftest import Walker, picture, states_on


@pytest.mark.parametrize("kind", ["violation", "hazard"])
def test_a_case_goes_the_whole_way(walker: Walker, kind: str):
    case = walker.to("closed", kind)
    done = walker.do(case, "look_back_passed", "inspector_2", reason="保持良好", proofs=[picture("red")])
    assert done.state == "looked_back"
    history = list(done.transitions.order_by("version"))
    assert [step.to_state for step in history] == [*states_on(kind), "looked_back"]
    assert [step.version for step in history] == list(range(1, 9))
    assert {step.rules_version for step in history} == {table().version}


def test_a_failed_look_back_reopens_it_and_counts_as_recurring(walker: Walker):
    case = walker.to("closed")
    again = walker.do(case, "look_back_failed", "inspector_2", reason="又缺了", proofs=[picture("red")])
    assert (again.state, again.recurrence, again.due_at) == ("verified", 1, None)
    assert walker.to("closed", case=again).state == "closed"


def test_what_was_sent_back_is_handed_in_again_with_the_same_due_date(walker: Walker):
    case = walker.to("handed_in")
    due = case.due_at
    case = walker.do(case, "return", "inspector", reason="照片看不清")
    case = walker.do(case, "start", "mine_a")
    case = walker.do(case, "hand_in", "mine_a", reason="重拍", proofs=[picture("blue")])
    assert (case.state, case.due_at) == ("handed_in", due)


def test_a_watcher_opens_what_a_machine_found_verified_at_once(world, walker: Walker):
    watcher = world.users["video_watch"]
    key = uuid4()
    fields = {"kind": "violation", "mine": world.mine_a, "place": world.place_a, "camera": world.camera_a,
              "title": "未戴安全帽", "description": "", "level": "orange", "found_at": timezone.now()}  # fmt: skip
    case = services.open_case(watcher, verified=True, case_id=key, **fields)
    assert (case.state, case.pk, case.found_by) == ("verified", key, None)
    assert [(step.action, step.actor) for step in case.transitions.order_by("version")] == [
        ("open", None),
        ("verify", watcher),
    ]
    again = services.open_case(watcher, verified=True, case_id=key, **fields)
    assert (again.pk, Case.objects.count()) == (key, 1)
    with pytest.raises(CaseError) as caught:
        services.open_case(watcher, case_id=key, **{**fields, "kind": "hazard"})
    assert caught.value.code == "id_taken"


def test_numbers_have_no_gaps_even_after_a_failure(world, walker: Walker):
    first = walker.open()
    with pytest.raises(CaseError):
        # Opening works and verifying fails, so all of it is undone.
        services.open_case(
            world.users["video_watch"], verified=True, kind="hazard", mine=world.mine_a, place=None, camera=None,
            title="x", description="", level="blue", found_at=timezone.now(),
        )  # fmt: skip
    second = walker.open()
    year = timezone.localtime().year
    assert [first.number, second.number] == [f"{year}-000001", f"{year}-000002"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"title": " \x00 "}, "title_wanted"),
        ({"title": "长" * 121}, "title_too_long"),
        ({"level": "pink"}, "unknown_level"),
        ({"kind": "wish"}, "unknown_kind"),
        ({"found_at": timezone.now() + timedelta(days=3650)}, "found_in_future"),
    ],
)
def test_a_wrong_case_is_refused_with_the_reason(walker: Walker, wrong, code):
    with pytest.raises(CaseError) as caught:
        walker.open(**{"kind": "hazard", **wrong})
    assert caught.value.code == code
    assert Case.objects.count() == 0


def test_a_machine_whose_clock_is_fast_found_it_now(walker: Walker):
    case = walker.open("violation", found_at=timezone.now() + timedelta(minutes=3))
    assert case.found_at <= timezone.now()


def test_a_place_or_camera_of_another_mine_is_refused(world, walker: Walker):
    for wrong in ({"place": world.place_b}, {"camera": world.camera_b}):
        with pytest.raises(CaseError) as caught:
            walker.open(**wrong)
        assert caught.value.code in {"wrong_place", "wrong_camera"}


def test_nobody_opens_a_case_at_the_mine_next_door(world, walker: Walker):
    with pytest.raises(CaseError) as caught:
        walker.open(mine=world.mine_b, place=None)
    assert caught.value.code == "forbidden"
