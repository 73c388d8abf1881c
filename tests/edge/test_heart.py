"""What the heartbeat tells, and what the edge learns from its answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from minewarden.contract import Assignments, BlindInterval, Heartbeat, HeartbeatReply
from minewarden.edge.center_client import CenterClient
from minewarden.edge.coverage import ALIVE_AT, EDGE_DOWN, Coverage
from minewarden.edge.delivery import Delivery
from minewarden.edge.errors import CenterUnreachable
from minewarden.edge.heart import Heart
from minewarden.edge.spool import Spool

from .conftest import CAMERA, make_event

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


class Office:
    """Answers heartbeats with a clock of its own."""

    def __init__(self) -> None:
        self.clock = NOW
        self.version = 1
        self.heard: list[Heartbeat] = []
        self.unknown: tuple[str, ...] = ()
        self.down = False

    def answer(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("refused", request=request)
        if request.url.path.endswith("/assignments"):
            return httpx.Response(200, text=Assignments(version=self.version, cameras=()).model_dump_json())
        self.heard.append(Heartbeat.model_validate_json(request.content))
        reply = HeartbeatReply(received_at=self.clock, assignments_version=self.version, unknown_cameras=self.unknown)
        return httpx.Response(200, text=reply.model_dump_json())


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def heart(spool: Spool, office: Office) -> Heart:
    center = CenterClient("http://center", "token", httpx.MockTransport(office.answer))
    return Heart(spool, center, Delivery(spool, center), list, now=lambda: NOW)


def test_new_assignments_are_fetched_once_and_survive_a_restart(heart, office, spool):
    assert heart.beat().version == 1
    assert heart.beat() is None
    office.version = 2
    assert heart.beat().version == 2
    again = Heart(spool, heart.center, heart.delivery, list, now=lambda: NOW)
    assert again.assignments.version == 2


def test_a_clock_that_is_wrong_is_told(heart, office):
    office.clock = NOW + timedelta(seconds=90)
    heart.beat()
    assert any("-90 s from the center" in problem for problem in heart.problems())
    office.clock = NOW + timedelta(seconds=1)
    heart.beat()
    assert heart.problems() == []


def test_cameras_that_the_center_does_not_know_are_told(heart, office):
    office.unknown = (CAMERA,)
    heart.beat()
    assert any(CAMERA in problem for problem in heart.problems())


def test_refused_events_are_told_for_good(heart, spool):
    event = make_event()
    spool.put_event(event)
    spool.refuse_event(event.event_id, "not your mine")
    assert any("refused 1 events" in problem for problem in heart.problems())


def test_blind_times_are_kept_until_the_center_has_heard_of_their_end(heart, office, spool):
    coverage = Coverage(spool)
    spool.remember(ALIVE_AT, (NOW - timedelta(minutes=10)).isoformat())
    coverage.close_gap([CAMERA], NOW)
    office.down = True
    with pytest.raises(CenterUnreachable):
        heart.beat()
    office.down = False
    heart.beat()
    (blind,) = office.heard[-1].blind
    assert (blind.reason, blind.started_at, blind.ended_at) == (EDGE_DOWN, NOW - timedelta(minutes=10), NOW)
    heart.beat()
    assert office.heard[-1].blind == ()


def test_what_was_blind_when_the_edge_was_killed_ends_when_it_comes_back(spool):
    started = NOW - timedelta(hours=1)
    interval = BlindInterval(interval_id=make_event().event_id, camera=CAMERA, reason="lost", started_at=started)
    spool.put_blind(interval)
    Coverage(spool).close_gap([CAMERA], NOW)
    assert spool.open_blind() == []
    assert [blind.ended_at for blind, _ in spool.owed_blind()] == [NOW]
