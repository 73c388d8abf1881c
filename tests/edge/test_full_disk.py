"""A disk that is full for a while costs nothing but time. SQLite's page limit gives the very error of a full disk."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from minewarden.edge.center_client import CenterClient
from minewarden.edge.coverage import Coverage
from minewarden.edge.delivery import Delivery
from minewarden.edge.errors import SpoolError
from minewarden.edge.retry import center_back_off
from minewarden.edge.spool import Spool
from minewarden.vision.sources import Blind

from .conftest import CAMERA, make_event
from .fake_center import FakeCenter


def fill(spool: Spool) -> None:
    (pages,) = spool._database.execute("PRAGMA page_count").fetchone()
    spool._database.execute(f"PRAGMA max_page_count = {pages}")

    def put_many() -> None:
        for _ in range(1000):
            spool.put_event(make_event(detail={"padding": "x" * 2000}))

    with pytest.raises(SpoolError, match="full"):
        put_many()


def free(spool: Spool) -> None:
    spool._database.execute("PRAGMA max_page_count = 1000000")


def test_an_event_refused_by_a_full_disk_can_be_put_again_and_is_whole(spool):
    fill(spool)
    event = make_event(detail={"padding": "y" * 5000})
    with pytest.raises(SpoolError):
        spool.put_event(event)
    assert spool.event(event.event_id) is None, "not half there"
    free(spool)
    spool.put_event(event)
    assert spool.event(event.event_id) == event


def test_blind_times_wait_in_memory_in_their_order(spool):
    coverage = Coverage(spool)
    fill(spool)
    started = 1_800_000_000.0
    for number in range(200):
        coverage.take(Blind(CAMERA, started + number, None, "lost"))
    coverage.take(Blind(CAMERA, started, started + 5, "lost"))
    with pytest.raises(SpoolError):
        coverage.mark_alive(datetime.now(UTC))
    free(spool)
    coverage.mark_alive(datetime.now(UTC))
    assert len(spool.owed_blind(limit=1000)) == 200
    ended = [interval for interval, _ in spool.owed_blind(limit=1000) if interval.ended_at]
    assert [interval.started_at.timestamp() for interval in ended] == [started]


def test_a_defect_in_delivery_is_told_and_delivery_goes_on(spool, monkeypatch):
    center = FakeCenter()
    quick = center_back_off(first=0.01, longest=0.01)
    delivery = Delivery(spool, CenterClient("http://center", "token", center.transport()), quick)
    event = make_event()
    spool.put_event(event)
    told: list[str] = []
    sound = spool.owed_events

    def faulty(limit: int = 100):
        if len(told) < 2:
            told.append(delivery.problem)
            raise ZeroDivisionError("a defect")
        return sound(limit)

    monkeypatch.setattr(spool, "owed_events", faulty)
    arrived = threading.Event()
    center.after = lambda request: arrived.set()
    thread = threading.Thread(target=delivery.run_forever, args=(0.01,), daemon=True)
    thread.start()
    assert arrived.wait(60)
    delivery.stop()
    thread.join(60)
    assert set(center.events) == {event.event_id}
    assert "a defect" in told[1]
