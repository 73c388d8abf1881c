"""The checks as a workbook, to be taken out only: a result is recorded where it was seen, with its proof."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from minewarden.center.registry.models import User
from minewarden.center.workbooks.parsing import Choice, day, moment, show_day, show_moment, text
from minewarden.center.workbooks.spec import Column, SheetSpec, Values, register_sheet

from .forms import CheckFilter
from .models import Campaign, Check, CheckState, Result
from .queries import ORDER, VIEW, narrowed, shown, visible

KEY: Final = "look_backs"
STATE: Final = Choice(CheckState.choices)
RESULT: Final = Choice(Result.choices)

COLUMNS: Final = (
    Column("campaign", "回头看行动", "Campaign", text(120), fixed=True, width=26),
    Column("number", "编号", "Number", text(12), fixed=True),
    Column("title", "原问题", "What was wrong", text(120), fixed=True, width=30),
    Column("city", "市", "City", text(100), fixed=True),
    Column("mine", "煤矿", "Mine", text(100), fixed=True, width=20),
    Column("mine_code", "煤矿编码", "Mine code", text(12), fixed=True),
    Column("clause", "条款", "Clause", text(40), fixed=True),
    Column("closed_on", "办结日期", "Closed on", day, show_day, fixed=True),
    Column("acceptor", "验收人", "Accepted by", text(60), fixed=True),
    Column("inspector", "核查人", "Who looks", text(60), fixed=True),
    Column("state", "状态", "State", STATE.parse, STATE.show, fixed=True),
    Column("result", "结果", "Result", RESULT.parse, RESULT.show, fixed=True),
    Column("remarks", "回头看情况", "What was found", text(2000), fixed=True, width=40),
    Column("by", "实际核查人", "Looked at by", text(60), fixed=True),
    Column("at", "核查时间", "Looked at on", moment, show_moment, fixed=True, width=17),
)


def rows(user: User, params: QueryDict) -> Iterator[Values]:
    """The checks as their list narrows them, in its order. A filter that makes no sense gives none, as there."""
    seen = Campaign.objects.for_user(user, VIEW)
    wanted = CheckFilter(seen, params).filters()
    if wanted is None:
        return
    for check in shown(narrowed(visible(user), wanted)).order_by(*ORDER).iterator(chunk_size=1000):
        yield _values(check)


def _values(check: Check) -> Values:
    zone = ZoneInfo(check.mine.time_zone)
    values = {
        "id": str(check.pk),
        "campaign": check.campaign.title,
        "number": check.case.number,
        "title": check.case.title,
        "city": check.city.name if check.city else "",
        "mine": check.mine.name,
        "mine_code": check.mine.code,
        "clause": check.clause,
        "closed_on": _local(check.case.closed_at, zone, 10),
        "acceptor": str(check.acceptor or ""),
        "inspector": str(check.inspector or ""),
        "state": check.state,
        "result": check.result,
        "remarks": check.remarks,
        "by": str(check.by or ""),
        "at": _local(check.at, zone, 16),
    }
    return {name: value or None for name, value in values.items()}


def _local(at: datetime | None, zone: ZoneInfo, length: int) -> str:
    return at.astimezone(zone).isoformat()[:length] if at else ""


def register() -> None:
    """Tell the workbooks of the list."""
    register_sheet(SheetSpec(KEY, _("Look-backs"), COLUMNS, rows=rows, permission_export=VIEW, order=40))
