"""The spool survives what happens to machines."""

from __future__ import annotations

import sqlite3

import pytest

from minewarden.edge.errors import SpoolError
from minewarden.edge.spool import Spool

from .conftest import make_event, put_file


def test_what_was_put_is_there_after_the_process_was_killed(tmp_path):
    first = Spool(tmp_path)
    event = make_event()
    first.put_event(event)
    reference = put_file(first, event, b"picture")
    # no close(): a killed process does not close either
    second = Spool(tmp_path)
    assert [owed.event_id for owed in second.owed_events()] == [event.event_id]
    second.acknowledge_event(event.event_id, 1)
    assert [owed.reference for owed in second.owed_evidence()] == [reference]


def test_every_commit_waits_for_the_disk(spool):
    (mode,) = spool._database.execute("PRAGMA synchronous").fetchone()
    assert mode == 2, "2 is FULL"


def test_a_spool_of_a_newer_version_is_left_alone(tmp_path):
    Spool(tmp_path).close()
    with sqlite3.connect(tmp_path / "spool.sqlite3") as database:
        database.execute("PRAGMA user_version = 99")
    with pytest.raises(SpoolError, match="newer version"):
        Spool(tmp_path)


def test_a_file_that_is_no_database_is_told_by_name(tmp_path):
    (tmp_path / "spool.sqlite3").write_bytes(b"not a database" * 100)
    with pytest.raises(SpoolError, match=str(tmp_path)):
        Spool(tmp_path)


def test_delivered_events_are_forgotten_and_owed_ones_never(spool):
    delivered = [make_event(ended=True) for _ in range(5)]
    owed = make_event(ended=True)
    running = make_event()
    for event in [*delivered, owed, running]:
        spool.put_event(event)
    for event in [*delivered, running]:
        spool.acknowledge_event(event.event_id, 0)
    assert spool.forget_delivered(keep=2) == 3
    assert spool.event(owed.event_id) == owed
    assert [event.event_id for event in spool.open_events()] == [running.event_id]
