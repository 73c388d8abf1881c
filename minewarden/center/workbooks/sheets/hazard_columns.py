"""The columns of the ledger of hazards, with the names that offices give them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from django.utils.translation import gettext_lazy as _

from minewarden.center.cases.models import Kind, Level, State
from minewarden.center.cases.services import TITLE_MOST
from minewarden.center.hazards.grading import PARTS, grading
from minewarden.center.hazards.models import Source
from minewarden.center.workbooks.parsing import Choice, code, day, moment, show_day, show_moment, text
from minewarden.center.workbooks.spec import ID, VERSION, Column

DATES: Final = ("due", "responsible", "closed_on", "accepted_by")


@dataclass(frozen=True)
class StateRule:
    """In which state a row may come in, see ``import_states.toml``."""

    state: str
    kinds: frozenset[str]
    permission: str
    wants: tuple[str, ...]
    takes: tuple[str, ...]


@cache
def import_states() -> dict[str, StateRule]:
    """The table of the package."""
    table = tomllib.loads(files(__package__).joinpath("import_states.toml").read_text("utf-8"))
    return {
        state: StateRule(
            state,
            frozenset(entry["kinds"]),
            entry["permission"],
            tuple(entry.get("wants", ())),
            tuple(entry.get("takes", ())),
        )
        for state, entry in table.items()
    }


_OLD_WORDS = {
    "待核实": "found",
    "未整改": "assigned",
    "待整改": "assigned",
    "已完成": "closed",
    "已整改": "closed",
    "已闭环": "closed",
}
STATE = Choice(State.choices, _OLD_WORDS)
KIND = Choice(Kind.choices)
LEVEL = Choice(Level.choices)
SOURCE = Choice(
    Source.choices, {"检查": "inspection", "执法检查": "inspection", "自查": "self_check", "举报": "report"}
)
PART: Final = {
    name: Choice([(choice.value, choice.words) for choice in grading().part(name).choices]) for name in PARTS
}
_PART_WORDS: Final = {
    "gravity": ("后果严重程度", "Gravity", ("严重程度", "后果", "L后果")),
    "likelihood": ("发生可能性", "Likelihood", ("可能性",)),
    "people": ("暴露人数", "People exposed", ("涉险人数",)),
    "negligence": ("失职程度", "Negligence", ()),
}


def _part(name: str) -> Column:
    zh, en, aliases = _PART_WORDS[name]
    choice = PART[name]
    return Column(
        name, zh, en, choice.parse, choice.show, aliases, required=True, editable=True,
        help=_("One of the four parts out of which the grade follows."),
        choices=choice.words(),
    )  # fmt: skip


COLUMNS: Final = (
    Column(
        "number", "编号", "Number", code(12), aliases=("隐患编号", "事项编号"), fixed=True, kind="code",
        help=_("Given by the program; leave it empty for a new row."),
    ),
    Column("kind", "类别", "Kind", KIND.parse, KIND.show, fixed=True, help=_("Follows from the clause.")),
    Column(
        "mine_code", "煤矿编码", "Mine code", code(12), aliases=("矿井编码", "煤矿代码", "矿山编码"), kind="code",
        width=16, help=_("12 digits; or give the name of the mine."),
    ),
    Column(
        "mine", "煤矿", "Mine", text(100), width=20,
        aliases=("煤矿名称", "矿井", "矿井名称", "矿名", "单位", "受检单位"), help=_("As it is registered."),
    ),
    Column(
        "place", "地点", "Place", text(100), aliases=("隐患地点", "隐患位置", "地点部位", "位置", "场所"), width=20,
        editable=True, help=_("A registered place of the mine, or where it was in words."),
    ),
    Column(
        "title", "隐患标题", "Title", text(TITLE_MOST),
        aliases=("标题", "隐患名称", "隐患内容", "存在问题", "问题描述", "事项"),
        required=True, editable=True, width=36, help=_("In a few words what is wrong."),
    ),
    Column(
        "description", "详细描述", "Description", text(4000), aliases=("隐患描述", "描述", "具体情况", "说明"),
        editable=True, width=48,
    ),
    Column(
        "clause", "判定条款", "Clause", code(32), aliases=("条款", "判定依据", "条款编号"), editable=True, kind="code",
        help=_("Code of the clause in force on the day of finding, such as 2026-14.2; empty where none fits."),
    ),
    *(_part(name) for name in PARTS),
    Column("level", "风险级别", "Level", LEVEL.parse, LEVEL.show, fixed=True, help=_("Follows from the four parts.")),
    Column(
        "source", "来源", "Source", SOURCE.parse, SOURCE.show, aliases=("隐患来源",), choices=SOURCE.words(),
        help=_("Inspection where it is left empty."),
    ),
    Column(
        "found_at", "发现时间", "Found at", moment, show_moment, ("检查时间", "发现日期", "检查日期", "排查时间"),
        required=True, kind="moment", width=18, help=_("On the clock of the mine."),
    ),
    Column(
        "found_by", "检查人", "Found by", text(60), aliases=("发现人", "排查人", "检查人员"),
        help=_("Kept as text; you are the one who brought it in."),
    ),
    Column(
        "state", "状态", "State", STATE.parse, STATE.show, aliases=("整改状态", "当前状态", "闭环情况"),
        choices=(State.FOUND.label, State.VERIFIED.label, State.ASSIGNED.label, State.CLOSED.label),
        help=_("Found where it is left empty. Of a record that is there the state is changed in the program only."),
    ),
    Column(
        "due", "整改期限", "Due", day, show_day, ("期限", "限改日期", "整改时限", "限期"), kind="date",
        help=_("Wanted where it is assigned: to the end of this day."),
    ),
    Column(
        "responsible", "整改责任人", "Responsible", text(60), aliases=("责任人",),
        help=_("Wanted where it is assigned."),
    ),
    Column(
        "closed_on", "办结日期", "Closed on", day, show_day, ("销号日期", "完成日期", "闭环日期", "办结时间"),
        kind="date", help=_("Wanted where it is closed."),
    ),
    Column(
        "accepted_by", "验收人", "Accepted by", text(60), aliases=("复查人", "验收人员"),
        help=_("Wanted where it is closed; kept as text."),
    ),
    Column(ID, "记录标识", "Record id", code(64), hidden=True, fixed=True),
    Column(VERSION, "记录版本", "Record version", code(64), hidden=True, fixed=True),
)  # fmt: skip
