"""The watch list as a workbook, to be taken out only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from minewarden.center.ledgers.cells import YES, decimal, show_number
from minewarden.center.registry.models import User
from minewarden.center.workbooks.parsing import text, whole
from minewarden.center.workbooks.spec import Column, SheetSpec, Values, register_sheet

from . import queries
from .models import MineStanding
from .views.lists import ALL, TOO_LITTLE

KEY: Final = "watch_list"
NUMBER: Final = decimal(6)
COLUMNS: Final = (
    Column("place", "名次", "Place", whole(1), fixed=True),
    Column("mine_code", "煤矿编码", "Mine code", text(12), fixed=True, kind="code", width=16),
    Column("mine", "煤矿", "Mine", text(100), fixed=True, width=20),
    Column("score", "不放心指数", "Score", NUMBER, show_number, fixed=True),
    Column("rank", "指数排名", "Rank", whole(1), fixed=True),
    Column("chance", "前20名概率", "Chance of the first 20", NUMBER, show_number, fixed=True),
    Column("lines", "红线数", "Red lines", whole(0), fixed=True),
    Column("change", "较上月", "Change", decimal(6, "-100"), show_number, fixed=True),
    Column("sufficient", "数据充足", "Enough data", YES.parse, YES.show, fixed=True),
    Column("taken_off", "已移出", "Taken off", YES.parse, YES.show, fixed=True),
)


def rows(user: User, params: QueryDict) -> Iterator[Values]:
    """What the tab of the page shows, all of it."""
    found = queries.standings(user).defer("parts", "off")
    tab = params.get("tab", "")
    if tab == TOO_LITTLE:
        found = found.filter(sufficient=False).order_by("-score", "pk")
    else:
        found = found.order_by("-score", "pk") if tab == ALL else found.filter(listed=True).order_by("place")
    removed = set(queries.taken_off_now().values_list("mine_id", flat=True))
    return (_values(row, row.mine_id in removed) for row in found.iterator(chunk_size=1000))


def _values(row: MineStanding, removed: bool) -> Values:
    figures = {
        name: None if (value := getattr(row, name)) is None else str(value) for name in ("score", "chance", "change")
    }
    return figures | {
        "id": str(row.mine_id),
        "place": row.place,
        "mine_code": row.mine.code,
        "mine": row.mine.name,
        "rank": row.rank,
        "lines": row.lines,
        "sufficient": "yes" if row.sufficient else "no",
        "taken_off": "yes" if removed else "no",
    }


def register() -> None:
    """Tell the workbooks of the list."""
    register_sheet(SheetSpec(KEY, _("Watch list"), COLUMNS, rows=rows, permission_export=queries.VIEW, order=45))
