"""Mines, places, cameras and edges: what must be true whoever writes."""

from __future__ import annotations

import hashlib

import pytest
from django.core.exceptions import ValidationError

from minewarden.center.audit.models import AuditEvent, UnauditedWrite
from minewarden.center.registry import services
from minewarden.center.registry.masking import masked
from minewarden.center.registry.models import Camera, Edge
from minewarden.standards import camera_code
from tests.center.world import make_camera

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("code", ["99010100000", "9901010000011", "99010100000a", "９９０１０１００００９９"])
def test_a_mine_needs_twelve_plain_digits(world, code):
    with pytest.raises(ValidationError) as caught:
        services.create_mine(None, parent=world.city_a, code=code, name="新矿", kind="1")
    assert "code" in caught.value.message_dict


def test_a_mine_and_its_node_are_one_and_keep_one_name(world):
    services.update_mine(None, world.mine_a, name="青石新矿")
    world.mine_a.refresh_from_db()
    assert (world.mine_a.name, world.mine_a.node.name) == ("青石新矿", "青石新矿")


def test_a_mine_keeps_its_code(world):
    with pytest.raises(ValueError, match="code"):
        services.update_mine(None, world.mine_a, code="990101000009")


@pytest.mark.parametrize(("kind", "number", "right"), [("1", "54", True), ("1", "55", False), ("2", "09", False)])
def test_a_place_has_a_class_of_its_mines_kind(world, kind, number, right):
    mine = services.create_mine(None, parent=world.city_a, code="990101000077", name="新矿", kind=kind)
    if right:
        assert services.create_place(None, mine=mine, place_class=number, name="某处").place_class == number
    else:
        with pytest.raises(ValidationError) as caught:
            services.create_place(None, mine=mine, place_class=number, name="某处")
        assert "place_class" in caught.value.message_dict


def test_a_cameras_code_that_does_not_fit_its_place_is_refused_and_the_part_is_named(world):
    code = camera_code(world.mine_b.code, "14", 7)
    with pytest.raises(ValidationError) as caught:
        services.create_camera(None, place=world.place_a, code=code, name="x", source="rtsp://192.0.2.1/")
    (message,) = caught.value.message_dict["code"][:1]
    assert "990201" in message
    assert "990101" in message


def test_a_camera_code_is_given_once(world):
    with pytest.raises(ValidationError) as caught:
        make_camera(world.place_a, 1)
    assert "code" in caught.value.message_dict


def test_the_settings_version_grows_with_what_the_edge_must_know_and_only_then(world):
    camera = world.camera_a
    services.update_camera(None, camera, name=camera.name)
    assert camera.settings_version == 1
    services.set_scenes(None, camera, [{"scene": "over_limit", "settings": {"max": 2}}])
    services.update_camera(None, camera, source="rtsp://192.0.2.9/other")
    assert Camera.objects.get(pk=camera.pk).settings_version == 3


def test_an_edge_watches_cameras_of_its_own_mines_only(world):
    with pytest.raises(ValidationError) as caught:
        services.assign_camera(None, world.camera_b, world.edge_a)
    assert "edge" in caught.value.message_dict


def test_an_edges_token_is_nowhere_but_in_the_answer(world):
    edge, token = services.create_edge(None, name="edge-c", mines=[world.mine_a])
    assert Edge.objects.get(pk=edge.pk).token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert services.edge_of_token(token) == edge
    assert not [event for event in AuditEvent.objects.all() if token in str(event.changes)]


def test_a_revoked_edge_speaks_no_more_and_is_revoked_once(world):
    assert services.revoke_edge(None, world.edge_a, "stolen") is True
    assert services.revoke_edge(None, world.edge_a) is False
    assert services.edge_of_token(world.edge_a_token) is None
    with pytest.raises(ValidationError):
        services.assign_camera(None, world.camera_a2, world.edge_a)


def test_a_cameras_password_is_neither_shown_nor_written_into_the_audit(world):
    assert masked(world.camera_a.source) == "rtsp://viewer:•••@192.0.2.1/live"
    services.update_camera(None, world.camera_a, source="rtsp://viewer:other-s3cret@192.0.2.1/live")
    assert not [event for event in AuditEvent.objects.all() if "s3cret" in str(event.changes)]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("rtsp://a:p@ss:w@192.0.2.1:554/x", "rtsp://a:•••@192.0.2.1:554/x"),
        ("http://192.0.2.1/v?user=a&password=geheim&x=1", "http://192.0.2.1/v?user=a&password=•••&x=1"),
        ("http://192.0.2.1/v?PWD=geheim", "http://192.0.2.1/v?PWD=•••"),
        ("file.mp4", "file.mp4"),
        ("rtsp://192.0.2.1/x@y:z", "rtsp://192.0.2.1/x@y:z"),
    ],
)
def test_passwords_are_masked_wherever_they_stand(source, shown):
    assert masked(source) == shown


def test_nothing_is_written_outside_an_action(world):
    world.mine_a.name = "x"
    with pytest.raises(UnauditedWrite):
        world.mine_a.save()
