"""Accidents and hours worked as workbooks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from minewarden.center.ledgers.cells import YES, day_of, decimal, month, plain_number, show_number
from minewarden.center.ledgers.sheets import RegisterImporter, rows_of
from minewarden.center.registry.models import Mine
from minewarden.center.workbooks.parsing import Choice, moment, show_moment, text, whole
from minewarden.center.workbooks.sheets.offices import ID_COLUMNS, MINE_COLUMNS
from minewarden.center.workbooks.spec import Column, SheetSpec, Values, register_sheet

from . import queries, services
from .forms import AccidentFilter, HoursFilter
from .models import Accident, AccidentClass, Event, Grade, HoursWorked

EVENT: Final = Choice(Event.choices, {"事故": "accident", "涉险": "incident"})
CLASS: Final = Choice(AccidentClass.choices)
GRADE: Final = Choice(Grade.choices)
COUNTS: Final = (
    *("deaths", "serious_injuries", "permanent_total", "minor_injuries", "lost_days"),
    *("in_danger", "trapped", "evacuated"),
)
TEXTS: Final = ("event", "title", "place", "accident_class", "cause")


class AccidentImporter(RegisterImporter):
    """Accidents. One without its id is known again by what it says."""

    permission, model, rows, check_record = (
        queries.RECORD,
        Accident,
        queries.accidents,
        services.check_accident,
    )
    wanted = ("event", "happened_at", "title", "accident_class")

    def columns(self, values: Values) -> dict[str, Any]:
        columns: dict[str, Any] = {name: values[name] or "" for name in TEXTS if name in values}
        columns |= {name: values[name] or 0 for name in COUNTS if name in values}
        if "direct_loss" in values:
            columns["direct_loss"] = Decimal(values["direct_loss"]) if values["direct_loss"] is not None else None
        if "concealed" in values:
            columns["concealed"] = values["concealed"] == "yes"
        if values.get("happened_at"):
            columns["happened_at"] = self._moment(values)
        return columns

    def _moment(self, values: Values) -> datetime:
        """The mine's own clock; a change does not name its mine again, and the office's is nearly always the same."""
        mine = self._mines.of(values)
        zone = ZoneInfo(mine.time_zone if isinstance(mine, Mine) else "Asia/Shanghai")
        return datetime.fromisoformat(values["happened_at"]).replace(tzinfo=zone)

    def change(self, record: Any, changes: Values, batch: Any) -> None:
        named = {"mine_code": record.mine.code, "mine": record.mine.name}
        self._mines.load([named])
        super().change(record, {**changes, **named}, batch)

    def shown(self, record: Any) -> Values:
        return accident_values(record)

    def add(self, **columns: Any) -> Accident:
        return services.record_accident(self.user, **columns)

    def amend(self, record: Accident, reason: str, **changes: Any) -> Accident:
        return services.change_accident(self.user, record, reason, **changes)


def accident_values(record: Any) -> Values:
    """One accident as a row."""
    at = record.happened_at.astimezone(ZoneInfo(record.mine.time_zone))
    return {
        "mine_code": record.mine.code,
        "mine": record.mine.name,
        "event": record.event,
        "happened_at": at.isoformat(timespec="minutes")[:16],
        "title": record.title,
        "place": record.place or None,
        "accident_class": record.accident_class,
        **{name: getattr(record, name) for name in COUNTS},
        "direct_loss": plain_number(record.direct_loss),
        "concealed": "yes" if record.concealed else "no",
        "cause": record.cause or None,
        "grade": record.grade or None,
        "lost_day_equivalents": record.lost_day_equivalents,
    }


class HoursImporter(RegisterImporter):
    """Hours worked, known by mine and month."""

    permission, model, rows, check_record = (
        queries.HAND_IN,
        HoursWorked,
        queries.hours_worked,
        services.check_hours,
    )
    identified_by, wanted = ("month",), ("month", "hours", "people")

    def span(self, rows: Sequence[Values]) -> dict[str, Any]:
        return {"month__in": sorted({day_of(row["month"]) for row in rows if row.get("month")})}

    def columns(self, values: Values) -> dict[str, Any]:
        columns: dict[str, Any] = {name: values[name] for name in ("hours", "people") if values.get(name) is not None}
        if "remarks" in values:
            columns["remarks"] = values["remarks"] or ""
        if values.get("month"):
            columns["month"] = day_of(values["month"])
        return columns

    def shown(self, record: Any) -> Values:
        return hours_values(record)

    def add(self, **columns: Any) -> HoursWorked:
        return services.hand_in_hours(self.user, **columns)

    def amend(self, record: HoursWorked, reason: str, **changes: Any) -> HoursWorked:
        return services.change_hours(self.user, record, reason, **changes)


def hours_values(record: Any) -> Values:
    """One month of one mine as a row."""
    return {
        "mine_code": record.mine.code,
        "mine": record.mine.name,
        "month": f"{record.month:%Y-%m}",
        "hours": record.hours,
        "people": record.people,
        "remarks": record.remarks or None,
    }


def _count(name: str, zh: str, en: str, *aliases: str, most: int = 5000) -> Column:
    return Column(name, zh, en, whole(0, most), aliases=aliases, editable=True, kind="number", width=12)


ACCIDENT_COLUMNS: Final = (
    *MINE_COLUMNS,
    Column(
        "event",
        "事件性质",
        "Accident or dangerous incident",
        EVENT.parse,
        EVENT.show,
        required=True,
        editable=True,
        choices=EVENT.words(),
        width=18,
    ),
    Column(
        "happened_at",
        "发生时间",
        "When",
        moment,
        show_moment,
        aliases=("事故时间",),
        help=_("On the mine's own clock."),
        required=True,
        editable=True,
        kind="moment",
        width=18,
    ),
    Column("title", "事故名称", "What happened", text(120), required=True, editable=True, width=30),
    Column("place", "发生地点", "Where", text(100), aliases=("事故地点",), editable=True, width=20),
    Column(
        "accident_class",
        "事故类别",
        "Class of accident",
        CLASS.parse,
        CLASS.show,
        required=True,
        editable=True,
        choices=CLASS.words(),
    ),
    _count("deaths", "死亡人数", "Deaths", "死亡"),
    _count("serious_injuries", "重伤人数", "Seriously injured", "重伤"),
    _count("permanent_total", "其中永久性全失能人数", "Of these disabled for ever", "永久性全失能"),
    _count("minor_injuries", "轻伤人数", "Slightly injured", "轻伤"),
    _count("lost_days", "损失工日", "Lost workdays", "损失工作日", most=1_000_000),
    Column(
        "direct_loss",
        "直接经济损失（元）",
        "Direct loss (yuan)",
        decimal(2, "0", "999999999999"),
        show_number,
        aliases=("直接经济损失",),
        editable=True,
        kind="number",
        width=16,
    ),
    _count("in_danger", "涉险人数", "People in danger"),
    _count("trapped", "被困或下落不明人数", "Trapped or missing", "被困人数"),
    _count("evacuated", "紧急疏散人数", "People evacuated", "疏散人数", most=1_000_000),
    Column(
        "concealed",
        "是否瞒报谎报迟报",
        "Concealed",
        YES.parse,
        YES.show,
        aliases=("是否瞒报",),
        editable=True,
        choices=YES.words(),
    ),
    Column("cause", "事故原因", "Cause", text(4000), aliases=("直接原因",), editable=True, width=40),
    Column("grade", "事故等级", "Grade", GRADE.parse, GRADE.show, fixed=True),
    Column("lost_day_equivalents", "折算损失工日", "Lost-day equivalents", whole(0), fixed=True, kind="number"),
    *ID_COLUMNS,
)
HOURS_COLUMNS: Final = (
    *MINE_COLUMNS,
    Column("month", "月份", "Month", month, aliases=("年月", "统计月份"), required=True, help=_("Such as 2026-08.")),
    Column(
        "hours",
        "月工时",
        "Hours worked",
        whole(0, 20_000_000),
        aliases=("总工时", "工时"),
        required=True,
        editable=True,
        kind="number",
        help=_("Of everybody who worked at the mine in this month, contractors with them."),
    ),
    Column(
        "people",
        "从业人数",
        "People",
        whole(0, 50_000),
        aliases=("平均从业人数", "人数"),
        required=True,
        editable=True,
        kind="number",
    ),
    Column("remarks", "备注", "Remarks", text(200), editable=True, width=30),
    *ID_COLUMNS,
)


def register() -> None:
    """Tell the workbooks of both registers."""
    view = queries.VIEW
    register_sheet(
        SheetSpec(
            "accidents",
            _("Accidents"),
            ACCIDENT_COLUMNS,
            rows_of(queries.accidents, AccidentFilter, view, queries.ACCIDENTS_ORDER, accident_values),
            view,
            queries.RECORD,
            AccidentImporter,
            order=32,
            notes=(_("Grade and lost-day equivalents follow from the numbers and are only shown."),),
        )
    )
    register_sheet(
        SheetSpec(
            "hours_worked",
            _("Hours worked"),
            HOURS_COLUMNS,
            rows_of(queries.hours_worked, HoursFilter, view, queries.HOURS_ORDER, hours_values),
            view,
            queries.HAND_IN,
            HoursImporter,
            order=33,
        )
    )
