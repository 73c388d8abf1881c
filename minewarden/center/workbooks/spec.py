"""What a sheet is: its columns, who may take it out or bring it in, and how its rows become records.

An app registers its sheets in ``AppConfig.ready()``::

    register_sheet(SheetSpec("mines", _("Mines"), COLUMNS, rows=mine_rows,
                             permission_export="registry.view", permission_import="registry.manage_organisation",
                             importer=MineImporter))

``rows`` answers what a list shows, one dictionary a record, with ``id`` and ``version`` beside the columns; the same
form comes back in. Values between file and importer are *plain*: text, whole numbers, "2026-08-01T10:05" for a moment
on the mine's clock, "2026-08-01" for a day, the code of a choice; None for an empty cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, runtime_checkable

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import get_language

from minewarden.center.registry.models import User
from minewarden.interfaces.workbooks.cells import Cell
from minewarden.interfaces.workbooks.writing import Kind

from .models import Batch
from .problems import Problem, RowRefused

Values = dict[str, Any]
Parser = Callable[[Cell], Any]
Shower = Callable[[Any], Cell]
ID, VERSION = "id", "version"
MANY: Final = 200_000  # rows of an export: what a workbook of a person can hold


@dataclass(frozen=True)
class Column:
    """One column. ``parse`` turns a cell into a plain value or raises ``CellFault``; ``show`` turns that into a cell.
    ``editable``: a record that is there already can be changed by it; ``fixed``: only shown, never taken over."""

    name: str
    zh: str
    en: str
    parse: Parser
    show: Shower = lambda value: value
    aliases: tuple[str, ...] = ()
    help: str | Promise = ""
    required: bool = False
    editable: bool = False
    fixed: bool = False
    hidden: bool = False
    kind: Kind = "text"
    width: float = 14.0
    choices: tuple[object, ...] = ()  # their texts are in the reader's language

    @property
    def label(self) -> str:
        """Its name in the reader's language."""
        return self.zh if (get_language() or "zh").startswith("zh") else self.en


@dataclass(frozen=True)
class Known:
    """A record that a row names. ``values`` as an export shows it; ``why_not``: why the user may not edit it."""

    id: str
    version: str
    values: Values
    label: str = ""
    why_not: str = ""


class Importer(Protocol):
    """Makes records of rows for one user. Made anew for the reading and for each part of a commit."""

    def __init__(self, user: User) -> None: ...

    def load(self, rows: Sequence[Values]) -> None:
        """Fetch in few queries what the checks of these rows need: the mines the user may write to, places, clauses."""

    def known(self, rows: Sequence[Values]) -> list[Known | None]:
        """For each row the record that it names by its id or by what identifies it otherwise (a mine's code)."""

    def check(self, values: Values) -> list[Problem]:
        """What is wrong with a new row, beyond its single cells."""

    def check_change(self, known: Known, values: Values, changes: Values) -> list[Problem]:
        """What is wrong with changing these columns of this record."""

    def create(self, rows: Sequence[Values], ids: Sequence[str], batch: Batch) -> Sequence[str | RowRefused]:
        """Make the records, inside the caller's action; answers their ids in the rows' order, or why one was not made.
        ``ids`` are those to take where the sheet says ``makes_ids``, else empty texts."""

    def update(self, known: Known, values: Values, changes: Values, batch: Batch) -> None:
        """Change a record, inside the caller's action.

        Raises:
            RowRefused: it was changed meanwhile, or a service refuses.
        """


@runtime_checkable
class Pooling(Protocol):
    """An importer that gathers the changes of several rows and writes them together at the end of a part."""

    def finish(self, batch: Batch) -> Mapping[str, list[Problem]]:
        """Write what ``update`` gathered, inside the caller's action; answers id of a row's record → why it was not."""


Undo = Callable[..., None]


@dataclass(frozen=True)
class SheetSpec:
    """A list that can be taken out and, where ``importer`` is given, brought in again.

    ``needs``: where no cell is required, that one of these columns must be there. ``order`` of the menu of sheets.
    ``together``: rows with the same value in this column are taken over in one transaction. ``undo``: how a batch is
    undone where what it wrote must stay in the record: as ``undoing.undo_parts``, with the same arguments and errors.
    """

    key: str
    label: str | Promise
    columns: Sequence[Column]
    rows: Callable[[User, QueryDict], Iterator[Values]]
    permission_export: str
    permission_import: str = ""
    importer: Callable[[User], Importer] | None = None
    order: int = 50
    chunk: int = 500  # rows of one transaction
    makes_ids: bool = False  # the importer takes the ids that the rows were given while they were read
    together: str = ""
    undo: Undo | None = None
    notes: tuple[str | Promise, ...] = ()
    by_name: dict[str, Column] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})


_sheets: dict[str, SheetSpec] = {}


def register_sheet(sheet: SheetSpec) -> None:
    """Add a sheet; the same key again replaces it."""
    _sheets[sheet.key] = sheet


def sheet_of(key: str) -> SheetSpec | None:
    """The sheet with this key, None where there is none."""
    return _sheets.get(key)


def sheets() -> list[SheetSpec]:
    """All sheets in the order of the menu."""
    return sorted(_sheets.values(), key=lambda sheet: (sheet.order, sheet.key))
