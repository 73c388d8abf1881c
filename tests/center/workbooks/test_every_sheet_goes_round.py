"""What is taken out can come in again: unchanged it changes nothing, one cell changed changes exactly that."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from openpyxl import load_workbook

from minewarden.center.audit.services import act
from minewarden.center.audit.verify import verify
from minewarden.center.registry.models import Camera, Mine, Node, Person, Place, User
from minewarden.center.video.models import Event
from minewarden.center.workbooks.exporting import export
from minewarden.center.workbooks.models import BatchRow, Export
from minewarden.center.workbooks.spec import sheet_of, sheets
from tests.center.cases.conftest import Walker

from .conftest import undo, wrong_rows
from .dumps import dump

# sheet → who brings it in, the head of the cell to change, its new value, and how to read what it became
SHEETS = {
    "hazards": ("inspector", "隐患标题", "改过的标题", lambda w: None),
    "nodes": ("administrator", "机构名称", "新名称", lambda w: Node.objects.filter(name="新名称").count()),
    "mines": ("administrator", "煤矿名称", "新名称煤矿", lambda w: Mine.objects.filter(name="新名称煤矿").count()),
    "places": ("operations", "场所名称", "新场所", lambda w: Place.objects.filter(name="新场所").count()),
    "cameras": ("operations", "摄像机名称", "新摄像机", lambda w: Camera.objects.filter(name="新摄像机").count()),
    "people": ("administrator", "职务", "总工", lambda w: Person.objects.filter(post="总工").count()),
    "users": ("administrator", "姓名", "改名", lambda w: User.objects.filter(full_name="改名").count()),
}


@pytest.fixture
def office(world, today):
    with act("tests.people", None):
        Person(name="王工", post="机电队长", node=world.mine_a.node).save()
    Walker(world).open()
    return world


def heads(sheet) -> list[str]:
    return [str(cell.value or "").removesuffix(" *") for cell in sheet[1]]


@pytest.mark.parametrize("key", SHEETS)
def test_it_changes_nothing_and_then_one_cell(key, office, bring, tmp_path):
    who, head, value, count = SHEETS[key]
    path = tmp_path / f"{key}.xlsx"
    rows = export(office.users[who], sheet_of(key), QueryDict(), path).rows
    assert rows > 0
    unchanged = bring(path, who, key)
    assert (unchanged.counts["unchanged"], unchanged.counts["wrong"]) == (rows, 0), wrong_rows(unchanged)
    if key == "hazards":
        return  # without parts it cannot be judged: see test_a_ledger_comes_in
    book = load_workbook(path)
    sheet = book.worksheets[0]
    sheet.cell(2, heads(sheet).index(head) + 1).value = value
    book.save(path)
    before = dump()
    batch = bring(path, who, key, take=True)
    assert (batch.counts["changed"], batch.counts["unchanged"]) == (1, rows - 1)
    (row,) = BatchRow.objects.filter(batch=batch, verdict="changed")
    assert [pair[1] for pair in row.changes.values()] == [value]
    assert count(office) == 1
    assert undo(batch, office.users[who]).state == "undone"
    assert dump() == before
    assert verify().findings == []


def test_a_new_mine_with_place_camera_and_account_comes_in_and_is_undone(office, bring, tmp_path):
    before = dump()
    code = "990101000077"
    texts = {
        "nodes": "机构名称,机构类别,上级机构\n丁县局,县级局,甲川市局",
        "mines": f"煤矿编码,煤矿名称,开采方式,上级机构\n{code},新井煤矿,井工,甲川市局",
        "places": f"煤矿编码,场所类别,场所名称\n{code},14,主运机头",
        "cameras": "摄像机编码,摄像机名称,煤矿编码,场所类别,场所名称,视频地址\n"
        f"{code[:6]}00411326{code[6:]}1401,机头一号,{code},14,主运机头,rtsp://a:b@192.0.2.9/x",
        "people": "姓名,职务,单位\n李工,矿长,新井煤矿",
        "users": "登录名,姓名,角色\nnew_inspector,新监察员,监察员@甲川市局",
    }
    who = {"places": "operations", "cameras": "operations"}
    batches = []
    for key, text in texts.items():
        path = tmp_path / f"{key}.csv"
        path.write_text(text, "gb18030")
        batch = bring(path, who.get(key, "administrator"), key, take=True)
        assert batch.counts["taken"] == 1, wrong_rows(batch)
        batches.append((batch, who.get(key, "administrator")))
    assert Camera.objects.filter(place__mine__code=code).count() == 1
    assert User.objects.get(username="new_inspector").grants.get().node == office.city_a
    mine_batch = batches[1][0]
    refused = undo(mine_batch, office.users["administrator"])
    assert (refused.state, "李工" in refused.problem) == ("committed", True)
    for batch, user in reversed(batches):
        done = undo(batch, office.users[user])
        assert (done.state, done.problem) == ("undone", "")
    assert dump() == before
    assert verify().findings == []


def test_passwords_of_cameras_are_never_taken_out_and_the_mask_changes_nothing(office, bring, tmp_path):
    path = tmp_path / "cameras.csv"
    export(office.users["operations"], sheet_of("cameras"), QueryDict(), path, "csv")
    assert "s3cret" not in path.read_text("utf-8-sig")
    text = path.read_text("utf-8-sig").replace("192.0.2.1/live", "192.0.2.77/live")
    path.write_text(text, "utf-8")
    batch = bring(path, "operations", "cameras")
    assert {code for found in wrong_rows(batch).values() for _column, code in found} == {"masked"}


def test_what_was_changed_since_it_was_taken_out_is_not_overwritten(office, bring, tmp_path):
    path = tmp_path / "mines.csv"
    export(office.users["administrator"], sheet_of("mines"), QueryDict(), path, "csv")
    mine = office.mine_a
    with act("tests.change", None):
        mine.name = "他人改名煤矿"
        mine.save()
    path.write_text(path.read_text("utf-8-sig").replace("青石煤矿", "我的新名煤矿"), "utf-8")
    batch = bring(path, "administrator", "mines")
    assert wrong_rows(batch) == {2 + _row_of(path, "我的新名煤矿"): {("name", "changed_meanwhile")}}
    assert Mine.objects.get(pk=mine.pk).name == "他人改名煤矿"


def _row_of(path, words) -> int:
    return next(index for index, line in enumerate(path.read_text().splitlines()[1:]) if words in line)


def test_every_list_can_be_taken_out_and_it_is_kept_who_took_it(office, tmp_path):
    from tests.center.audit.populated import _video

    _video(office, office.edge_a, Walker(office).open())
    assert Event.objects.exists()
    with act("tests.all", None):
        for role in ("inspector", "operations", "administrator"):
            from minewarden.center.registry import services

            services.grant_role(None, user=office.users["office_head"], role=role, node=office.province)
    for sheet in sheets():
        written = export(office.users["office_head"], sheet, QueryDict("q=&page=2"), tmp_path / "x.xlsx")
        kept = Export.objects.latest("pk")
        assert (kept.sheet, kept.rows, kept.sha256, kept.query) == (sheet.key, written.rows, written.sha256, "page=2")
        assert kept.exported_by == office.users["office_head"]
