"""Events are taken once each, whatever comes twice, late, in pieces or from the wrong edge."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minewarden.center.audit.models import AuditEvent
from minewarden.center.audit.services import act
from minewarden.center.registry.services import revoke_edge
from minewarden.center.video.models import EdgeLive, Event, Evidence, ReviewState
from minewarden.contract import EventMessage
from tests.center.video.deliveries import STARTED, EdgeSide, event, jpeg, later, problem, reference, words
from tests.center.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def edge(world: World) -> EdgeSide:
    return EdgeSide(world.edge_a_token)


def test_an_event_is_kept_with_everything_it_said(world: World, edge: EdgeSide) -> None:
    picture = reference(jpeg())
    message = event(world.camera_a.code, evidence=(picture,), settings={"confidence": 0.5})
    assert edge.send(message) == {"accepted": [str(message.event_id)], "refused": []}
    row = Event.objects.get()
    assert (row.id, row.edge, row.camera, row.place, row.mine) == (
        message.event_id,
        world.edge_a,
        world.camera_a,
        world.place_a,
        world.mine_a,
    )
    assert (row.scene, row.confidence, row.settings, row.detail) == (
        "no_helmet",
        0.81,
        {"confidence": 0.5},
        {"track": 3},
    )
    assert row.boxes[0]["track_id"] == 3
    assert (row.state, row.urgency) == (ReviewState.WAITING, 3)
    assert Evidence.objects.get().sha256 == picture.sha256
    assert set(AuditEvent.objects.filter(action="video.ingest").values_list("object_type", "actor_name")) == {
        ("video.event", "edge-a"),
        ("video.evidence", "edge-a"),
    }


def test_a_second_delivery_changes_nothing(world: World, edge: EdgeSide) -> None:
    message = event(world.camera_a.code, evidence=(reference(jpeg()),))
    edge.send(message)
    written = AuditEvent.objects.count()
    assert edge.send(message, message)["accepted"] == [str(message.event_id)]
    assert (Event.objects.count(), Evidence.objects.count(), AuditEvent.objects.count()) == (1, 1, written)
    live = EdgeLive.objects.get(edge=world.edge_a)
    assert (live.events_accepted, live.events_repeated, live.events_refused) == (1, 2, 0)


def test_a_higher_revision_changes_the_facts_and_never_the_review(world: World, edge: EdgeSide) -> None:
    first = event(world.camera_a.code)
    edge.send(first)
    row = Event.objects.get()
    with act("test.reject", world.users["inspector"]):
        row.state, row.reviewed_by, row.reject_reason = ReviewState.REJECTED, world.users["inspector"], "repeated"
        row.save()
    edge.send(first.model_copy(update={"revision": 1, "ended_at": later(1), "confidence": 0.9}))
    row = Event.objects.get()
    assert (row.revision, row.ended_at, row.confidence) == (1, later(1), 0.9)
    assert (row.state, row.reviewed_by, row.reject_reason) == (
        ReviewState.REJECTED,
        world.users["inspector"],
        "repeated",
    )


def revisions(camera: str, event_ids: list[UUID], count: int) -> list[EventMessage]:
    """Each event in ``count`` revisions that say more and more of it."""
    found = []
    for number, event_id in enumerate(event_ids):
        files = [reference(jpeg(), UUID(int=number * 100 + index)) for index in range(count)]
        found += [
            event(
                camera,
                event_id=event_id,
                revision=revision,
                started_at=STARTED + timedelta(seconds=number),
                ended_at=later(revision) if revision else None,
                confidence=0.5 + revision / 10,
                evidence=tuple(files[: revision + 1]),
            )
            for revision in range(count)
        ]
    return found


def state() -> list[dict[str, object]]:
    facts = ("id", "revision", "started_at", "ended_at", "confidence", "state", "camera_id")
    return [*Event.objects.order_by("id").values(*facts), *Evidence.objects.order_by("id").values("id", "event_id")]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_order_with_any_repeats_ends_in_the_same_state(world: World, edge: EdgeSide, data: st.DataObject) -> None:
    messages = revisions(world.camera_a.code, [UUID(int=1), UUID(int=2)], 3)
    deliveries = data.draw(st.permutations(messages + data.draw(st.lists(st.sampled_from(messages), max_size=8))))
    with undone():
        edge.send(*messages)
        in_order = state()
    with undone():
        while deliveries:
            cut = data.draw(st.integers(1, len(deliveries)))
            edge.send(*deliveries[:cut])
            deliveries = deliveries[cut:]
        assert state() == in_order
        assert len(in_order) == 2 + 6


@contextmanager
def undone() -> Iterator[None]:
    """What is written inside is gone afterwards, so that each example starts from nothing."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_a_camera_of_the_mine_next_door_is_refused_and_the_rest_taken(world: World, edge: EdgeSide) -> None:
    ours, theirs, nobodys = (event(code) for code in (world.camera_a.code, world.camera_b.code, "9" * 24))
    receipt = edge.send(ours, theirs, nobodys)
    assert receipt["accepted"] == [str(ours.event_id)]
    assert [refusal["event_id"] for refusal in receipt["refused"]] == [str(theirs.event_id), str(nobodys.event_id)]
    assert world.camera_b.code in words(receipt["refused"])
    assert list(Event.objects.values_list("id", flat=True)) == [ours.event_id]


def test_an_id_used_again_for_another_camera_or_edge_is_refused(world: World, edge: EdgeSide) -> None:
    first = event(world.camera_a.code)
    edge.send(first)
    other_camera = first.model_copy(update={"camera": world.camera_a2.code, "revision": 5})
    assert "used before" in words(edge.send(other_camera)["refused"])
    other_edge = first.model_copy(update={"camera": world.camera_b.code, "revision": 5})
    assert "used before" in words(EdgeSide(world.edge_b_token).send(other_edge)["refused"])
    assert Event.objects.get().revision == 0


def test_an_evidence_id_used_again_for_another_file_is_refused(world: World, edge: EdgeSide) -> None:
    picture = reference(jpeg())
    edge.send(event(world.camera_a.code, evidence=(picture,)))
    again = event(world.camera_a.code, evidence=(reference(jpeg("red"), picture.evidence_id),))
    assert "another file" in words(edge.send(again)["refused"])
    assert Event.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"started_at": STARTED.replace(year=1999)}, "outside the years"),
        ({"ended_at": STARTED.replace(year=9999)}, "outside the years"),
        ({"detail": {"deep": ["a\0b"]}}, "NUL"),
        ({"settings": {"limit": float("inf")}}, "not finite"),
        ({"detail": {"long": "x" * 70_000}}, "at most 65536"),
    ],
)
def test_what_no_database_or_page_could_hold_is_refused_alone(
    world: World, edge: EdgeSide, changes: dict[str, object], reason: str
) -> None:
    fine = event(world.camera_a.code)
    body = json.dumps({"events": [fine.model_dump(mode="json"), {**_dumped(world), **_jsonable(changes)}]})
    receipt = json.loads(edge.call("POST", "/events", body).content)
    assert receipt["accepted"] == [str(fine.event_id)]
    assert reason in words(receipt["refused"])


def _dumped(world: World) -> dict[str, object]:
    return event(world.camera_a.code).model_dump(mode="json")


def _jsonable(changes: dict[str, object]) -> dict[str, object]:
    return {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in changes.items()}


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        ("", 422, "invalid"),
        ("{", 422, "invalid"),
        ("[]", 422, "invalid"),
        ('{"events": [{"event_id": "x"}]}', 422, "invalid"),
        ('{"events": [], "more": 1}', 422, "invalid"),
        ('{"contract_version": 2, "events": [], "more": 1}', 400, "contract_version"),
        ('{"contract_version": 2, "events": []}', 400, "contract_version"),
        ('{"events": [' + " " * 5_000_000 + "]}", 413, "too_large"),
    ],
    ids=["empty", "cut", "no object", "no event", "unknown field", "newer", "newer and alike", "too large"],
)
def test_a_bad_body_is_one_clear_problem(edge: EdgeSide, body: str, status: int, word: str) -> None:
    response = edge.call("POST", "/events", body)
    assert problem(response) == (status, word)
    if "event_id" in body:
        assert b"events.0.event_id" in response.content


def test_an_event_of_a_scene_the_office_has_no_words_for_is_taken(world: World, edge: EdgeSide) -> None:
    edge.send(event(world.camera_a.code, scene="seal_wall_opened", label="zone 4"))
    assert Event.objects.get().urgency == 3


@pytest.mark.parametrize("path", ["/events", "/heartbeat", "/assignments", f"/evidence/{UUID(int=7)}"])
def test_without_a_good_token_there_is_nothing(world: World, path: str) -> None:
    method = "POST" if path in ("/events", "/heartbeat") else "GET"
    revoked = EdgeSide(world.edge_a_token)
    revoke_edge(world.users["administrator"], world.edge_a, "stolen")
    for side in (EdgeSide(""), EdgeSide("nonsense"), EdgeSide(world.edge_a.token_hash), revoked):
        response = side.call(method, path, "{}")
        assert problem(response) == (401, "not_authenticated")
        assert response["WWW-Authenticate"] == "Bearer"
