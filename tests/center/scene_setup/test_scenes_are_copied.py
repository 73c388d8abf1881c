"""What a camera is watched for is copied to others at places of the same class: values, never drawings."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from minewarden.center.registry.models import Camera, SettingsVersion, VersionSource
from minewarden.center.scene_setup.services import save_version
from tests.center.world import World

ZONE, OTHER = [[0, 0], [1, 0], [1, 1]], [[0, 0], [0.5, 0], [0.5, 0.5]]


@pytest.fixture
def operations(world: World) -> Client:
    client = Client()
    client.force_login(world.users["operations"])
    return client


def scenes_of(camera: Camera) -> dict[str, dict]:
    return {scene["scene"]: scene["settings"] for scene in Camera.objects.get(pk=camera.pk).scenes}


def watch(world: World, camera: Camera, scenes: dict[str, dict]) -> None:
    wanted = [{"scene": name, "settings": settings} for name, settings in scenes.items()]
    save_version(world.users["operations"], camera, wanted, "先设好", VersionSource.PAGE, camera.settings_version)


def test_values_go_over_and_each_camera_keeps_what_is_drawn_for_it(world, operations):
    watch(world, world.camera_a, {
        "forbidden_zone": {"zone": ZONE, "onset": 3.0},
        "belt_crossing": {"belt": ZONE},
        "no_helmet": {"looks": 6},
    })  # fmt: skip
    watch(world, world.camera_a2, {"forbidden_zone": {"zone": OTHER}, "over_limit": {"max": 4}})
    url = reverse("scene_setup:copy", args=[world.camera_a.pk])
    assert world.camera_a2.name in operations.get(url).content.decode()
    done = operations.post(url, {"cameras": [world.camera_a2.pk], "reason": "同类场所统一"}, follow=True)
    assert scenes_of(world.camera_a2) == {
        "forbidden_zone": {"zone": OTHER, "onset": 3.0},
        "over_limit": {"max": 4},
        "no_helmet": {"looks": 6},
    }
    text = done.content.decode()
    assert "1 台摄像机有了新版设置" in text
    assert "须先在画面上绘制" in text
    version = SettingsVersion.objects.filter(camera=world.camera_a2).latest("version")
    assert (version.why, version.made_by) == ("同类场所统一", world.users["operations"])


def test_cameras_of_another_class_or_office_are_not_offered_and_not_taken(world, operations):
    url = reverse("scene_setup:copy", args=[world.camera_a.pk])
    assert world.camera_b.name not in operations.get(url).content.decode()
    refused = operations.post(url, {"cameras": [world.camera_b.pk], "reason": "试试"})
    assert refused.status_code == 422
    assert Camera.objects.get(pk=world.camera_b.pk).settings_version == 1
