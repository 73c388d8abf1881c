"""Registers as workbooks: one importer for all, each register says how its record reads and what identifies it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from minewarden.center.cases.models import Case
from minewarden.center.registry.models import Mine, User
from minewarden.center.workbooks.models import Batch
from minewarden.center.workbooks.problems import Problem, problem
from minewarden.center.workbooks.sheets.mines_of_rows import MinesOfRows
from minewarden.center.workbooks.sheets.records import RecordImporter, with_version
from minewarden.center.workbooks.spec import Values

from .cells import split_numbers
from .filters import LedgerFilter
from .models import Recorded
from .writing import Check

NOT_YOURS = _("Your role may not change this record.")
WITHDRAWN = _("This record is withdrawn and is no longer changed.")
Rows = Callable[[User], QuerySet[Any]]


def rows_of(
    rows: Rows,
    filter_class: type[LedgerFilter],
    permission: str,
    order: tuple[str, ...],
    values: Callable[[Any], Values],
) -> Callable[[User, QueryDict], Iterator[Values]]:
    """What a list's export answers: as its page narrows it. A filter that makes no sense gives none, as there."""

    def give(user: User, params: QueryDict) -> Iterator[Values]:
        form = filter_class(user, permission, params)
        for record in form.narrowed(rows(user)).order_by(*order).iterator(chunk_size=1000):
            yield with_version(record.pk, values(record))

    return give


class RegisterImporter(RecordImporter):
    """Records of mines. Which mine is asked in a few queries for all rows; each row is checked as the service would,
    without writing."""

    permission: ClassVar[str]
    model: ClassVar[type[Recorded]]
    rows: ClassVar[Rows]
    check_record: ClassVar[Check]
    identified_by: ClassVar[tuple[str, ...]] = ()  # columns that, with the mine, name a record without its id
    wanted: ClassVar[tuple[str, ...]] = ()  # without these nothing can be checked; that they lack is told already
    fields = {"case_numbers": "cases"}
    # Keys of other records: asked of the database by clean_fields, once for every row; here they were chosen already.
    asked_elsewhere: ClassVar[tuple[str, ...]] = ("mine", "campaign", "inspection")

    def __init__(self, user: User) -> None:
        super().__init__(user)
        self._mines = MinesOfRows(user, {self.permission})
        self._mine_of_case: dict[str, int] = {}

    def load(self, rows: Sequence[Values]) -> None:
        self._mines.load(rows)
        numbers = {number for row in rows if row.get("cases") for number in split_numbers(row["cases"])}
        unknown = sorted(numbers - set(self._mine_of_case))
        for start in range(0, len(unknown), 500):
            found = Case.objects.filter(number__in=unknown[start : start + 500])
            self._mine_of_case |= dict(found.values_list("number", "mine_id"))

    # What each register says itself:

    def columns(self, values: Values) -> dict[str, Any]:
        """Columns of the record, of the plain values that are there.

        Raises:
            ValidationError: a value names something that does not exist.
        """
        raise NotImplementedError

    def shown(self, record: Any) -> Values:
        """A record as a row, without id and version."""
        raise NotImplementedError

    def add(self, **columns: Any) -> Any:
        """Make a record by its service."""
        raise NotImplementedError

    def amend(self, record: Any, reason: str, **changes: Any) -> Any:
        """Correct a record by its service."""
        raise NotImplementedError

    # What is the same for all:

    def visible(self) -> QuerySet[Any]:
        return type(self).rows(self.user)

    def values(self, record: Any) -> Values:
        return with_version(record.pk, self.shown(record))

    def natural_key(self, values: Values) -> Hashable | None:
        mine = self._mines.of(values)
        if not self.identified_by or not isinstance(mine, Mine):
            return None
        return (mine.pk, *(values.get(name) or "" for name in self.identified_by))

    def natural(self, rows: Sequence[Values]) -> dict[Hashable, Any]:
        if not self.identified_by:
            return {}
        wanted = [key for key in map(self.natural_key, rows) if isinstance(key, tuple)]
        records = self.visible().filter(withdrawn=False, mine__in={key[0] for key in wanted}, **self.span(rows))
        found = {self._key(record): record for record in records.order_by("pk")}
        return {key: found[key] for key in wanted if key in found}

    def span(self, rows: Sequence[Values]) -> dict[str, Any]:
        """What narrows the look-up of :meth:`natural` beside the mines."""
        return {}

    def _key(self, record: Any) -> Hashable:
        shown = self.shown(record)
        return (record.mine_id, *(shown.get(name) or "" for name in self.identified_by))

    def why_not(self, record: Any) -> str:
        if record.withdrawn:
            return str(WITHDRAWN)
        return "" if self._mines.may(record.mine.node_id, self.permission) else str(NOT_YOURS)

    def check(self, values: Values) -> list[Problem]:
        mine = self._mines.of(values)
        if not isinstance(mine, Mine):
            return [mine]
        if not self._mines.may(mine.node_id, self.permission):
            return [problem("mine_code", "unknown_mine", found=mine.code)]
        return self._faults(mine, values)

    def check_change(self, known: Any, values: Values, changes: Values) -> list[Problem]:
        merged: Mapping[str, Any] = {**known.values, **changes}
        mine = self._mines.of(dict(merged))
        return self._faults(mine, dict(merged)) if isinstance(mine, Mine) else []

    def checked_columns(self, values: Values) -> dict[str, Any]:
        """The columns of a new record with what follows from the others."""
        return self.columns(values)

    def _faults(self, mine: Mine, values: Values) -> list[Problem]:
        """What is wrong with a row: fields, then what the register asks; no queries of its own."""
        if any(values.get(name) is None for name in self.wanted):
            return []
        try:
            columns = self.checked_columns(values)
            numbers = columns.pop("case_numbers", ())
            record = self.model(**{"mine": mine, **columns})
            record.clean_fields(exclude=self.asked_elsewhere)
            type(self).check_record(record)
        except ValidationError as error:
            return self.said(error)
        strange = [number for number in numbers if self._mine_of_case.get(number) != mine.pk]
        return [problem("cases", "unknown_cases", found="、".join(strange[:5]))] if strange else []

    def make(self, values: Values, batch: Batch) -> Recorded:
        mine = self._mines.of(values)
        assert isinstance(mine, Mine)
        made: Recorded = self.add(mine=mine, **self.columns(values))
        return made

    def change(self, record: Recorded, changes: Values, batch: Batch) -> None:
        self.amend(record, batch.original_name, expected_version=record.version, **self.columns(changes))
