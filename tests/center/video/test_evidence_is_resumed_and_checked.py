"""Evidence comes in pieces that can be cut anywhere, and is kept only when it is what was announced."""

from __future__ import annotations

import errno
import io
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from minewarden.center.audit.files import record_path
from minewarden.center.video import incoming
from minewarden.center.video.models import Evidence
from minewarden.contract import PIECE_BYTES
from tests.center.video.deliveries import EdgeSide, event, jpeg, problem, reference
from tests.center.world import World

MP4 = b"\x00\x00\x00\x18ftypisom" + bytes(range(256)) * 40

NOWHERE = UUID(int=7)  # fixed: every worker of a parallel run must collect the same names


@pytest.fixture
def edge(world: World) -> EdgeSide:
    return EdgeSide(world.edge_a_token)


def announce(world: World, edge: EdgeSide, content: bytes, **changes: object) -> UUID:
    file = reference(content, **changes)
    receipt = edge.send(event(world.camera_a.code, evidence=(file,)))
    assert not receipt["refused"]
    return file.evidence_id


def received(edge: EdgeSide, evidence: UUID) -> tuple[int, bool]:
    receipt = json.loads(edge.call("GET", f"/evidence/{evidence}").content)
    return receipt["received"], receipt["complete"]


@pytest.mark.django_db
def test_a_picture_in_pieces_is_kept_under_its_hash(world: World, edge: EdgeSide) -> None:
    content = jpeg()
    evidence = announce(world, edge, content)
    assert received(edge, evidence) == (0, False)
    receipt = edge.deliver(evidence, content, piece_bytes=400)
    assert (receipt["received"], receipt["complete"]) == (len(content), True)
    row = Evidence.objects.get()
    assert record_path(row.sha256).read_bytes() == content
    assert row.complete_at is not None
    assert not incoming.partial_path(evidence).exists()
    again = edge.put(evidence, 0, content[:100])
    assert again.status_code == 200
    assert json.loads(again.content)["complete"]


@pytest.mark.django_db
def test_a_clip_is_taken_by_its_file_type_box(world: World, edge: EdgeSide) -> None:
    evidence = announce(world, edge, MP4, kind="clip", media_type="video/mp4")
    assert edge.deliver(evidence, MP4)["complete"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (MP4, "image/jpeg"),
        (jpeg(), "video/mp4"),
        (b"<script>alert(1)</script>", "image/jpeg"),
        (jpeg()[:-200], "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "image/jpeg"),
    ],
    ids=["mp4 as jpeg", "jpeg as mp4", "html", "cut jpeg", "png"],
)
def test_what_is_not_of_its_announced_type_is_refused_for_good(
    world: World, edge: EdgeSide, content: bytes, media_type: str
) -> None:
    evidence = announce(world, edge, content, media_type=media_type)
    for _ in range(2):
        response = edge.put(evidence, 0, content)
        receipt = json.loads(response.content)
        assert (response.status_code, receipt["problem"]["error"]) == (409, "wrong_media_type")
        assert (receipt["received"], receipt["complete"]) == (0, False)
    assert json.loads(edge.call("GET", f"/evidence/{evidence}").content)["problem"]["error"] == "wrong_media_type"
    row = Evidence.objects.get()
    assert row.complete_at is None
    assert not record_path(row.sha256).exists()


@pytest.mark.django_db
def test_bytes_of_another_hash_are_thrown_away_and_asked_for_again(world: World, edge: EdgeSide) -> None:
    content = jpeg()
    evidence = announce(world, edge, content)
    response = edge.put(evidence, 0, content[:-1] + b"\x00")
    receipt = json.loads(response.content)
    assert (response.status_code, receipt["received"], receipt["problem"]["error"]) == (409, 0, "sha256_mismatch")
    assert received(edge, evidence) == (0, False)
    assert edge.deliver(evidence, content)["complete"]


@pytest.mark.django_db
def test_a_piece_at_the_wrong_place_is_answered_with_what_is_here(world: World, edge: EdgeSide) -> None:
    content = jpeg()
    evidence = announce(world, edge, content)
    edge.put(evidence, 0, content[:500])
    for offset, piece in ((0, content[:500]), (700, content[700:]), (500, content[500:] + b"more")):
        response = edge.put(evidence, offset, piece)
        assert (response.status_code, json.loads(response.content)["received"]) == (409, 500)
    assert json.loads(edge.put(evidence, 500, content[500:]).content)["complete"]


@pytest.mark.django_db
def test_a_piece_over_the_limit_is_refused_and_nothing_written(world: World, edge: EdgeSide) -> None:
    evidence = announce(world, edge, bytes(PIECE_BYTES * 2), kind="clip", media_type="video/mp4")
    assert problem(edge.put(evidence, 0, bytes(PIECE_BYTES + 1))) == (413, "piece_too_large")
    assert received(edge, evidence) == (0, False)


@pytest.mark.django_db
def test_a_file_over_the_total_limit_is_never_taken_but_its_event_is(world: World, edge: EdgeSide, settings) -> None:
    settings.EVIDENCE_MAX_BYTES = 100
    content = jpeg()
    evidence = announce(world, edge, content)
    response = edge.put(evidence, 0, content)
    assert (response.status_code, json.loads(response.content)["problem"]["error"]) == (409, "too_large")


@pytest.mark.django_db
def test_a_body_cut_on_its_way_leaves_nothing(world: World, edge: EdgeSide) -> None:
    content = jpeg()
    evidence = announce(world, edge, content)
    cut = {"wsgi.input": io.BytesIO(content[:300]), "CONTENT_LENGTH": "500"}
    response = edge.call("PUT", f"/evidence/{evidence}?offset=0", content[:300], **cut)
    assert problem(response)[0] == 400
    assert received(edge, evidence) == (0, False)


@pytest.mark.django_db
def test_evidence_that_no_event_announced_is_unknown(world: World, edge: EdgeSide) -> None:
    assert problem(edge.put(uuid4(), 0, b"x")) == (404, "unknown_evidence")
    assert problem(edge.call("GET", f"/evidence/{uuid4()}")) == (404, "unknown_evidence")
    evidence = announce(world, edge, jpeg())
    neighbour = EdgeSide(world.edge_b_token)
    assert problem(neighbour.put(evidence, 0, b"x")) == (404, "unknown_evidence")
    assert problem(neighbour.call("GET", f"/evidence/{evidence}")) == (404, "unknown_evidence")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["nonsense?offset=0", f"{NOWHERE}", f"{NOWHERE}?offset=-1", f"{NOWHERE}?offset=x"])
def test_a_wrong_address_is_a_problem_with_words(world: World, edge: EdgeSide, path: str) -> None:
    assert problem(edge.call("PUT", f"/evidence/{path}", b"x")) == (422, "invalid")


@pytest.mark.django_db
def test_a_full_disk_keeps_what_was_here(world: World, edge: EdgeSide, monkeypatch: pytest.MonkeyPatch) -> None:
    content = jpeg()
    evidence = announce(world, edge, content)
    edge.put(evidence, 0, content[:500])
    real_write = os.write

    def half_then_full(descriptor: int, data: memoryview) -> int:
        if len(data) > 100:
            return real_write(descriptor, data[:100])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(incoming.os, "write", half_then_full)
        assert problem(edge.put(evidence, 500, content[500:650])) == (507, "cannot_store")
    assert received(edge, evidence) == (500, False)
    assert json.loads(edge.put(evidence, 500, content[500:]).content)["complete"]


@pytest.mark.django_db
def test_a_kill_after_the_last_byte_is_made_good_when_the_edge_asks(world: World, edge: EdgeSide) -> None:
    content = jpeg()
    evidence = announce(world, edge, content)
    path = incoming.partial_path(evidence)
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    assert received(edge, evidence) == (len(content), True)


@pytest.mark.django_db
def test_a_kill_after_the_file_was_kept_is_made_good_by_sending_again(world: World, edge: EdgeSide) -> None:
    content = jpeg()
    evidence = announce(world, edge, content)
    kept = record_path(Evidence.objects.get().sha256)
    kept.parent.mkdir(parents=True)
    kept.write_bytes(content)
    assert received(edge, evidence) == (0, False)
    assert edge.deliver(evidence, content)["complete"]
    assert kept.read_bytes() == content


@hypothesis_settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(st.tuples(st.sampled_from([0, 0, 0, 7, 10_000]), st.integers(0, 900)), max_size=12))
@pytest.mark.django_db
def test_pieces_cut_and_repeated_anyhow_end_in_the_same_file(
    world: World, edge: EdgeSide, pieces: list[tuple[int, int]]
) -> None:
    content = jpeg()
    evidence = announce(world, edge, content)
    complete, have = False, 0
    for back, length in [*pieces, (0, 1000), (0, 1000)]:
        offset = max(0, have - back)
        response = edge.put(evidence, offset, content[offset : offset + length])
        receipt = json.loads(response.content)
        assert response.status_code == (200 if complete or offset == have else 409)
        have, complete = receipt["received"], receipt["complete"]
    assert complete
    assert record_path(Evidence.objects.get(pk=evidence).sha256).read_bytes() == content


@pytest.mark.django_db(transaction=True)
def test_two_deliveries_at_once_of_every_piece_make_one_whole_file(world: World, edge: EdgeSide) -> None:
    content = jpeg("navy", (640, 360)) + bytes(0)
    evidence = announce(world, edge, content)

    def deliver(_: int) -> bool:
        side, have = EdgeSide(world.edge_a_token), 0
        try:
            while True:
                receipt = json.loads(side.put(evidence, have, content[have : have + 200]).content)
                have = receipt["received"]
                if receipt["complete"]:
                    return True
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(deliver, range(4)))
    row = Evidence.objects.get()
    assert record_path(row.sha256).read_bytes() == content
    assert list(Path(record_path(row.sha256)).parents[2].glob("incoming/*")) == []


@pytest.mark.django_db(transaction=True)
def test_two_deliveries_at_once_of_the_same_new_events_keep_each_once(world: World) -> None:
    messages = [event(world.camera_a.code) for _ in range(5)]

    def deliver(_: int) -> int:
        try:
            return len(EdgeSide(world.edge_a_token).send(*messages)["accepted"])
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(deliver, range(4))) == [5] * 4
