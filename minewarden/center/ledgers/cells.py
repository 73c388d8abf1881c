"""Cells of registers that workbooks have no readers for yet: numbers with decimals, months, yes and no."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from minewarden.center.workbooks.parsing import Choice
from minewarden.center.workbooks.spec import Parser
from minewarden.interfaces.workbooks.cells import Cell, CellFault, is_empty, moment_of, shortened, text_of

_MONTH: Final = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?")
_APART: Final = re.compile(r"[\s,，、;；]+")
YES: Final = Choice((("yes", _("yes")), ("no", _("no"))))


def decimal(places: int, least: str = "0", most: str = "") -> Parser:
    """A number with at most so many decimals, as text: "12.5". Thousands may be apart by commas."""

    def parse(value: Cell) -> str | None:
        if is_empty(value):
            return None
        try:
            number = Decimal(text_of(value).replace(",", "").replace("，", ""))
        except InvalidOperation:
            raise CellFault("not_a_number", found=shortened(value)) from None
        if not number.is_finite():
            raise CellFault("not_a_number", found=shortened(value))
        if abs(number) >= 10**12:
            raise CellFault("too_big", most="999999999999")
        if number != round(number, places):
            raise CellFault("decimals", found=shortened(value), most=places)
        if number < Decimal(least):
            raise CellFault("too_small", least=least)
        if most and number > Decimal(most):
            raise CellFault("too_big", most=most)
        return plain_number(number)

    return parse


def plain_number(number: Decimal | None) -> str | None:
    """A number as text without needless zeros: "12.5", "40"."""
    if number is None:
        return None
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") or "0" if "." in text else text


def show_number(value: Any) -> Cell:
    return float(value) if value is not None else None


def month(value: Cell) -> str | None:
    """A month: "2026-08", from 2026-08, 2026年8月 or any day of it."""
    if is_empty(value):
        return None
    found = _MONTH.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return moment_of(value).strftime("%Y-%m")
    year, number = int(found[1]), int(found[2])
    if not 1 <= number <= 12:
        raise CellFault("not_a_date", found=shortened(value))
    return f"{year:04d}-{number:02d}"


def day_of(text: str | None) -> date | None:
    """A plain day, or the first day of a plain month."""
    if not text:
        return None
    return date.fromisoformat(text if len(text) > 7 else f"{text}-01")


def split_numbers(text: str | None) -> list[str]:
    """Numbers of cases out of a text."""
    return [part for part in _APART.split(text or "") if part]
