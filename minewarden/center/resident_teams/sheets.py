"""Missions and their log as workbooks, to be taken out only: an entry is written by who was there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from minewarden.center.ledgers.cells import YES, decimal, show_number
from minewarden.center.registry.models import User
from minewarden.center.workbooks.parsing import Choice, day, moment, show_day, show_moment, text, whole
from minewarden.center.workbooks.spec import Column, SheetSpec, Values, register_sheet

from .filters import MissionFilter
from .models import LogEntry, MissionState, Why
from .queries import LOG_ORDER, ORDER, entries, listed
from .team import VIEW, VIEW_LOG

STATE: Final = Choice(MissionState.choices)
WHY: Final = Choice(Why.choices)

MISSION_COLUMNS: Final = (
    Column("mine", "煤矿", "Mine", text(100), fixed=True, width=20),
    Column("mine_code", "煤矿编码", "Mine code", text(12), fixed=True),
    Column("state", "状态", "State", STATE.parse, STATE.show, fixed=True),
    Column("lead", "带队领导", "Lead", text(60), fixed=True),
    Column("people", "人数", "People", whole(0, 1000), fixed=True),
    Column("begins_on", "计划进驻", "First day planned", day, show_day, fixed=True),
    Column("arrived_on", "实际进驻", "Arrived on", day, show_day, fixed=True),
    Column("ends_on", "计划撤离", "Last day planned", day, show_day, fixed=True),
    Column("ended_on", "实际撤离", "Ended on", day, show_day, fixed=True),
    Column("why", "派驻原因", "Why", WHY.parse, WHY.show, fixed=True),
    Column("reference", "依据", "Where that stands", text(120), fixed=True, width=26),
    Column("cases_open", "未办结问题", "Cases still open", whole(0, 100000), fixed=True),
    Column("measures_left", "未落实措施", "Measures not done", whole(0, 100000), fixed=True),
)
LOG_COLUMNS: Final = (
    Column("mine", "煤矿", "Mine", text(100), fixed=True, width=20),
    Column("day", "日期", "Day", day, show_day, fixed=True),
    Column("member", "队员", "Member", text(60), fixed=True),
    Column("away", "不在矿", "Not at the mine", YES.parse, YES.show, fixed=True),
    Column("looked_at", "检查地点", "What was looked at", text(200), fixed=True, width=24),
    Column("hours", "在矿小时", "Hours", decimal(1), show_number, fixed=True),
    Column("text", "工作情况", "What was seen and done", text(4000), fixed=True, width=60),
    Column("photos", "附件数", "Files", whole(0, 1000), fixed=True),
    Column("written_by", "填写人", "Written by", text(60), fixed=True),
    Column("written_at", "填写时间", "Written at", moment, show_moment, fixed=True, width=17),
    Column("corrections", "更正次数", "Corrections", whole(0, 1000), fixed=True),
)


def mission_rows(user: User, params: QueryDict) -> Iterator[Values]:
    """The missions as their list narrows them."""
    form = MissionFilter(user, VIEW, params)
    for mission in form.narrowed(listed(user)).order_by(*ORDER).iterator(chunk_size=500):
        own = ("state", "people", "why", "reference", "cases_open", "measures_left")
        days = ("begins_on", "arrived_on", "ends_on", "ended_on")
        yield {
            "id": str(mission.pk),
            "mine": mission.mine.name,
            "mine_code": mission.mine.code,
            "lead": str(mission.lead),
            **{name: getattr(mission, name) for name in own},
            **{name: _iso(getattr(mission, name)) for name in days},
        }


def log_rows(user: User, params: QueryDict) -> Iterator[Values]:
    """The log of ``?mission=ID``, or of all missions that the user may read; of a mission that is none, nothing."""
    rows = entries(user)
    if key := params.get("mission", ""):
        try:
            rows = rows.filter(mission=UUID(key))
        except ValueError:
            return
    for entry in rows.order_by(*LOG_ORDER).iterator(chunk_size=500):
        yield _entry(entry)


def _entry(entry: LogEntry) -> Values:
    mine = entry.mission.mine
    return {
        "id": str(entry.pk),
        "mine": mine.name,
        "day": entry.day.isoformat(),
        "member": str(entry.member),
        "away": "yes" if entry.away else "no",
        "looked_at": entry.looked_at or None,
        "hours": format(entry.hours, "f"),
        "text": entry.text,
        "photos": len(entry.photos.all()),
        "written_by": str(entry.written_by),
        "written_at": entry.written_at.astimezone(ZoneInfo(mine.time_zone)).isoformat()[:16],
        "corrections": entry.version - 1,
    }


def _iso(day_or_none: Any) -> str | None:
    return day_or_none.isoformat() if day_or_none else None


def register() -> None:
    """Tell the workbooks of both."""
    register_sheet(
        SheetSpec("missions", _("Resident teams"), MISSION_COLUMNS, rows=mission_rows, permission_export=VIEW, order=42)
    )
    register_sheet(
        SheetSpec(
            "mission_log", _("Logs of resident teams"), LOG_COLUMNS, rows=log_rows, permission_export=VIEW_LOG, order=43
        )
    )
