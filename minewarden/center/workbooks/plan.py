"""Judges the rows of a file one after the other: new, changed, unchanged or wrong, and why. Writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from minewarden.center.audit.canonical import digest
from minewarden.center.registry.models import User
from minewarden.interfaces.workbooks.cells import Cell, CellFault, is_empty

from .models import BatchRow, BatchState, Verdict
from .problems import Problem, problem
from .spec import ID, VERSION, Importer, Known, SheetSpec, Values

Formulas = frozenset[tuple[int, int]]
# The batches whose rows have become records, or are becoming them now.
COUNTED = (BatchState.COMMITTED, BatchState.COMMITTING, BatchState.UNDOING)


@dataclass
class Staged:
    """One row as it was judged. ``number`` counts the rows of the file from 1."""

    number: int
    values: Values
    problems: list[Problem] = field(default_factory=list)
    verdict: str = Verdict.NEW
    changes: dict[str, list[Any]] = field(default_factory=dict)
    fingerprint: str = ""
    object_id: str = ""
    version: str = ""


class Planner:
    """Judges the rows of one file, part by part; it remembers which records and rows it has seen."""

    def __init__(self, sheet: SheetSpec, user: User, mapping: Mapping[int, str], empty_clears: bool = False) -> None:
        assert sheet.importer is not None
        self.sheet = sheet
        self.importer: Importer = sheet.importer(user)
        self._columns = [(index, name, sheet.by_name[name].parse) for index, name in sorted(mapping.items())]
        self._required = [column.name for column in sheet.columns if column.required]
        self._empty_clears = empty_clears
        self._rows_of_records: dict[str, int] = {}
        self._occurrences: Counter[str] = Counter()

    def plan(self, rows: Sequence[tuple[int, Sequence[Cell]]], formulas: Formulas = frozenset()) -> list[Staged]:
        """Judge some rows, each with its number; empty ones are left out."""
        staged = [self._parsed(number, row, formulas) for number, row in rows if not all(map(is_empty, row))]
        usable = [one for one in staged if one.values]
        self.importer.load([one.values for one in usable])
        for one, known in zip(usable, self.importer.known([one.values for one in usable]), strict=True):
            self._judge(one, known)
        for one in staged:
            if one.problems:
                one.verdict = Verdict.WRONG
        self._recognise([one for one in staged if one.verdict == Verdict.NEW])
        return staged

    def _parsed(self, number: int, row: Sequence[Cell], formulas: Formulas) -> Staged:
        one = Staged(number, {})
        width = len(row)
        for index, name, parse in self._columns:
            cell = row[index] if index < width else None
            if formulas and (number - 1, index) in formulas:
                one.problems.append(problem(name, "formula"))
                continue
            if cell is None or cell == "":
                continue
            try:
                value = parse(cell)
            except CellFault as fault:
                one.problems.append(problem(name, fault.code, "", **fault.params))
                continue
            if value is not None:
                one.values[name] = value
        return one

    def _judge(self, one: Staged, known: Known | None) -> None:
        values = one.values
        if known is not None:
            self._judge_known(one, known)
        elif values.get(ID):
            one.problems.append(problem(ID, "unknown_record"))
        else:
            faulty = {found["column"] for found in one.problems}
            for name in self._required:
                if values.get(name) is None and name not in faulty:
                    one.problems.append(problem(name, "required"))
            # Cells that could not be read would only make the checks of the row say the same in other words.
            one.problems += [found for found in self.importer.check(values) if found["column"] not in faulty]
            one.fingerprint = self._fingerprint(values)

    def _judge_known(self, one: Staged, known: Known) -> None:
        one.object_id, one.version = known.id, known.version
        first = self._rows_of_records.setdefault(known.id, one.number)
        if first != one.number:
            one.problems.append(problem(ID if one.values.get(ID) else "", "id_twice", row=first))
            return
        changes, problems = changed_columns(self.sheet, known, one.values, self._empty_clears, self._mapped)
        one.problems += problems
        if changes and not problems:
            new = {name: pair[1] for name, pair in changes.items()}
            one.problems += self.importer.check_change(known, one.values, new)
        one.changes = changes
        one.verdict = Verdict.CHANGED if changes else Verdict.UNCHANGED

    @property
    def _mapped(self) -> list[str]:
        return [name for _index, name, _parse in self._columns]

    def _fingerprint(self, values: Values) -> str:
        """What tells this row in another file. Two equal rows of one file are two records, and stay two."""
        content = {name: value for name, value in values.items() if name not in (ID, VERSION)}
        base = digest([self.sheet.key, content])
        self._occurrences[base] += 1
        count = self._occurrences[base]
        return base if count == 1 else digest([base, count])

    def _recognise(self, fresh: Sequence[Staged]) -> None:
        """New rows that an earlier batch has made records of are nothing new."""
        known = known_rows(self.sheet.key, [one.fingerprint for one in fresh])
        for one in fresh:
            if one.fingerprint in known:
                one.verdict, one.object_id = Verdict.UNCHANGED, known[one.fingerprint]
            elif self.sheet.makes_ids:
                one.object_id = str(uuid4())


def known_rows(key: str, fingerprints: Sequence[str]) -> dict[str, str]:
    """Fingerprint → id of the record that a batch which still counts has made of such a row."""
    known: dict[str, str] = {}
    rows = BatchRow.objects.filter(batch__sheet=key, batch__state__in=COUNTED, done=True).exclude(object_id="")
    for start in range(0, len(fingerprints), 500):
        some = rows.filter(fingerprint__in=fingerprints[start : start + 500])
        known |= dict(some.values_list("fingerprint", "object_id"))
    known.pop("", None)
    return known


def changed_columns(
    sheet: SheetSpec, known: Known, values: Values, empty_clears: bool, mapped: Sequence[str]
) -> tuple[dict[str, list[Any]], list[Problem]]:
    """Column → [old, new] of what a row would change in a record, and what forbids it."""
    changes: dict[str, list[Any]] = {}
    problems: list[Problem] = []
    for name in mapped:
        column = sheet.by_name[name]
        new, old = values.get(name), known.values.get(name)
        if name in (ID, VERSION) or new == old or (new is None and not (empty_clears and column.editable)):
            continue
        stale = bool(values.get(VERSION)) and values[VERSION] != known.version
        if new is None and column.required:
            problems.append(problem(name, "required"))
        elif stale:
            problems.append(problem(name, "changed_meanwhile", old=_shown(sheet, name, old)))
        elif column.fixed or not column.editable:
            problems.append(problem(name, "fixed", old=_shown(sheet, name, old)))
        elif known.why_not:
            problems.append(problem(name, "not_editable", why=known.why_not))
        else:
            changes[name] = [old, new]
    return changes, problems


def _shown(sheet: SheetSpec, name: str, value: Any) -> str:
    shown = sheet.by_name[name].show(value)
    return "" if shown is None else str(shown)[:60]
