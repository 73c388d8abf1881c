"""The columns of a workbook of clauses: what each is called and how its cells are read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minewarden.center.hazards.models import CatalogueKind
from minewarden.interfaces.workbooks import Cell, date_of, text_of, whole_of
from minewarden.standards.major_hazards import HINTS

_CODE = re.compile(r"[0-9A-Za-z㐀-鿿][0-9A-Za-z㐀-鿿.\-_]{0,31}")
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_SEPARATORS = re.compile(r"[\s,，、;；]+")
_KINDS: Final = {"重大": CatalogueKind.MAJOR, "一般": CatalogueKind.ORDINARY}
_HINT_WORDS: Final = {"传感器": "sensors", "视频": "video"}


@dataclass(frozen=True)
class Column:
    """A column of the sheet: what it is called, how its cell is read, and what the template says of it."""

    name: str
    header: str
    read: Callable[[Cell], Any]
    help: str | Promise
    example: Cell = None
    kind: Any = "text"
    required: bool = False


class Unfit(ValueError):
    """A cell that cannot be taken; the message is for the person."""


def _text(most: int) -> Callable[[Cell], str]:
    return lambda cell: text_of(cell, most)


def _fitting(pattern: re.Pattern[str], reason: str | Promise) -> Callable[[Cell], str]:
    def read(cell: Cell) -> str:
        text = text_of(cell)
        if text and not pattern.fullmatch(text):
            raise Unfit(str(reason))
        return text

    return read


def _kind(cell: Cell) -> str:
    text = text_of(cell)
    if text and text not in _KINDS and text not in CatalogueKind.values:
        raise Unfit(_("Write 重大 or 一般."))
    return str(_KINDS.get(text, text))


def _grade(cell: Cell) -> str:
    text = text_of(cell).upper().removesuffix("级")
    if text and text not in set("ABCDE"):
        raise Unfit(_("A grade is one of A to E."))
    return text


def _hints(cell: Cell) -> list[str]:
    hints = sorted({_HINT_WORDS.get(word, word) for word in _SEPARATORS.split(text_of(cell)) if word})
    if not set(hints) <= HINTS:
        raise Unfit(_("A hint is 传感器 or 视频."))
    return hints


def _codes(cell: Cell) -> list[str]:
    codes = [code for code in _SEPARATORS.split(text_of(cell)) if code]
    if not all(_CODE.fullmatch(code) for code in codes):
        raise Unfit(_("Write codes of clauses, apart by commas."))
    return codes


def _number(cell: Cell) -> int | None:
    return None if text_of(cell) == "" else whole_of(cell, 1, 9999)


def _date(cell: Cell) -> date | None:
    return None if text_of(cell) == "" else date_of(cell)


_CODE_REASON = gettext_lazy("A code has at most 32 letters, digits, Chinese characters and . - _, and no blanks.")
_KEY_REASON = gettext_lazy("A key has at most 40 small letters, digits, - and _.")
COLUMNS: Final = (
    Column(
        "catalogue",
        "目录代码",
        _fitting(_KEY, _KEY_REASON),
        gettext_lazy("Key of the catalogue; a new one makes a new catalogue."),
        "metal-2022",
        "code",
    ),
    Column(
        "catalogue_name",
        "目录名称",
        _text(100),
        gettext_lazy("Only needed for a new catalogue."),
        "金属非金属矿山重大事故隐患判定标准",
    ),
    Column("kind", "类别", _kind, gettext_lazy("重大 or 一般; only needed for a new catalogue."), "重大"),
    Column("issued_as", "发布文号", _text(100), gettext_lazy("The order that brought the catalogue into force.")),
    Column(
        "code",
        "条款编号",
        _fitting(_CODE, _CODE_REASON),
        gettext_lazy("Unique among all catalogues."),
        "JSK-2022-1.1",
        "code",
        required=True,
    ),
    Column("aspect", "方面", _text(60), gettext_lazy("Aspect or speciality under which it stands."), "地下矿山"),
    Column("article", "条", _number, gettext_lazy("Number of the article."), 1, "number"),
    Column("number", "项", _number, gettext_lazy("Number of the item in the article."), 1, "number"),
    Column("citation", "引用", _text(60), gettext_lazy("As a document cites it."), "第一条第（一）项"),
    Column("grade", "分级", _grade, gettext_lazy("Of an ordinary hazard: A to E.")),
    Column("title", "标题", _text(60), gettext_lazy("Short; required for a new clause."), "安全出口不符合要求"),
    Column("title_en", "英文标题", _text(160), gettext_lazy("May stay empty.")),
    Column(
        "text",
        "内容",
        _text(4000),
        gettext_lazy("When is it a hazard; may stay empty where the official wording is given."),
    ),
    Column("official_text", "官方原文", _text(8000), gettext_lazy("The wording as published.")),
    Column("hints", "提示来源", _hints, gettext_lazy("传感器, 视频 or both: what may hint at it.")),
    Column("came_from", "来自条款", _codes, gettext_lazy("Codes of the older clauses it came from.")),
    Column(
        "valid_from",
        "生效日期",
        _date,
        gettext_lazy("First day in force; for changed words the day from which they hold."),
        date(2022, 9, 1),
        "date",
    ),
    Column("valid_to", "失效日期", _date, gettext_lazy("Last day in force; empty while it holds."), None, "date"),
)
BY_HEADER: Final = {column.header: column for column in COLUMNS} | {column.name: column for column in COLUMNS}
