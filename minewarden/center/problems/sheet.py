"""The candidates as a workbook, to be taken out only: figures come from the search and from nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from minewarden.center.registry.models import User
from minewarden.center.workbooks.parsing import text
from minewarden.center.workbooks.spec import Column, SheetSpec, Values, register_sheet

from . import queries
from .services import VIEW

KEY: Final = "problem_candidates"


def _shown(name: str, zh: str, en: str, width: float = 12) -> Column:
    return Column(name, zh, en, text(4000), fixed=True, width=width)


COLUMNS: Final = (
    _shown("topic", "问题", "What", 30),
    _shown("words", "特征词", "Telling words", 24),
    _shown("where", "范围", "Where", 22),
    _shown("kind", "范围类型", "Kind of scope"),
    _shown("source", "来源", "Source"),
    _shown("listed", "名单", "List"),
    _shown("n", "检出次数", "Found"),
    _shown("expected", "期望次数", "Expected"),
    _shown("ratio", "倍数", "Times"),
    _shown("mean", "收缩后倍数", "Times, shrunk"),
    _shown("low", "EB05", "EB05"),
    _shown("high", "EB95", "EB95"),
    _shown("above", "更高的同类", "Others higher"),
    _shown("peers", "同类数", "Others"),
    _shown("mines", "煤矿数", "Mines"),
    _shown("hours", "现场小时", "Hours on site"),
    _shown("trend", "趋势", "Trend", 18),
    _shown("recurred", "办结后再现", "Came back"),
    _shown("first_named", "首次列出", "First named"),
    _shown("clause", "条款编号", "Clause"),
    _shown("typical", "典型表述", "Typical sentence", 40),
    _shown("cases", "事项编号", "Cases", 40),
)


def rows(user: User, params: QueryDict) -> Iterator[Values]:
    """The candidates of one list, as its page has them; a list that there is not gives none."""
    tab = params.get("list", queries.TABS[0])
    if tab not in queries.TABS:
        return
    found = queries.of_tab(queries.candidates(user), tab).order_by(*queries.ORDER)
    for row in queries.told(found):
        numbers = queries.cases_of(row, user).values_list("number", flat=True)
        yield {
            "id": str(row.pk),
            "topic": row.topic,
            "words": "、".join(row.cluster.words) if row.cluster else None,
            "where": row.where,
            "kind": str(row.get_kind_display()),
            "source": row.source_said,
            "listed": str(row.get_listed_display()),
            **{name: getattr(row, name) for name in ("n", "peers", "mines", "recurred", "clause")},
            **{name: round(getattr(row, name), 2) for name in ("expected", "ratio", "mean", "low", "high")},
            "above": row.peers_above,
            "hours": round(row.minutes / 60),
            "trend": row.trend_said,
            "first_named": row.first_named.isoformat(),
            "typical": row.cluster.typical if row.cluster else None,
            "cases": "、".join(numbers) or None,
        }


def register() -> None:
    """Make the sheet known."""
    register_sheet(
        SheetSpec(
            key=KEY,
            label=_("Candidates of systemic problems"),
            columns=COLUMNS,
            rows=rows,
            permission_export=VIEW,
            order=62,
        )
    )
