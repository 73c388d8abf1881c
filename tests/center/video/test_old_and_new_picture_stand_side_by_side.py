"""An event of a camera that was moved shows how it looked before beside how it looks now."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.center.video.deliveries import EdgeSide, event, jpeg, reference
from tests.center.world import World

pytestmark = pytest.mark.django_db
MOVED = {"scene": "camera_health", "label": "moved", "boxes": (), "detail": {"shift_x": 0.11, "shift_y": -0.03}}


@pytest.mark.parametrize("measured", [False, True])
def test_both_pictures_and_the_measure_are_on_the_event_and_on_the_review_page(
    world: World, client: Client, measured: bool
) -> None:
    now, before = jpeg("grey"), jpeg("navy")
    files = reference(now), reference(before, kind="reference")
    more = {"rotation_deg": 4.5, "zoom": 1.02} if measured else {}
    message = event(world.camera_a.code, **MOVED | {"evidence": files, "detail": MOVED["detail"] | more})
    edge = EdgeSide(world.edge_a_token)
    edge.send(message)
    for file, content in zip(files, (now, before), strict=True):
        edge.deliver(file.evidence_id, content)
    client.force_login(world.users["video_watch"])
    for url in (reverse("video:event", args=[message.event_id]), reverse("video:review")):
        page = client.get(url).content.decode()
        assert page.index(str(files[1].evidence_id)) < page.index(str(files[0].evidence_id))
        assert 'class="pair"' in page
        assert "+11%" in page
        assert "-3%" in page
        assert ("+4.5°" in page) is measured


def test_an_event_without_a_picture_from_before_is_shown_as_ever(world: World, client: Client) -> None:
    file = reference(jpeg())
    message = event(world.camera_a.code, **MOVED | {"evidence": (file,), "detail": {"shift_x": "far"}})
    edge = EdgeSide(world.edge_a_token)
    edge.send(message)
    edge.deliver(file.evidence_id, jpeg())
    client.force_login(world.users["video_watch"])
    page = client.get(reverse("video:event", args=[message.event_id])).content.decode()
    assert 'class="pair"' not in page
    assert str(file.evidence_id) in page
