"""A hazard ledger as an office would hand it in as a workbook, with some rows wrong on purpose and the truth known.

All of it is invented. The same seed makes the same ledger.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook

from minewarden.standards.major_hazards import editions

from .hazard_texts import codes, habits_of, hazard_text, ordinary_catalogue
from .province import MINES, PLACES, mines

HEADS: Final = (
    *("煤矿编码", "煤矿名称", "隐患地点", "隐患标题", "隐患描述", "判定条款"),
    *("后果严重程度", "发生可能性", "暴露人数", "失职程度", "来源", "发现时间", "检查人", "整改状态"),
    *("整改期限", "整改责任人", "办结日期", "验收人", "记录标识"),
)
CODE, MINE, PLACE, TITLE, _TEXT, CLAUSE = range(6)
GRAVITY, FOUND_AT, STATE, DUE, RESPONSIBLE, CLOSED_ON, ACCEPTED_BY, ID = 6, 11, 13, 14, 15, 16, 17, 18
FIRST_ROW: Final = 2  # of the file, below the heads

_GRAVITY = ("不会伤人", "轻伤", "重伤", "1—2 人死亡", "3—9 人死亡")
_LIKELIHOOD = ("极不可能", "可能性小", "可能", "很可能")
_PEOPLE = ("无人经过", "偶尔有人经过", "1—2 人", "3—9 人", "10 人以上")
_NEGLIGENCE = ("此前未发现", "此前未发现", "已发现未处理", "已要求未整改")
_PEOPLE_NAMES = ("王建军", "李卫国", "张秀英", "刘志强", "陈桂兰", "杨文博", "赵海燕", "周立新")


@dataclass(frozen=True, slots=True)
class LedgerMine:
    """A mine that rows may be about, with its registered places."""

    code: str
    name: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LedgerClause:
    """A clause that rows may be judged by; ``text`` is the code under which texts are written."""

    code: str
    valid_from: date
    valid_to: date | None
    major: bool
    text: str

    def in_force(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The cells of all rows below the heads, and of the wrong ones what is wrong: number of the row in the file → way.

    A text that begins with ``=`` is written as a formula.
    """

    rows: list[list[Any]]
    truth: dict[int, str]


# way → the column that it is in, and the codes under which an import may name it
WAYS: Final[dict[str, tuple[str, frozenset[str]]]] = {
    "unknown_mine": ("mine_code", frozenset({"unknown_mine"})),
    "wrong_date": ("found_at", frozenset({"not_a_date"})),
    "found_in_future": ("found_at", frozenset({"found_in_future"})),
    "clause_of_another_edition": ("clause", frozenset({"clause_not_in_force"})),
    "unknown_clause": ("clause", frozenset({"unknown_clause"})),
    "empty_title": ("title", frozenset({"required"})),
    "long_title": ("title", frozenset({"too_long"})),
    "place_of_another_mine": ("place", frozenset({"wrong_place"})),
    "unknown_part": ("gravity", frozenset({"unknown_choice"})),
    "due_before_found": ("due", frozenset({"before_found"})),
    "duplicate_id": ("id", frozenset({"id_twice", "unknown_record"})),
    "bad_number": ("due", frozenset({"not_a_date"})),
    "formula": ("title", frozenset({"formula"})),
    "closed_without_date": ("closed_on", frozenset({"wanted_in_state"})),
    "misspelt_choice": ("state", frozenset({"unknown_choice"})),
}


@cache
def province_mines() -> tuple[LedgerMine, ...]:
    """The mines of the demonstration province. Beside the places that all have, each has one of its own name."""
    planned = mines({entry[0]: ("none",) for entry in PLACES})
    names = [place for _class, place, _camera in PLACES]
    return tuple(LedgerMine(mine.code, mine.name, (*names, f"{mine.name}井底车场")) for mine in planned[: len(MINES)])


@cache
def major_clauses() -> tuple[LedgerClause, ...]:
    """The clauses of both editions of major hazards."""
    return tuple(
        LedgerClause(item.code, edition.valid_from, edition.valid_to, True, item.code)
        for edition in editions().values()
        for item in edition.items
        if item.code in codes()
    )


def make_ledger(
    count: int,
    now: datetime,
    *,
    places: Sequence[LedgerMine] = (),
    clauses: Sequence[LedgerClause] | None = None,
    wrong: float = 0.02,
    seed: int = 20260801,
) -> Ledger:
    """``count`` rows found in the 300 days before ``now`` (on the clock of the mines, without a zone), a share of
    ``wrong`` of them wrong, the fifteen ways in turn."""
    chance = random.Random(seed)
    at = tuple(places) or province_mines()
    judged_by = major_clauses() if clauses is None else tuple(clauses)
    rows = [_row(chance, at, judged_by, now) for _ in range(count)]
    spoilt = sorted(chance.sample(range(count), round(count * wrong)))
    spoil = _Spoiler(chance, at, judged_by, now)
    truth = {}
    for position, index in enumerate(spoilt):
        way = list(WAYS)[position % len(WAYS)]
        spoil(way, rows[index])
        truth[index + FIRST_ROW] = way
    return Ledger(rows, truth)


def write_ledger(ledger: Ledger, path: Path) -> None:
    """Write the ledger as a workbook, as a spreadsheet program would have saved it: formulas are formulas."""
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet("隐患台账")
    sheet.append(HEADS)
    for row in ledger.rows:
        sheet.append(row)
    book.save(path)


def _row(chance: random.Random, at: Sequence[LedgerMine], clauses: Sequence[LedgerClause], now: datetime) -> list[Any]:
    mine = chance.choice(at)
    found = (now - timedelta(minutes=chance.randrange(60, 300 * 24 * 60))).replace(second=0, microsecond=0)
    clause = _clause(chance, clauses, found.date())
    state = _state(chance, clause, found, now)
    title, text = hazard_text(chance, _text_of(chance, clause), "office", _habits(mine.code, mine.name))
    open_ended = state in ("发现", "核实")
    due = found.date() + timedelta(days=chance.choice((3, 7, 15, 30)))
    closed = min(found.date() + timedelta(days=chance.randrange(1, 20)), now.date())
    return [
        *(mine.code, mine.name, chance.choice(mine.places), title, text, clause.code if clause else None),
        *(chance.choice(_GRAVITY), chance.choice(_LIKELIHOOD), chance.choice(_PEOPLE), chance.choice(_NEGLIGENCE)),
        *("检查", found, chance.choice(_PEOPLE_NAMES), _STATES[state]),
        *(None if open_ended else due, None if open_ended else chance.choice(_PEOPLE_NAMES)),
        *((closed, chance.choice(_PEOPLE_NAMES)) if state == "办结" else (None, None)),
        None,
    ]


_STATES: Final = {"发现": "found", "核实": "verified", "整改": "待整改", "办结": "已办结"}


def _state(chance: random.Random, clause: LedgerClause | None, found: datetime, now: datetime) -> str:
    states = ["发现", "核实", "整改", "整改", "办结", "办结", "办结"]
    if clause is not None and clause.major:
        states = ["发现", "核实", "办结", "办结"]
    return chance.choice(states) if found < now - timedelta(days=1) else "发现"


def _clause(chance: random.Random, clauses: Sequence[LedgerClause], day: date) -> LedgerClause | None:
    """A clause in force on the day for one row in four: most hazards are no major ones."""
    if chance.random() >= 0.25:
        return None
    fitting = _in_force(tuple(clauses), day)
    return chance.choice(fitting) if fitting else None


@cache
def _in_force(clauses: tuple[LedgerClause, ...], day: date) -> tuple[LedgerClause, ...]:
    return tuple(clause for clause in clauses if clause.in_force(day))


@cache
def _ordinary_codes() -> tuple[str, ...]:
    return tuple(clause.code for clause in ordinary_catalogue().clauses)


def _text_of(chance: random.Random, clause: LedgerClause | None) -> str:
    return clause.text if clause is not None else chance.choice(_ordinary_codes())


_habits = cache(habits_of)


class _Spoiler:
    """Makes one thing of a row wrong."""

    def __init__(
        self, chance: random.Random, at: Sequence[LedgerMine], clauses: Sequence[LedgerClause], now: datetime
    ) -> None:
        self._chance, self._at, self._clauses, self._now = chance, at, clauses, now
        self._ids = self._pairs()

    def __call__(self, way: str, row: list[Any]) -> None:
        spoil: Callable[[list[Any]], None] = getattr(self, f"_{way}")
        spoil(row)

    def _pairs(self) -> Iterator[str]:
        """Ids of records that do not exist, each twice."""
        while True:
            made = f"{self._chance.getrandbits(128):032x}"
            yield from (made, made)

    def _unknown_mine(self, row: list[Any]) -> None:
        row[CODE] = "999999999999"

    def _wrong_date(self, row: list[Any]) -> None:
        row[FOUND_AT] = "2026年13月45日"

    def _found_in_future(self, row: list[Any]) -> None:
        row[FOUND_AT] = self._now + timedelta(days=40)
        row[STATE] = "found"
        row[DUE] = row[RESPONSIBLE] = row[CLOSED_ON] = row[ACCEPTED_BY] = None

    def _clause_of_another_edition(self, row: list[Any]) -> None:
        day = row[FOUND_AT].date()
        row[CLAUSE] = self._chance.choice([clause.code for clause in self._clauses if not clause.in_force(day)])

    def _unknown_clause(self, row: list[Any]) -> None:
        row[CLAUSE] = "2026-99.9"

    def _empty_title(self, row: list[Any]) -> None:
        row[TITLE] = " "

    def _long_title(self, row: list[Any]) -> None:
        row[TITLE] = "带式输送机保护" * 20

    def _place_of_another_mine(self, row: list[Any]) -> None:
        own = next(mine for mine in self._at if mine.code == row[CODE])
        strange = [place for mine in self._at for place in mine.places if place not in own.places]
        row[PLACE] = self._chance.choice(strange)

    def _unknown_part(self, row: list[Any]) -> None:
        row[GRAVITY] = "非常严重"

    def _assigned(self, row: list[Any]) -> None:
        row[STATE], row[CLAUSE] = "待整改", None
        row[RESPONSIBLE] = row[RESPONSIBLE] or self._chance.choice(_PEOPLE_NAMES)
        row[CLOSED_ON] = row[ACCEPTED_BY] = None

    def _due_before_found(self, row: list[Any]) -> None:
        self._assigned(row)
        row[DUE] = row[FOUND_AT].date() - timedelta(days=3)

    def _duplicate_id(self, row: list[Any]) -> None:
        row[ID] = next(self._ids)

    def _bad_number(self, row: list[Any]) -> None:
        self._assigned(row)
        row[DUE] = 20261399

    def _formula(self, row: list[Any]) -> None:
        row[TITLE] = "=cmd|' /C calc'!A0"

    def _closed_without_date(self, row: list[Any]) -> None:
        row[STATE], row[CLOSED_ON] = "已办结", None
        row[ACCEPTED_BY] = row[ACCEPTED_BY] or self._chance.choice(_PEOPLE_NAMES)

    def _misspelt_choice(self, row: list[Any]) -> None:
        row[STATE] = "已半结"


def corrected(ledger: Ledger, rows: Iterable[int], now: datetime, **given: Any) -> Ledger:
    """The same ledger with these rows (numbers in the file) as they would have been, had nobody spoilt them."""
    clean = make_ledger(len(ledger.rows), now, wrong=0.0, **given)
    right = set(rows)
    kept = [clean.rows[index] if index + FIRST_ROW in right else row for index, row in enumerate(ledger.rows)]
    return Ledger(kept, {number: way for number, way in ledger.truth.items() if number not in right})
