"""Five hundred cameras are set up by one workbook: wrong rows come back marked, right ones make a version a camera."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from minewarden.center.audit.services import act
from minewarden.center.audit.verify import verify
from minewarden.center.registry import services as registry
from minewarden.center.registry.models import Camera, Edge, Place, SettingsVersion, User, VersionSource
from minewarden.center.scene_setup.models import EdgeScenes
from minewarden.center.scene_setup.services import save_version
from minewarden.center.workbooks import services
from minewarden.center.workbooks.committing import run_commit
from minewarden.center.workbooks.exporting import export
from minewarden.center.workbooks.marked import write_marked
from minewarden.center.workbooks.models import Batch, BatchRow
from minewarden.center.workbooks.reading import read_batch
from minewarden.center.workbooks.spec import sheet_of
from minewarden.center.workbooks.undoing import run_undo
from minewarden.standards import camera_code
from tests.center.world import World

KEY = "scene_settings"
BELTS = ("07", "08", "12", "13", "15", "16")  # classes of places that have both scenes
ZONE = "0.1,0.2; 0.5,0.2; 0.5,0.9"


def cameras_of(place: Place, count: int, edge: Edge) -> list[Camera]:
    """So many cameras of a mine, 99 at a place, as the code allows."""
    made = []
    with act("tests.cameras", None):
        for number in range(count):
            if number % 90 == 0:
                name = f"主运胶带 {number}"
                place = registry.create_place(None, mine=place.mine, place_class=BELTS[number // 90], name=name)
            code = camera_code(place.mine.code, place.place_class, number % 90 + 1)
            made.append(
                Camera(place=place, code=code, name=f"{place.name}-{number}", source="rtsp://192.0.2.1/x", edge=edge)
            )
        Camera.objects.insert_many(made)
    return made


def taken_out(user: User, path: Path) -> Path:
    export(user, sheet_of(KEY), QueryDict(), path)
    return path


def heads(sheet: Worksheet) -> dict[str, int]:
    return {str(cell.value or "").removesuffix(" *"): cell.column for cell in sheet[1]}


def filled(path: Path, scene: str, shapes: str, values: str = "", places: int = 10_000) -> int:
    """Switch a scene on at every camera, with what is drawn and set; answers how many rows."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    column, count = heads(sheet), 0
    for row in range(2, sheet.max_row + 1):
        if sheet.cell(row, column["分析场景"]).value == scene and count < places:
            sheet.cell(row, column["是否启用"]).value = "是"
            sheet.cell(row, column["画面区域"]).value = shapes
            sheet.cell(row, column["参数"]).value = values or None
            count += 1
    book.save(path)
    return count


def brought(path: Path, user: User, take: bool = True, rows_mode: str = "right") -> Batch:
    batch = services.hand_in(user, KEY, services.pieces_of_path(path), path.name, queue=False)
    read_batch(batch)
    if take and batch.counts.get("changed"):
        services.commit(batch, user, rows_mode, "update", queue=False)
        run_commit(batch)
    return Batch.objects.get(pk=batch.pk)


def wrong(batch: Batch) -> dict[int, list[str]]:
    return {row.number: [found["message"] or found["code"] for found in row.problems]
            for row in BatchRow.objects.filter(batch=batch, verdict="wrong")}  # fmt: skip


@pytest.fixture
def user(world: World) -> User:
    return world.users["operations"]


@pytest.mark.one_database
def test_what_was_taken_out_changes_nothing(world, user, tmp_path):
    batch = brought(taken_out(user, tmp_path / "scenes.xlsx"), user)
    assert (batch.counts["changed"], batch.counts["new"], batch.counts["wrong"]) == (0, 0, 0)
    assert batch.counts["unchanged"] > 4
    assert SettingsVersion.objects.filter(version=2).count() == 0


def test_five_hundred_cameras_each_get_one_version_and_the_undo_another(world, user, tmp_path):
    cameras = cameras_of(world.place_a, 500, world.edge_a)
    path = taken_out(user, tmp_path / "scenes.xlsx")
    assert filled(path, "进入禁止区域", ZONE, "onset=2; share=0.5") >= 500
    assert filled(path, "跨越或乘坐运行胶带", f"belt: {ZONE}") >= 500
    with CaptureQueriesContext(connection) as reading:
        batch = brought(path, user, take=False)
    assert batch.counts["wrong"] == 0, wrong(batch)
    assert len(reading) < 120
    services.commit(batch, user, "right", "update", queue=False)
    with CaptureQueriesContext(connection) as writing:
        run_commit(batch)
    asked = [query for query in writing.captured_queries if "SAVEPOINT" not in query["sql"]]
    assert len(asked) < 500 + 200  # one a camera, and a few for all of them
    camera = Camera.objects.get(pk=cameras[0].pk)
    assert camera.settings_version == 2
    zone = [[0.1, 0.2], [0.5, 0.2], [0.5, 0.9]]
    assert {one["scene"]: one["settings"] for one in camera.scenes} == {
        "forbidden_zone": {"zone": zone, "onset": 2, "share": 0.5},
        "belt_crossing": {"belt": zone},
    }
    versions = SettingsVersion.objects.filter(version=2)
    assert versions.count() >= 500
    assert set(versions.values_list("source", "made_by", "why")) == {(VersionSource.WORKBOOK, user.pk, "scenes.xlsx")}
    assert Camera.objects.filter(settings_version__gt=2).count() == 0

    again = brought(path, user)
    assert (again.counts["changed"], again.counts["wrong"]) == (0, 0)

    services.begin_undo(batch, user, "填错了表", queue=False)
    assert run_undo(Batch.objects.get(pk=batch.pk)).state == "undone"
    camera.refresh_from_db()
    assert (camera.settings_version, camera.scenes) == (3, [])
    assert SettingsVersion.objects.get(camera=camera, version=3).why == "填错了表"
    assert verify().findings == []


def test_wrong_rows_come_back_in_the_workbook_with_the_cell_marked_and_the_reason(world, user, tmp_path):
    path = taken_out(user, tmp_path / "scenes.xlsx")
    book = load_workbook(path)
    sheet = book.worksheets[0]
    column = heads(sheet)
    rows = {sheet.cell(row, column["分析场景"]).value: row for row in range(2, sheet.max_row + 1)
            if sheet.cell(row, column["摄像机编码"]).value == world.camera_a.code}  # fmt: skip
    crossing, unknown, off, right = (
        rows[name] for name in ("进入禁止区域", "未戴安全帽", "跨越或乘坐运行胶带", "摄像机异常")
    )
    for row, on, shapes, values in (
        (crossing, "是", "0.2,0.2; 0.8,0.8; 0.8,0.2; 0.2,0.8", "share=7"),
        (unknown, "是", None, "置信=0.5"),
        (off, "否", ZONE, None),
        (right, "是", None, "hold=5"),
    ):
        sheet.cell(row, column["是否启用"]).value = on
        sheet.cell(row, column["画面区域"]).value = shapes
        sheet.cell(row, column["参数"]).value = values
    sheet.cell(sheet.max_row + 1, column["摄像机编码"]).value = "9" * 24
    sheet.cell(sheet.max_row, column["分析场景"]).value = "未戴安全帽"
    book.save(path)
    batch = brought(path, user)
    said = wrong(batch)
    assert "边线交叉" in said[crossing][0]
    assert "share" in said[crossing][1]
    assert "此场景没有参数“置信”" in said[unknown][0]
    assert "未启用" in said[off][0]
    assert "没有此编码的摄像机" in said[sheet.max_row][0]
    camera = Camera.objects.get(pk=world.camera_a.pk)
    assert {one["scene"]: one["settings"] for one in camera.scenes} == {"no_helmet": {}, "camera_health": {"hold": 5}}
    marked = tmp_path / "wrong.xlsx"
    write_marked(batch, marked)
    back = load_workbook(marked).worksheets[0]
    texts = [str(cell.value) for row in back.iter_rows() for cell in row if cell.value]
    assert any("边线交叉" in text for text in texts)


def test_what_somebody_saved_meanwhile_is_not_overwritten(world, user, tmp_path):
    path = taken_out(user, tmp_path / "scenes.xlsx")
    filled(path, "进入禁止区域", ZONE)
    mine = [{"scene": "forbidden_zone", "settings": {"zone": [[0, 0], [1, 0], [1, 1]]}}]
    save_version(world.users["administrator"], world.camera_a, mine, "页面上先画", VersionSource.PAGE, 1)
    batch = brought(path, user)
    rows = BatchRow.objects.filter(batch=batch, values__camera_code=world.camera_a.code, verdict="wrong")
    assert {found["code"] for row in rows for found in row.problems} == {"changed_meanwhile"}
    assert Camera.objects.get(pk=world.camera_a.pk).scenes == [
        {"scene": "forbidden_zone", "settings": {"zone": [[0, 0], [1, 0], [1, 1]]}}
    ]
    assert Camera.objects.get(pk=world.camera_a2.pk).settings_version == 2


def test_an_undo_is_refused_with_names_where_somebody_has_changed_a_camera_since(world, user, tmp_path):
    path = taken_out(user, tmp_path / "scenes.xlsx")
    filled(path, "进入禁止区域", ZONE)
    batch = brought(path, user)
    camera = Camera.objects.get(pk=world.camera_a.pk)
    save_version(user, camera, [], "停用", VersionSource.PAGE, 2)
    services.begin_undo(batch, user, "撤回", queue=False)
    undone = run_undo(Batch.objects.get(pk=batch.pk))
    assert undone.state == "committed"
    assert world.camera_a.name in undone.problem
    assert Camera.objects.get(pk=world.camera_a2.pk).settings_version == 2


def test_a_row_copied_to_another_camera_is_that_ones(world, user, tmp_path):
    path = tmp_path / "copied.csv"
    path.write_text(
        f'摄像机编码,分析场景,是否启用,画面区域\n{world.camera_a2.code},forbidden_zone,是,"zone：0.1,0.2；0.5,0.2；0.5,0.9"',
        "utf-8",
    )
    batch = brought(path, user)
    assert batch.counts["taken"] == 1, wrong(batch)
    scenes = {one["scene"]: one["settings"] for one in Camera.objects.get(pk=world.camera_a2.pk).scenes}
    assert scenes == {"no_helmet": {}, "forbidden_zone": {"zone": [[0.1, 0.2], [0.5, 0.2], [0.5, 0.9]]}}


def test_switched_off_by_a_workbook_it_stays_off_when_the_same_file_comes_again(world, user, tmp_path):
    drawn = [{"scene": "forbidden_zone", "settings": {"zone": [[0, 0], [1, 0], [1, 1]]}}]
    save_version(user, world.camera_a, drawn, "先画好", VersionSource.PAGE, 1)
    path = taken_out(user, tmp_path / "scenes.xlsx")
    book = load_workbook(path)
    sheet = book.worksheets[0]
    column = heads(sheet)
    for row in range(2, sheet.max_row + 1):
        if sheet.cell(row, column["画面区域"]).value:
            sheet.cell(row, column["是否启用"]).value = "否"
    book.save(path)
    assert brought(path, user).counts["taken"] == 1
    assert Camera.objects.get(pk=world.camera_a.pk).scenes == []
    again = brought(path, user)
    assert (again.counts["changed"], again.counts["wrong"]) == (0, 0), wrong(again)


def test_a_scene_that_the_edge_does_not_know_is_refused(world, user, tmp_path):
    EdgeScenes.objects.create(edge=world.edge_a, scenes=[], received_at=timezone.now())
    path = taken_out(user, tmp_path / "scenes.xlsx")
    filled(path, "进入禁止区域", ZONE)
    assert all("不支持此场景" in words[0] for words in wrong(brought(path, user)).values())
    assert SettingsVersion.objects.filter(version=2).count() == 0
