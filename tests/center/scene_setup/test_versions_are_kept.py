"""Every version of a camera's settings is kept; two people cannot save over each other; wrong values are said."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import translation

from minewarden.center.audit.services import act
from minewarden.center.registry.models import Camera, SettingsVersion, VersionSource
from minewarden.center.registry.services import create_camera, keep_missing_versions, update_camera
from minewarden.center.scene_setup import services
from minewarden.center.scene_setup.catalogue import check_scenes
from minewarden.center.scene_setup.errors import SettingsRefused, StaleVersion
from minewarden.center.scene_setup.queries import versions
from minewarden.standards import camera_code
from tests.center.world import World

pytestmark = pytest.mark.django_db
ZONE = ((0.1, 0.1), (0.9, 0.1), (0.9, 0.9))
ZONED = [{"scene": "forbidden_zone", "settings": {"zone": ZONE, "onset": 2.0}}]


def fresh(camera: Camera) -> Camera:
    return Camera.objects.select_related("place__mine__node", "edge").get(pk=camera.pk)


def save(world: World, scenes: list, expected: int, why: str = "") -> SettingsVersion:
    return services.save_version(
        world.users["operations"], fresh(world.camera_a), scenes, why, VersionSource.PAGE, expected
    )


def test_a_new_version_says_who_made_it_when_why_and_how(world: World) -> None:
    version = save(world, ZONED, 1, "划定禁区")
    assert (version.version, version.made_by, version.why) == (2, world.users["operations"], "划定禁区")
    assert version.source == "page"
    camera = fresh(world.camera_a)
    assert camera.settings_version == 2
    assert camera.scenes == version.scenes
    assert camera.scenes[0]["settings"]["zone"] == [list(corner) for corner in ZONE]
    assert [each.version for each in versions(camera)] == [2, 1]
    assert versions(camera)[1].scenes == [{"scene": "no_helmet", "settings": {}}]


def test_the_second_of_two_is_told_and_changes_nothing(world: World) -> None:
    save(world, ZONED, 1)
    with pytest.raises(StaleVersion) as stale, translation.override("en"):
        save(world, [], 1)
    assert "version 2 instead of 1" in stale.value.messages[0]
    assert fresh(world.camera_a).settings_version == 2


def test_the_same_settings_make_no_new_version(world: World) -> None:
    save(world, ZONED, 1)
    assert save(world, ZONED, 2).version == 2
    assert SettingsVersion.objects.filter(camera=world.camera_a).count() == 2


def test_an_earlier_version_is_restored_as_a_new_one(world: World) -> None:
    save(world, ZONED, 1)
    operations = world.users["operations"]
    again = services.restore_version(operations, fresh(world.camera_a), 1, "误报太多", 2)
    assert (again.version, again.scenes) == (3, [{"scene": "no_helmet", "settings": {}}])
    with pytest.raises(SettingsVersion.DoesNotExist):
        services.restore_version(operations, fresh(world.camera_a), 9, "", 3)


def test_who_does_not_manage_the_camera_saves_nothing(world: World) -> None:
    for name in ("video_watch", "mine_a", "office_head"):
        with pytest.raises(PermissionDenied):
            services.save_version(world.users[name], fresh(world.camera_a), [], "", "page", 1)


def test_a_change_of_the_address_is_a_version_too_and_an_instance_that_was_read_earlier_undoes_nothing(
    world: World,
) -> None:
    earlier = fresh(world.camera_a)
    save(world, ZONED, 1)
    update_camera(None, earlier, source="rtsp://192.0.2.9/live")
    newest = versions(fresh(world.camera_a))[0]
    assert newest.version == 3
    assert newest.scenes[0]["scene"] == "forbidden_zone"
    assert fresh(world.camera_a).scenes == newest.scenes
    update_camera(None, earlier, name="新名称")
    assert fresh(world.camera_a).settings_version == 4
    update_camera(None, earlier, name="新名称")
    assert fresh(world.camera_a).settings_version == 4


def test_a_camera_that_is_older_than_the_table_gets_its_version_when_it_changes(world: World) -> None:
    code = camera_code(world.mine_a.code, "14", 9)
    with act("tests.camera", None):
        old = Camera.objects.create(place=world.place_a, code=code, name="旧", source="rtsp://192.0.2.1/", scenes=ZONED)
    update_camera(world.users["operations"], old, scenes=[])
    assert [(each.version, len(each.scenes)) for each in versions(fresh(old))] == [(2, 0), (1, 1)]


def test_cameras_that_do_not_change_get_theirs_in_the_night(world: World) -> None:
    code = camera_code(world.mine_a.code, "14", 9)
    with act("tests.camera", None):
        old = Camera.objects.create(place=world.place_a, code=code, name="旧", source="rtsp://192.0.2.1/", scenes=ZONED)
    assert keep_missing_versions() == 1
    assert [(each.version, each.made_by) for each in versions(old)] == [(1, None)]
    assert keep_missing_versions() == 0


def test_a_new_camera_begins_with_its_first_version(world: World) -> None:
    code = camera_code(world.mine_a.code, "14", 8)
    camera = create_camera(
        None, place=world.place_a, made_through=VersionSource.WORKBOOK, code=code, name="新", source="rtsp://192.0.2.1/"
    )
    assert [(each.version, each.source) for each in versions(camera)] == [(1, "workbook")]


@pytest.mark.parametrize(
    ("scenes", "setting", "code"),
    [
        ([{"scene": "dancing", "settings": {}}], "", "unknown_scene"),
        ([{"settings": {}}], "", "unknown_scene"),
        ([{"scene": "no_helmet"}, {"scene": "no_helmet"}], "", "twice"),
        ([{"scene": "no_helmet", "settings": 7}], "", "not_settings"),
        ([{"scene": "no_helmet", "settings": {"colour": 1}}], "colour", "unknown_setting"),
        ([{"scene": "no_helmet", "settings": {"confidence": 2}}], "confidence", "too_large"),
        ([{"scene": "no_helmet", "settings": {"confidence": "viel"}}], "confidence", "not_a_number"),
        ([{"scene": "forbidden_zone", "settings": {"zone": [[0, 0], [1, 1]]}}], "zone", "too_few_corners"),
        ([{"scene": "no_helmet", "settings": {"mask": [[[0, 0], [1, 1], [1, 0], [0, 1]]]}}], "mask", "edges_cross"),
        ([{"scene": "no_helmet", "settings": {"mask": [ZONE] * 600}}], "", "too_much"),
        ([{"scene": "people_in_out", "settings": {"shifts": ["25:00"]}}], "shifts", "not_times"),
    ],
)
def test_what_cannot_be_obeyed_is_said_with_what_is_allowed(
    scenes: list, setting: str, code: str, world: World
) -> None:
    with translation.override("zh-hans"):
        problems = check_scenes(scenes)
    assert [(problem.setting, problem.code) for problem in problems] == [(setting, code)]
    assert any("一" <= letter <= "鿿" for letter in problems[0].message), problems[0].message
    with pytest.raises(SettingsRefused):
        save(world, scenes, 1)
    assert fresh(world.camera_a).settings_version == 1


def put(client: Client, camera: Camera, scenes: list, expected: int):
    body = json.dumps({"scenes": scenes, "expected_version": expected, "why": "接口下发"})
    return client.put(f"/api/scene-setup/cameras/{camera.code}/scenes", body, "application/json")


def test_a_program_sets_scenes_by_the_same_rules(world: World) -> None:
    client = Client()
    client.force_login(world.users["operations"])
    read = client.get(f"/api/scene-setup/cameras/{world.camera_a.code}/scenes").json()
    assert (read["settings_version"], read["scenes"][0]["scene"]) == (1, "no_helmet")
    assert "forbidden_zone" in read["known"]
    wrong = put(client, world.camera_a, [{"scene": "no_helmet", "settings": {"looks": 0}}], 1)
    assert (wrong.status_code, wrong.json()["error"]) == (422, "settings")
    assert put(client, world.camera_a, ZONED, 1).json()["settings_version"] == 2
    assert put(client, world.camera_a, [], 1).status_code == 409
    assert (versions(fresh(world.camera_a))[0].source, versions(fresh(world.camera_a))[0].why) == ("api", "接口下发")
    client.force_login(world.users["inspector"])
    assert put(client, world.camera_a, [], 2).status_code == 403
    assert put(client, world.camera_b, [], 1).status_code == 403
