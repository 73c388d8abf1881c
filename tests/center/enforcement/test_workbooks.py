"""Inspections, penalties, campaigns, accidents and hours worked go out as workbooks and come in again."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.http import QueryDict
from openpyxl import load_workbook

from minewarden.center.accidents.models import Accident, HoursWorked
from minewarden.center.audit.verify import verify
from minewarden.center.enforcement.models import Inspection, InspectionCampaign, InspectionCase, Penalty
from minewarden.center.workbooks.exporting import export
from minewarden.center.workbooks.spec import sheet_of
from tests.center.accidents.records import accident, hours
from tests.center.cases.conftest import Walker
from tests.center.workbooks.conftest import undo, wrong_rows
from tests.center.workbooks.dumps import dump

from .records import campaign, inspection, penalty

# sheet → who brings it in, the head of the cell to change, its new value, and how to read what it became
SHEETS = {
    "inspections": ("inspector", "检查工时（小时）", 16, lambda: Inspection.objects.get().hours_on_site == 16),
    "penalties": ("inspector", "罚款金额（元）", 90000.5, lambda: Penalty.objects.get().amount == Decimal("90000.5")),
    "inspection_campaigns": ("office_head", "行动目标", "控水", lambda: InspectionCampaign.objects.get().aim == "控水"),
    "accidents": ("inspector", "死亡人数", 3, lambda: Accident.objects.get().grade == "larger"),
    "hours_worked": ("inspector", "月工时", 170000, lambda: HoursWorked.objects.get().hours == 170_000),
}


@pytest.fixture
def office(world, today):
    case = Walker(world).open()
    inspection(world, kind="campaign", campaign=campaign(world), case_numbers=[case.number], remarks="夜班")
    penalty(world, person="王矿长", post="矿长", case_numbers=[case.number])
    accident(world, direct_loss=Decimal("12500.50"), cause="违章")
    hours(world)
    return world


@pytest.mark.parametrize("key", SHEETS)
def test_it_changes_nothing_and_then_one_cell_and_is_undone(key, office, bring, tmp_path):
    who, head, value, became = SHEETS[key]
    path = tmp_path / f"{key}.xlsx"
    assert export(office.users[who], sheet_of(key), QueryDict(), path).rows == 1
    unchanged = bring(path, who, key)
    assert (unchanged.counts["unchanged"], unchanged.counts["wrong"]) == (1, 0), wrong_rows(unchanged)
    book = load_workbook(path)
    sheet = book.worksheets[0]
    heads = [str(cell.value or "").removesuffix(" *") for cell in sheet[1]]
    sheet.cell(2, heads.index(head) + 1).value = value
    book.save(path)
    before = dump()
    batch = bring(path, who, key, take=True)
    assert batch.counts["changed"] == 1, wrong_rows(batch)
    assert became()
    assert undo(batch, office.users[who]).state == "undone"
    assert dump() == before
    assert verify().findings == []


FRESH = {
    "inspection_campaigns": "行动名称,组织单位,开始日期,结束日期\n春季攻坚,甲川市局,2026-03-01,2026年5月31日",
    "inspections": "煤矿,检查日期,检查方式,检查人员,检查人数,检查工时,查出隐患编号\n"
    "青石煤矿,2026-08-01,双随机,严青,2,9,{case}",
    "penalties": "煤矿编码,处罚决定书文号,处罚种类,处罚日期\n990101000001,甲煤监〔2026〕9号,责令停产,2026-08-02",
    "accidents": "煤矿,事件性质,事故时间,事故名称,事故类别,死亡\n青石煤矿,事故,2026-08-01 03:20,冒顶,顶板,1",
    "hours_worked": '煤矿,统计月份,总工时,人数\n青石煤矿,2026年6月,"150,000",900',
}


@pytest.mark.parametrize("key", FRESH)
def test_new_rows_come_in_once_and_are_undone(key, world, today, bring, tmp_path):
    case = Walker(world).open()
    text = FRESH[key].replace("{case}", case.number).replace("责令停产", "停产停建").replace('"150,000"', "150000")
    path = tmp_path / f"{key}.csv"
    path.write_text(text, "gb18030")
    before, who = dump(), SHEETS[key][0]
    batch = bring(path, who, key, take=True)
    assert batch.counts["taken"] == 1, wrong_rows(batch)
    again = tmp_path / "again.csv"
    again.write_text(text + "\n", "gb18030")
    assert bring(again, who, key).counts["unchanged"] == 1
    if key == "inspections":
        made = Inspection.objects.get()
        assert (made.kind, made.random_percent, made.person_days) == ("random", 100, Decimal(2))
        assert InspectionCase.objects.get().case == case
    assert undo(batch, world.users[who]).state == "undone"
    assert dump() == before


WRONG = {
    "inspections": (
        "煤矿,检查日期,检查方式,检查人员,检查人数,检查工时,专项行动,查出隐患编号\n"
        "无此煤矿,2026-08-01,日常检查,严青,2,9,,\n"
        "青石煤矿,2027-08-01,日常检查,严青,2,9,,\n"
        "青石煤矿,2026-08-01,突击,严青,2,九,,\n"
        "青石煤矿,2026-08-01,日常检查,严青,2,9.25,,\n"
        "青石煤矿,2026-08-01,日常检查,严青,1,30,,\n"
        "青石煤矿,2026-08-01,日常检查,,2,9,,\n"
        "青石煤矿,2026-08-01,专项行动检查,严青,2,9,无此行动,\n"
        "青石煤矿,2026-08-01,日常检查,严青,2,9,,2026-999999\n",
        [
            {("mine", "unknown_mine")},
            {("began_on", "row")},
            {("kind", "unknown_choice"), ("hours_on_site", "not_a_number")},
            {("hours_on_site", "decimals")},
            {("hours_on_site", "row")},
            {("inspectors", "required")},
            {("campaign", "row")},
            {("cases", "unknown_cases")},
        ],
    ),
    "hours_worked": (
        "煤矿,月份,月工时,从业人数\n"
        "白岭煤矿,2026-06,1000,10\n"
        "青石煤矿,2026年13月,1000,10\n"
        "青石煤矿,2026-09,1000,10\n"
        "青石煤矿,2026-06,8000,10\n"
        "青石煤矿,2026-06,-1,10\n",
        [
            {("mine", "unknown_mine")},
            {("month", "not_a_date")},
            {("month", "row")},
            {("hours", "row")},
            {("hours", "too_small")},
        ],
    ),
}


@pytest.mark.parametrize("key", WRONG)
def test_wrong_rows_say_which_cell_and_why(key, world, today, bring, tmp_path):
    text, faults = WRONG[key]
    path = tmp_path / f"{key}.csv"
    path.write_text(text, "gb18030")
    batch = bring(path, "inspector", key)
    assert [found for _row, found in sorted(wrong_rows(batch).items())] == faults


def test_a_known_month_of_a_foreign_list_corrects_it_and_says_what_it_was(office, bring, tmp_path):
    path = tmp_path / "hours.csv"
    path.write_text("煤矿,月份,月工时,从业人数\n青石煤矿,2026-07,165000,950", "gb18030")
    batch = bring(path, "inspector", "hours_worked", take=True)
    assert batch.counts["changed"] == 1
    assert HoursWorked.objects.get().hours == 165_000
