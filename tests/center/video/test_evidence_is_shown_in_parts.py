"""A picture or clip is shown to who may see its event or its case, whole or in the parts that a player asks for."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from minewarden.center.cases.models import Case
from minewarden.center.video.models import Evidence
from minewarden.center.video.services import Given, judge
from tests.center.video.deliveries import EdgeSide, event, reference
from tests.center.world import World

pytestmark = pytest.mark.django_db
CLIP = b"\x00\x00\x00\x18ftypisom" + bytes(range(256)) * 8
SIZE = len(CLIP)


@pytest.fixture
def clip(world: World) -> UUID:
    file = reference(CLIP, kind="clip", media_type="video/mp4")
    edge = EdgeSide(world.edge_a_token)
    edge.send(event(world.camera_a.code, evidence=(file,)))
    edge.deliver(file.evidence_id, CLIP)
    return file.evidence_id


@pytest.fixture
def watcher(world: World, client: Client) -> Client:
    client.force_login(world.users["video_watch"])
    return client


def body(response: HttpResponseBase) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]


def fetch(client: Client, clip: UUID, **headers: str) -> HttpResponseBase:
    return client.get(reverse("video:file", args=[clip]), headers={k.replace("_", "-"): v for k, v in headers.items()})


def test_the_whole_file_says_what_it_is(watcher: Client, clip: UUID) -> None:
    answer = fetch(watcher, clip)
    assert (answer.status_code, body(answer)) == (200, CLIP)
    assert answer["Content-Type"] == "video/mp4"
    assert answer["Accept-Ranges"] == "bytes"
    assert "private" in answer["Cache-Control"]
    assert "sandbox" in answer["Content-Security-Policy"]
    assert fetch(watcher, clip, If_None_Match=answer["ETag"]).status_code == 304
    head = watcher.head(reverse("video:file", args=[clip]))
    assert (head.status_code, head["Content-Length"]) == (200, str(len(CLIP)))


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=100-199", 100, 199),
        ("bytes=2000-", 2000, SIZE - 1),
        ("bytes=-16", SIZE - 16, SIZE - 1),
        ("bytes=-99999", 0, SIZE - 1),
        ("bytes=2000-99999", 2000, SIZE - 1),
    ],
)
def test_a_part_is_answered_with_where_it_lies(watcher: Client, clip: UUID, asked: str, first: int, last: int) -> None:
    answer = fetch(watcher, clip, Range=asked)
    assert (answer.status_code, body(answer)) == (206, CLIP[first : last + 1])
    assert answer["Content-Length"] == str(last - first + 1)
    assert answer["Content-Range"] == f"bytes {first}-{last}/{SIZE}"


@pytest.mark.parametrize("asked", ["bytes=99999-", "bytes=-0"])
def test_a_part_that_is_not_there_is_said_so(watcher: Client, clip: UUID, asked: str) -> None:
    answer = fetch(watcher, clip, Range=asked)
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(CLIP)}")


@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=-", "bytes=0-1,5-6", "lines=0-1", "bytes=a-b"])
def test_a_range_that_is_none_is_ignored(watcher: Client, clip: UUID, asked: str) -> None:
    assert fetch(watcher, clip, Range=asked).status_code == 200


def test_a_part_of_another_version_is_not_given(watcher: Client, clip: UUID) -> None:
    assert fetch(watcher, clip, Range="bytes=0-9", If_Range='"other"').status_code == 200


@pytest.mark.parametrize("name", ["inspector_b", "mine_a", "mine_b", "administrator", "nobody"])
def test_nobody_else_finds_it(world: World, client: Client, clip: UUID, name: str) -> None:
    client.force_login(world.users[name])
    assert fetch(client, clip).status_code == 404


def test_the_mine_sees_it_once_it_is_a_case_and_the_mine_next_door_never(
    world: World, client: Client, clip: UUID
) -> None:
    judge(world.users["video_watch"], Evidence.objects.get().event_id, Given("confirm"))
    client.force_login(world.users["mine_a"])
    assert fetch(client, clip).status_code == 200
    case = Case.objects.get()
    assert reverse("video:file", args=[clip]) in client.get(reverse("cases:detail", args=[case.pk])).content.decode()
    client.force_login(world.users["mine_b"])
    assert fetch(client, clip).status_code == 404


def test_an_incomplete_file_is_not_shown(world: World, watcher: Client) -> None:
    file = reference(CLIP, kind="clip", media_type="video/mp4")
    edge = EdgeSide(world.edge_a_token)
    edge.send(event(world.camera_a.code, evidence=(file,)))
    edge.put(file.evidence_id, 0, CLIP[:10])
    assert fetch(watcher, file.evidence_id).status_code == 404


def test_the_anonymous_are_sent_to_the_login(client: Client, clip: UUID) -> None:
    assert fetch(client, clip).status_code == 302
