"""The columns of the workbooks of inspections, penalties and campaigns."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy

from minewarden.center.ledgers.cells import decimal, show_number
from minewarden.center.workbooks.parsing import Choice, day, show_day, text, whole
from minewarden.center.workbooks.sheets.offices import ID_COLUMNS, MINE_COLUMNS
from minewarden.center.workbooks.spec import Column

from .models import InspectionKind, PenaltyKind

INSPECTION_KIND: Final = Choice(
    InspectionKind.choices, {"日常": "regular", "专项": "special", "随机": "random", "双随机": "random"}
)
PENALTY_KIND: Final = Choice(PenaltyKind.choices, {"停产整顿": "stop", "撤人": "withdraw", "立案": "filed"})
_REMARKS: Final = Column("remarks", "备注", "Remarks", text(2000), editable=True, width=30)
_CASES: Final = Column(
    "cases",
    "事项编号",
    "Cases",
    text(2000),
    aliases=("隐患编号", "查出隐患编号"),
    editable=True,
    width=30,
    help=gettext_lazy("Numbers of cases of this mine, apart by blanks or commas."),
)


def _day(name: str, zh: str, en: str, aliases: tuple[str, ...] = (), *, required: bool = True) -> Column:
    return Column(name, zh, en, day, show_day, aliases, required=required, editable=True, kind="date")


INSPECTION_COLUMNS: Final = (
    *MINE_COLUMNS,
    _day("began_on", "开始日期", "From", ("检查日期", "检查开始日期", "执法日期")),
    _day("ended_on", "结束日期", "Up to", ("检查结束日期",), required=False),
    Column(
        "kind",
        "检查类型",
        "Kind",
        INSPECTION_KIND.parse,
        INSPECTION_KIND.show,
        aliases=("检查方式", "执法类型"),
        required=True,
        editable=True,
        choices=INSPECTION_KIND.words(),
    ),
    Column(
        "campaign",
        "专项行动",
        "Campaign",
        text(120),
        aliases=("执法专项行动",),
        editable=True,
        width=24,
        help=gettext_lazy("Its title, as it is entered in the program."),
    ),
    Column(
        "inspectors", "检查人员", "Inspectors", text(200), aliases=("执法人员",), required=True, editable=True, width=24
    ),
    Column(
        "inspector_count",
        "检查人数",
        "Number of inspectors",
        whole(1, 200),
        required=True,
        editable=True,
        kind="number",
    ),
    Column(
        "hours_on_site",
        "检查工时（小时）",
        "Hours on site",
        decimal(1, "0.1", "99999"),
        show_number,
        aliases=("检查工时", "现场工时", "工时"),
        required=True,
        editable=True,
        kind="number",
        help=gettext_lazy("Of all inspectors together, at the mine, without the way there."),
    ),
    Column(
        "person_days",
        "人天",
        "Person-days",
        decimal(1, "0.1", "9999"),
        show_number,
        aliases=("检查人天",),
        editable=True,
        kind="number",
        help=gettext_lazy("Left empty: hours on site divided by five, rounded up."),
    ),
    Column(
        "random_percent",
        "随机抽查占比（%）",
        "Drawn by lot (%)",
        whole(0, 100),
        aliases=("随机抽查占比",),
        editable=True,
        kind="number",
        help=gettext_lazy("Share of the hours spent on what was drawn by lot; a random inspection has 100."),
    ),
    _CASES,
    _REMARKS,
    *ID_COLUMNS,
)
PENALTY_COLUMNS: Final = (
    *MINE_COLUMNS,
    Column(
        "decision_number",
        "处罚决定书文号",
        "Decision number",
        text(60),
        aliases=("决定书文号", "文号"),
        required=True,
        width=26,
    ),
    Column(
        "kind",
        "处罚种类",
        "Kind",
        PENALTY_KIND.parse,
        PENALTY_KIND.show,
        aliases=("处罚措施", "行政处罚种类"),
        required=True,
        choices=PENALTY_KIND.words(),
        width=18,
    ),
    Column("person", "被处罚人", "Who is punished", text(60), help=gettext_lazy("Empty: the mine itself.")),
    Column("post", "职务", "Post", text(60), editable=True),
    Column(
        "amount",
        "罚款金额（元）",
        "Amount (yuan)",
        decimal(2, "0", "999999999999"),
        show_number,
        aliases=("罚款金额", "金额"),
        editable=True,
        kind="number",
    ),
    _day("decided_on", "决定日期", "Decided on", ("处罚日期", "处罚决定日期")),
    Column("basis", "处罚依据", "Legal basis", text(200), editable=True, width=30),
    _CASES,
    _REMARKS,
    *ID_COLUMNS,
)
CAMPAIGN_COLUMNS: Final = (
    Column("title", "行动名称", "Title", text(120), required=True, width=30),
    Column("office", "组织单位", "Office", text(100), aliases=("监管机构",), required=True, width=20),
    Column("document_number", "文号", "Document number", text(60), editable=True, width=20),
    _day("began_on", "开始日期", "From"),
    _day("ended_on", "结束日期", "Up to"),
    Column("aim", "行动目标", "Aim", text(2000), editable=True, width=40),
    *ID_COLUMNS,
)
