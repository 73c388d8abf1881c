"""The page of setting up: what it proposes, what it refuses and in which words, what it keeps, and what it costs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from minewarden.center.audit.models import AuditEvent
from minewarden.center.audit.services import act
from minewarden.center.registry.models import Camera, SettingsVersion, VersionSource
from minewarden.center.scene_setup import services
from minewarden.center.scene_setup.models import CameraTask, TaskState
from minewarden.center.scene_setup.pictures import picture_path
from minewarden.center.video.models import EdgeLive
from tests.center.world import World

from .pictures import upload

ZONE = "0.2,0.2; 0.8,0.2; 0.8,0.8"
CROSSING = "0.2,0.2; 0.8,0.8; 0.8,0.2; 0.2,0.8"


@pytest.fixture(autouse=True)
def _setup_folder(settings, tmp_path) -> None:
    settings.SETUP_DIR = tmp_path / "setup"


@pytest.fixture
def operations(world: World) -> Client:
    client = Client()
    client.force_login(world.users["operations"])
    return client


@pytest.fixture
def url(world: World) -> str:
    return reverse("scene_setup:setup", args=[world.camera_a.pk])


def sent(do: str = "save", **fields: Any) -> dict[str, Any]:
    """The form as a browser sends it: only the zone of ``forbidden_zone``, upon version 1, its box left ticked."""
    names = {name.replace("__", "-"): value for name, value in fields.items()}
    ticked = {"forbidden_zone-on": "on", "forbidden_zone-background": "on"}
    return {"do": do, "expected": 1, "reason": "按现场划定", **ticked, **names}


def heard(world: World) -> None:
    EdgeLive.objects.update_or_create(edge=world.edge_a, defaults={"received_at": timezone.now()})


def test_the_place_proposes_scenes_with_reason_and_what_they_cannot(operations, url):
    text = operations.get(url).content.decode()
    proposed = text.split("setup-others")[0]
    assert 'id="scene-belt_crossing"' in proposed
    assert 'id="scene-people_in_out"' not in proposed
    assert 'id="scene-people_in_out"' in text
    assert "运行的带式输送机不得跨越或乘坐" in proposed
    assert "站在胶带后面、脚被胶带挡住的人会被当作在胶带上" in proposed


def test_what_is_drawn_and_filled_in_becomes_a_version_with_its_reason(operations, url, world):
    data = sent(forbidden_zone__zone=ZONE, forbidden_zone__share="0.5", no_helmet__on="on")
    response = operations.post(url, data, follow=True)
    assert "第 2 版已保存" in response.content.decode()
    version = SettingsVersion.objects.get(camera=world.camera_a, version=2)
    assert {scene["scene"]: scene["settings"] for scene in version.scenes} == {
        "forbidden_zone": {"zone": [[0.2, 0.2], [0.8, 0.2], [0.8, 0.8]], "share": 0.5},
        "no_helmet": {},
    }
    assert (version.made_by, version.why, version.source) == (
        world.users["operations"], "按现场划定", VersionSource.PAGE,
    )  # fmt: skip
    event = AuditEvent.objects.filter(object_type="registry.camera", object_id=str(world.camera_a.pk)).latest(
        "sequence"
    )
    assert (event.action, event.reason) == ("registry.update_camera", "按现场划定")


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("forbidden_zone__zone", CROSSING, "边线交叉"),
        ("forbidden_zone__zone", "0.1,0.1; 0.5,0.5", "至少要有三个角"),
        ("forbidden_zone__zone", "0.1,0.1; 0.5,0.5; 1.2,0.4", "画面之外"),
        ("forbidden_zone__zone", "左上角", "角点请写成"),
        ("forbidden_zone__share", "2", "不得大于 1"),
        ("forbidden_zone__share", "一半", "请填一个数"),
        ("forbidden_zone__looks", "1.5", "请填整数"),
        ("reason", "", "请写明原因"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_saved(operations, url, world, field, value, words):
    response = operations.post(url, sent(**{field: value}))
    assert response.status_code == 422
    text = response.content.decode()
    assert words in text
    assert value in text
    assert Camera.objects.get(pk=world.camera_a.pk).settings_version == 1


def test_what_stands_at_a_scene_that_is_off_does_not_count(operations, url, world):
    data = sent(forbidden_zone__zone=ZONE, over_limit__max="many")
    assert operations.post(url, data).status_code == 302
    assert [scene["scene"] for scene in Camera.objects.get(pk=world.camera_a.pk).scenes] == ["forbidden_zone"]


def test_full_width_signs_of_a_chinese_keyboard_are_understood(operations, url, world):
    operations.post(url, sent(forbidden_zone__zone="０.2，0.2；0.8，0.2；0.8，0.8".replace("０", "0")))
    (scene,) = Camera.objects.get(pk=world.camera_a.pk).scenes
    assert scene["settings"]["zone"] == [[0.2, 0.2], [0.8, 0.2], [0.8, 0.8]]


def test_somebody_elses_newer_version_is_shown_and_not_overwritten(operations, url, world):
    services.save_version(
        world.users["administrator"], world.camera_a, [{"scene": "over_limit", "settings": {"max": 5}}],
        "管理员先改", VersionSource.PAGE, 1,
    )  # fmt: skip
    response = operations.post(url, sent(forbidden_zone__zone=ZONE))
    text = response.content.decode()
    assert response.status_code == 409
    assert "保存了第 2 版" in text
    assert "超定员" in text
    assert 'name="expected" value="2"' in text
    assert ZONE in text
    assert SettingsVersion.objects.filter(camera=world.camera_a).count() == 2
    again = operations.post(url, sent(forbidden_zone__zone=ZONE, expected=2))
    assert again.status_code == 302
    assert Camera.objects.get(pk=world.camera_a.pk).settings_version == 3


def test_the_same_settings_again_make_no_version(operations, url, world):
    data = {"do": "save", "expected": 1, "reason": "看看", "no_helmet-on": "on"}
    assert "没有改动" in operations.post(url, data, follow=True).content.decode()
    assert Camera.objects.get(pk=world.camera_a.pk).settings_version == 1


def test_a_still_is_asked_for_and_the_draft_stays(operations, url, world):
    heard(world)
    text = operations.post(url, sent("still", forbidden_zone__zone=ZONE)).content.decode()
    assert ZONE in text
    assert "等待边缘主机" in text
    assert reverse("scene_setup:still_state", args=[world.camera_a.pk]) in text
    assert CameraTask.objects.get().kind == "still"


def test_with_a_silent_edge_it_says_what_to_do(operations, url, world):
    assert "暂时不会有答复" in operations.get(url).content.decode()
    with act("tests.edge", None):
        world.camera_a.edge = None
        world.camera_a.save()
    assert "请在“摄像机”页的“修改”中指定一台" in operations.get(url).content.decode()


def test_a_picture_from_a_file_is_kept_with_its_age_and_shown(operations, url, world):
    text = operations.post(url, {**sent("upload"), "picture": upload((800, 450), "PNG")}).content.decode()
    task = CameraTask.objects.get()
    assert (task.result["width"], task.result["height"]) == (800, 450)
    picture = reverse("scene_setup:picture", args=[world.camera_a.pk, task.pk, task.still_sha256])
    assert picture in text
    assert "来自文件" in text
    response = operations.get(picture)
    assert response["Content-Type"] == "image/jpeg"
    assert b"".join(response.streaming_content) == picture_path(task.still_sha256).read_bytes()
    assert operations.get(picture.replace(task.still_sha256, "0" * 64)).status_code == 404


def test_what_is_no_picture_is_refused_in_words(operations, url):
    broken = SimpleUploadedFile("still.jpg", b"\xff\xd8\xff not a picture", "image/jpeg")
    response = operations.post(url, {**sent("upload"), "picture": broken})
    assert response.status_code == 422
    assert CameraTask.objects.count() == 0


def _answered(task: CameraTask, **result: Any) -> None:
    begun = timezone.now() - timedelta(seconds=60)
    task.result = {
        "taken_at": begun.isoformat(), "seconds": 42.0, "frames_analysed": 21, "frames_not_analysed": 0,
        "events_left_out": 0, "events": [], **result,
    }  # fmt: skip
    task.state, task.done_at = TaskState.DONE, timezone.now()
    task.save()


def test_a_preview_says_what_was_found_how_long_was_looked_at_and_keeps_the_draft(operations, url, world):
    heard(world)
    response = operations.post(url, sent("preview", forbidden_zone__zone=ZONE))
    task = CameraTask.objects.get()
    assert response["Location"] == f"{url}?preview={task.pk}#try"
    page = operations.get(response["Location"]).content.decode()
    assert ZONE in page
    assert "等待边缘主机" in page
    found = {"scene": "forbidden_zone", "label": "zone", "started_at": 10.0, "told_at": 11.0, "ended_at": 15.0,
             "confidence": 0.8, "picture": "ab" * 32,
             "boxes": [{"x1": 0.1, "y1": 0.2, "x2": 0.3, "y2": 0.6, "label": "person", "confidence": 0.8}]}  # fmt: skip
    _answered(task, events=[found])
    state = operations.get(reverse("scene_setup:preview_state", args=[world.camera_a.pk, task.pk])).content.decode()
    assert "会产生 1 个事件" in state
    assert "42 秒" in state
    assert "不足一分钟" in state
    assert "持续 5 秒" in state
    assert '<rect class="box" x="100" y="200" width="200" height="400">' in state
    assert "hx-get" not in state
    assert Camera.objects.get(pk=world.camera_a.pk).settings_version == 1


def test_a_preview_without_events_says_so(operations, url, world):
    heard(world)
    operations.post(url, sent("preview", forbidden_zone__zone=ZONE))
    task = CameraTask.objects.get()
    _answered(task, seconds=60.0)
    state = operations.get(reverse("scene_setup:preview_state", args=[world.camera_a.pk, task.pk])).content.decode()
    assert "没有事件" in state
    assert "60 秒" in state


def test_versions_are_listed_compared_and_set_in_force_again(operations, url, world):
    operations.post(url, sent(forbidden_zone__zone=ZONE))
    page = reverse("scene_setup:versions", args=[world.camera_a.pk])
    text = operations.get(page, {"older": 1, "newer": 2}).content.decode()
    assert "按现场划定" in text
    assert "运维甲" in text
    assert "0.2,0.2; 0.8,0.2; 0.8,0.8" in text
    assert "不再分析" in text
    restore = reverse("scene_setup:restore", args=[world.camera_a.pk, 1])
    operations.post(restore, {"reason": "改错了", "expected": 2})
    camera = Camera.objects.get(pk=world.camera_a.pk)
    assert camera.settings_version == 3
    assert camera.scenes == [{"scene": "no_helmet", "settings": {}}]
    stale = operations.post(restore, {"reason": "再来", "expected": 2}, follow=True)
    assert "其间有人改过" in stale.content.decode()


def test_the_page_of_a_camera_leads_there(operations, url, world):
    assert url in operations.get(reverse("registry:camera", args=[world.camera_a.pk])).content.decode()


def test_the_page_asks_the_database_little(operations, url, world, django_assert_max_num_queries):
    heard(world)
    operations.post(url, {**sent("upload"), "picture": upload()})
    with django_assert_max_num_queries(20):
        operations.get(url)


def test_in_english_nothing_is_chinese_but_names(operations, url):
    operations.post(reverse("set_language"), {"language": "en", "next": "/"})
    text = operations.get(url).content.decode()
    assert "Somebody is over or on the belt while it runs" in text
    assert "推荐" not in text
