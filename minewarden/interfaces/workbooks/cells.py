"""One cell's value as what a column wants: text, a whole number, a date, a moment; or a fault that says why not.

A cell comes as a spreadsheet holds it: numbers are floats, codes are sometimes numbers, dates are dates, texts such as
"2026年8月1日", or day numbers whose format was lost.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Final

Cell = str | int | float | bool | date | datetime | time | timedelta | None

LONGEST: Final = 32767  # characters that a cell of a workbook holds
_EXACT = 10**15  # from here on a spreadsheet has lost digits of a number
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_CLOCK = re.compile(r"(?:T|\s)?\s*(\d{1,2})\s*[:：时]\s*(\d{1,2})\s*(?:[:：分]\s*(\d{1,2})?(?:\.\d+)?\s*秒?)?分?")
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 day 0 of a workbook's calendar, which knows no zones
_DAY_NUMBERS = (20_000, 80_000)  # 1954 … 2119: a number outside is no date
# Control characters that XML cannot hold; tab and line feed may stay.
_UNHOLDABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff￾￿]")


class CellFault(ValueError):
    """This cell cannot be that. ``code`` is stable; ``params`` are what a message about it names."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def is_empty(value: Cell) -> bool:
    """Whether a cell holds nothing but blanks."""
    return value is None or (isinstance(value, str) and not value.strip())


def clean(text: str) -> str:
    """A text as a workbook gives it back: line ends as ``\\n``, no control characters, no blanks around."""
    if not text.isprintable():  # nearly every text is, and the check is quick
        text = _UNHOLDABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.strip()[:LONGEST]


def text_of(value: Cell, most: int = LONGEST) -> str:
    """A cell as text of at most ``most`` characters; an empty one is "".

    Raises:
        CellFault: ``too_long``; ``digits_lost`` for a number that a spreadsheet cannot hold exactly.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        text = clean(value)
    elif isinstance(value, bool):
        text = "TRUE" if value else "FALSE"
    elif isinstance(value, (int, float)):
        if abs(value) >= _EXACT:
            raise CellFault("digits_lost")
        text = str(int(value)) if float(value).is_integer() else repr(float(value))
    else:
        text = str(value)
    if len(text) > most:
        raise CellFault("too_long", most=most, found=len(text))
    return text


def whole_of(value: Cell, least: int | None = None, most: int | None = None) -> int:
    """A cell as a whole number within bounds.

    Raises:
        CellFault: ``not_whole``, ``too_small``, ``too_big``.
    """
    number: int | None = None
    if isinstance(value, (int, float)) and not isinstance(value, bool) and float(value).is_integer():
        number = int(value)
    elif isinstance(value, str) and re.fullmatch(r"[+-]?\d{1,15}(\.0+)?", value.strip()):
        number = int(float(value))
    if number is None:
        raise CellFault("not_whole", found=shortened(value))
    if least is not None and number < least:
        raise CellFault("too_small", least=least)
    if most is not None and number > most:
        raise CellFault("too_big", most=most)
    return number


def moment_of(value: Cell) -> datetime:
    """A cell as date and time of day on the wall clock, without a zone; a date alone is its midnight.

    Raises:
        CellFault: ``not_a_date``.
    """
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 the caller knows the zone
    if isinstance(value, (int, float)) and not isinstance(value, bool) and _DAY_NUMBERS[0] <= value <= _DAY_NUMBERS[1]:
        return (_EPOCH + timedelta(days=float(value)) + timedelta(milliseconds=1)).replace(microsecond=0)
    if isinstance(value, str):
        return _moment_of_text(value.strip())
    raise CellFault("not_a_date", found=shortened(value))


def date_of(value: Cell) -> date:
    """A cell as a date.

    Raises:
        CellFault: ``not_a_date``.
    """
    return moment_of(value).date()


def _moment_of_text(text: str) -> datetime:
    found = _DATE.match(text) or _COMPACT.match(text)
    if found is None:
        raise CellFault("not_a_date", found=shortened(text))
    rest = text[found.end() :].strip()
    clock = _CLOCK.fullmatch(rest) if rest else None
    if rest and clock is None:
        raise CellFault("not_a_date", found=shortened(text))
    hour, minute, second = (int(part or 0) for part in clock.groups()) if clock else (0, 0, 0)
    year, month, day = (int(part) for part in found.groups())
    try:
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 the caller knows the zone
    except ValueError:
        raise CellFault("not_a_date", found=shortened(text)) from None


def shortened(value: Cell) -> str:
    """What stands in a cell, for a message: at most 40 characters."""
    text = clean(str(value))
    return text if len(text) <= 40 else f"{text[:39]}…"
