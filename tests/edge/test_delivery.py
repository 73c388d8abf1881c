"""What is in the spool reaches the center once, whatever the line does."""

from __future__ import annotations

import random

import httpx
import pytest

from minewarden.contract import Problem
from minewarden.edge.center_client import CenterClient
from minewarden.edge.delivery import Delivery
from minewarden.edge.errors import CenterRefused, CenterUnreachable
from minewarden.edge.retry import center_back_off
from minewarden.edge.spool import Spool

from .conftest import make_event, put_file
from .fake_center import FakeCenter, flaky


def deliver_all(delivery: Delivery, rounds: int = 400) -> None:
    for _ in range(rounds):
        try:
            if not delivery.deliver_round() and delivery.spool.waiting() == (0, 0):
                return
        except CenterUnreachable:
            continue
    raise AssertionError(f"still owed after {rounds} rounds: {delivery.spool.waiting()}")


def delivery_to(center: FakeCenter, spool: Spool) -> Delivery:
    return Delivery(spool, CenterClient("http://center", "token", center.transport()))


def test_events_and_evidence_arrive_whole(spool):
    center = FakeCenter()
    content = random.Random(1).randbytes(2_500_000)
    event = make_event()
    spool.put_event(event)
    reference = put_file(spool, event, content)
    deliver_all(delivery_to(center, spool))
    assert bytes(center.files[reference.evidence_id]) == content
    assert center.events[event.event_id].evidence == (reference,)
    assert list(spool.evidence_folder.iterdir()) == [], "a delivered file is not kept"


@pytest.mark.parametrize("seed", range(5))
def test_a_line_that_loses_a_third_of_all_answers_loses_and_doubles_nothing(spool, seed):
    center = FakeCenter()
    center.after = flaky(random.Random(seed), 1 / 3)
    events = [make_event() for _ in range(30)]
    files = {}
    for number, event in enumerate(events):
        spool.put_event(event)
        files[put_file(spool, event, random.Random(number).randbytes(1_200_000 if number % 10 == 0 else 900))] = number
    deliver_all(delivery_to(center, spool))
    assert set(center.events) == {event.event_id for event in events}
    assert all(event.revision == 1 for event in center.events.values())
    for reference, number in files.items():
        expected = random.Random(number).randbytes(1_200_000 if number % 10 == 0 else 900)
        assert bytes(center.files[reference.evidence_id]) == expected


def test_a_refused_event_is_kept_with_its_reason_and_does_not_block_the_others(spool):
    center = FakeCenter()
    bad, good = make_event(), make_event()
    center.refuse = lambda event: "not your mine" if event.event_id == bad.event_id else None
    spool.put_event(bad)
    spool.put_event(good)
    deliver_all(delivery_to(center, spool))
    assert set(center.events) == {good.event_id}
    assert spool.refused() == 1
    assert spool.event(bad.event_id) is not None


def test_a_newer_revision_is_delivered_after_an_older_one_was_acknowledged(spool):
    center = FakeCenter()
    delivery = delivery_to(center, spool)
    event = make_event()
    spool.put_event(event)
    deliver_all(delivery)
    ended = make_event(event.event_id, revision=1, ended=True)
    spool.put_event(ended)
    deliver_all(delivery)
    assert center.events[event.event_id] == ended


def test_an_older_revision_never_replaces_a_newer_one(spool):
    event = make_event(revision=3, ended=True)
    spool.put_event(event)
    spool.put_event(make_event(event.event_id, revision=2))
    assert spool.event(event.event_id) == event


def test_a_wrong_token_is_told_and_the_debt_is_kept(spool):
    center = FakeCenter()
    center.before = lambda request: httpx.Response(401, text="unknown token")
    spool.put_event(make_event())
    with pytest.raises(CenterRefused, match="make a new token"):
        delivery_to(center, spool).deliver_round()
    assert spool.waiting() == (1, 0)


def test_a_file_that_vanished_is_recorded_as_lost_and_the_rest_goes_on(spool):
    center = FakeCenter()
    event, other = make_event(), make_event()
    for each in (event, other):
        spool.put_event(each)
    put_file(spool, event, b"gone")
    for path in spool.evidence_folder.iterdir():
        path.unlink()
    kept = put_file(spool, other, b"kept")
    deliver_all(delivery_to(center, spool))
    assert bytes(center.files[kept.evidence_id]) == b"kept"
    assert spool.lost_evidence() == 1


def test_a_file_changed_on_disk_is_found_and_recorded(spool):
    center = FakeCenter()
    event = make_event()
    spool.put_event(event)
    put_file(spool, event, b"what was seen")
    next(spool.evidence_folder.iterdir()).write_bytes(b"what was sent")
    deliver_all(delivery_to(center, spool))
    assert spool.lost_evidence() == 1


def test_a_file_the_center_will_never_take_is_recorded_and_the_rest_goes_on(spool):
    center = FakeCenter()
    center.never_take = Problem(error="too_large", message="over 200 MB")
    event = make_event()
    spool.put_event(event)
    put_file(spool, event, b"huge")
    deliver_all(delivery_to(center, spool))
    assert spool.lost_evidence() == 1


def test_back_off_grows_to_its_limit_and_starts_again():
    back_off = center_back_off(first=1, longest=8, chance=random.Random(7))
    waits = [back_off.wait() for _ in range(8)]
    assert all(wait <= 8 for wait in waits)
    assert waits[0] <= 1 < waits[4]
    back_off.was_good_for(0)
    assert back_off.wait() <= 1
