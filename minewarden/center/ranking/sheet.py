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
from .filters import WatchFilter
from .models import MineStanding
from .shown import now_in_force
from .teams import Mark, marks_of

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
    Column("office", "监管机构或公司", "Office or company", text(100), fixed=True, width=20),
    Column("team", "驻矿工作组", "Resident team", text(100), fixed=True, width=24),
)


def rows(user: User, params: QueryDict) -> Iterator[Values]:
    """What the page shows under the same filters and in the same order, all of it."""
    in_force, teams = now_in_force(), marks_of(user)
    form = WatchFilter(user, in_force[1] if in_force else None, teams, params)
    found = form.narrowed(queries.standings(user).defer("parts", "off"))
    removed = set(queries.taken_off_now().values_list("mine_id", flat=True))
    return (_values(row, row.mine_id in removed, teams.get(row.mine_id)) for row in found.iterator(chunk_size=1000))


def _values(row: MineStanding, removed: bool, team: Mark | None) -> Values:
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
        "office": str(row.mine.node.parent or ""),
        "team": team.words if team else None,
    }


def register() -> None:
    """Tell the workbooks of the list."""
    register_sheet(SheetSpec(KEY, _("Watch list"), COLUMNS, rows=rows, permission_export=queries.VIEW, order=45))
