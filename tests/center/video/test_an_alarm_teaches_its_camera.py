"""From an alarm that was turned down: a mask or a higher threshold, with what it would have cost, and back again."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from minewarden.center.audit.models import AuditEvent
from minewarden.center.registry.models import Camera, SettingsVersion
from minewarden.center.scene_setup.services import save_version
from minewarden.center.video import lessons
from minewarden.center.video.models import Event, Lesson
from tests.center.video.deliveries import jpeg
from tests.center.video.reviewed import decided, head
from tests.center.world import World

pytestmark = pytest.mark.django_db


def turned_down(world: World, confidence: float = 0.62) -> Event:
    event_id = decided(world, world.users["video_watch"], confidence=confidence, boxes=head(confidence), picture=jpeg())
    return shown(world, event_id)


def shown(world: World, event_id: UUID) -> Event:
    found = lessons.shown_event(world.users["operations"], event_id)
    assert found is not None
    return found


def scene_of(camera: Camera) -> dict[str, object]:
    camera.refresh_from_db()
    return dict(camera.scenes[0]["settings"])


def test_the_offer_says_how_many_confirmed_alarms_it_would_have_lost(world: World) -> None:
    watcher = world.users["video_watch"]
    at_the_same_place = decided(world, watcher, "confirm", confidence=0.9, boxes=head(0.9, 0.41))
    unsure = decided(world, watcher, "confirm", confidence=0.6, boxes=head(0.6, 0.8))
    decided(world, watcher, "confirm", confidence=0.9, boxes=head(0.9, 0.41), camera=world.camera_a2)
    mask, threshold = lessons.offers(turned_down(world))
    assert (mask.lost, mask.confirmed, mask.events) == (1, 2, (at_the_same_place,))
    assert (threshold.value, threshold.before, threshold.lost, threshold.events) == (0.63, 0.4, 1, (unsure,))
    elsewhere = lessons.offers(turned_down(world), (0.7, 0.0, 1.0, 1.0))[0]
    assert (elsewhere.lost, elsewhere.events) == (1, (unsure,))


def test_a_mask_is_a_new_version_with_the_event_as_its_reason_and_can_be_taken_back(world: World) -> None:
    event, operations = turned_down(world), world.users["operations"]
    lesson = lessons.learn(operations, event, "mask", 1)
    ((left, top), _, (right, bottom), _) = scene_of(world.camera_a)["mask"][0]
    assert left < 0.4 < 0.5 < right
    assert top < 0.2 < 0.35 < bottom
    version = SettingsVersion.objects.get(camera=world.camera_a, version=2)
    assert (version.source, str(event.pk) in version.why) == ("review", True)
    assert (lesson.old_version, lesson.new_version) == (1, 2)
    assert set(AuditEvent.objects.filter(action="video.learn").values_list("object_type", flat=True)) == {
        "registry.camera",
        "registry.settingsversion",
        "video.lesson",
    }
    lessons.unlearn(operations, lesson)
    assert scene_of(world.camera_a) == {}
    assert world.camera_a.settings_version == 3
    with pytest.raises(ValidationError):
        lessons.unlearn(operations, Lesson.objects.get())


def test_taking_a_mask_back_leaves_what_others_set_since(world: World) -> None:
    operations = world.users["operations"]
    lesson = lessons.learn(operations, turned_down(world), "mask", 1)
    camera = Camera.objects.select_related("edge", "place__mine__node").get(pk=world.camera_a.pk)
    own = [[0.0, 0.0], [0.1, 0.0], [0.1, 0.1]]
    settings = {"confidence": 0.5, "mask": [*camera.scenes[0]["settings"]["mask"], own]}
    save_version(operations, camera, [{"scene": "no_helmet", "settings": settings}], "自行设置", "page", 2)
    lessons.unlearn(operations, lesson)
    assert scene_of(world.camera_a) == {"confidence": 0.5, "mask": [own]}


def test_a_threshold_is_raised_above_the_alarm_and_put_back(world: World) -> None:
    operations = world.users["operations"]
    lesson = lessons.learn(operations, turned_down(world), "threshold", 1)
    assert scene_of(world.camera_a) == {"confidence": 0.63}
    assert "40%" not in lessons.offers(shown(world, lesson.event_id))[1].why_not
    assert lessons.offers(shown(world, lesson.event_id))[1].value is None
    lessons.unlearn(operations, lesson)
    assert scene_of(world.camera_a) == {}


def test_what_cannot_be_made_is_said(world: World) -> None:
    operations, watcher = world.users["operations"], world.users["video_watch"]
    assert "97%" in lessons.offers(turned_down(world, 0.97))[1].why_not
    without = shown(world, decided(world, watcher, boxes=()))
    assert lessons.offers(without)[0].value is None
    assert lessons.offers(without, (0.1, 0.1, 0.2, 0.2))[0].value is not None
    other_scene = shown(world, decided(world, watcher, scene="forbidden_zone"))
    assert [offer.value for offer in lessons.offers(other_scene)] == [None, None]
    confirmed = shown(world, decided(world, watcher, "confirm"))
    for event, kind, version in ((confirmed, "mask", 1), (turned_down(world), "mask", 7), (without, "mask", 1)):
        with pytest.raises(ValidationError):
            lessons.learn(operations, event, kind, version)
    with pytest.raises(PermissionDenied):
        lessons.learn(watcher, turned_down(world), "mask", 1)
    assert not Lesson.objects.exists()


def test_one_click_on_the_events_page_does_it_and_another_undoes_it(world: World, client: Client) -> None:
    event = turned_down(world)
    page = reverse("video:event", args=[event.pk])
    client.force_login(world.users["video_watch"])
    assert "mask-shape" not in client.get(page).content.decode()
    client.force_login(world.users["operations"])
    drawn = {"x1": "10", "y1": "20", "x2": "30", "y2": "60"}
    assert 'x="100" y="200" width="200" height="400"' in client.get(page, drawn).content.decode()
    assert "mask-shape" in client.get(page).content.decode()
    form = {"kind": "mask", "expected_version": "1", **drawn}
    said = client.post(reverse("video:learn", args=[event.pk]), form, follow=True).content.decode()
    assert "设置第 2 版" in said
    assert scene_of(world.camera_a)["mask"] == [[[0.1, 0.2], [0.3, 0.2], [0.3, 0.6], [0.1, 0.6]]]
    stale = client.post(reverse("video:learn", args=[event.pk]), form, follow=True).content.decode()
    assert "note-error" in stale
    client.post(reverse("video:unlearn", args=[Lesson.objects.get().pk]))
    assert scene_of(world.camera_a) == {}
