"""What apps add to the frame of every page: menu entries, what waits for somebody, figures of the head's page.

An app registers in its ``AppConfig.ready()``; the frame asks for what the user's permissions allow. The shell knows no
app, and no app needs another one's templates for this.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
# Counts in the frame stop here: nobody acts differently on 1 000 and 3 000, and counting on costs every page.
COUNT_CAP: Final = 1000
# From which order on which heading: what one does today stands first, without one.
MENU_GROUPS: Final[tuple[tuple[int, Text], ...]] = (
    (0, ""),
    (20, _("Cases and hazards")),
    (40, _("Video")),
    (60, _("Registers")),
    (80, _("Management")),
)


@dataclass(frozen=True)
class MenuEntry:
    """A line of the menu on the left, shown to those with ``permission``. Smaller ``order`` stands higher, and says
    under which heading of ``MENU_GROUPS``."""

    label: Text
    url_name: str
    permission: str
    order: int

    @property
    def url(self) -> str:
        return reverse(self.url_name)

    @property
    def group(self) -> Text:
        """The heading it stands under; empty for the work of the day."""
        return next((label for start, label in reversed(MENU_GROUPS) if self.order >= start), "")


# What waits for a user: the rows themselves, which are counted together with all others in one query, or a number.
Counted = Callable[[Any], "QuerySet[Any] | int"]


@dataclass(frozen=True)
class Waiting:
    """Something that waits for a user: ``count(user)`` answers the rows, or at the cost of one query their number."""

    label: Text
    url_name: str
    permission: str
    count: Counted


@dataclass(frozen=True)
class Figure:
    """One number of the head's page and the list it was counted from. ``tone``: red, orange, yellow, blue or empty."""

    label: Text
    value: int
    url: str
    tone: str = ""
    note: Text = ""


@dataclass(frozen=True)
class FigureGroup:
    """Figures that belong together; ``provide(user)`` counts them all in as few queries as it can."""

    label: Text
    permission: str
    order: int
    provide: Callable[[Any], list[Figure]]


@dataclass(frozen=True)
class Related:
    """A link from the page of one kind of record (``mine``, ``camera``) to a list of another app about it."""

    kind: str
    label: Text
    permission: str
    url: Callable[[Any], str]


@dataclass(frozen=True)
class Hit:
    """One record that the search at the top found."""

    label: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Searched:
    """A kind of record that the search at the top looks through: ``find(user, text)`` answers the first few in at most
    two queries."""

    label: Text
    permission: str
    find: Callable[[Any, str], list[Hit]]
    all_of: Callable[[str], str]


_related: list[Related] = []
_searched: list[Searched] = []
_menu: list[MenuEntry] = []
_waiting: list[Waiting] = []
_groups: list[FigureGroup] = []


def register_menu(label: Text, url_name: str, permission: str, order: int) -> None:
    """Add a line to the menu."""
    _menu.append(MenuEntry(label, url_name, permission, order))
    _menu.sort(key=lambda entry: entry.order)


def register_waiting(label: Text, url_name: str, permission: str, count: Counted) -> None:
    """Add a count to "waits for me" at the top of every page. ``count`` best answers a queryset: all of them are
    counted, each up to ``COUNT_CAP``, in one query of every page."""
    _waiting.append(Waiting(label, url_name, permission, count))


def register_figures(label: Text, permission: str, order: int, provide: Callable[[Any], list[Figure]]) -> None:
    """Add a group of figures to the head's page."""
    _groups.append(FigureGroup(label, permission, order, provide))
    _groups.sort(key=lambda group: group.order)


def register_related(kind: str, label: Text, permission: str, url: Callable[[Any], str]) -> None:
    """Add a link to the page of every ``mine`` or ``camera``; ``url(record)`` says where it leads."""
    _related.append(Related(kind, label, permission, url))


def register_search(
    label: Text, permission: str, find: Callable[[Any, str], list[Hit]], all_of: Callable[[str], str]
) -> None:
    """Add a kind of record to the search at the top; ``all_of(text)`` is the address of its own list for this text."""
    _searched.append(Searched(label, permission, find, all_of))


def found_by(user: Any, permissions: Collection[str], text: str) -> list[tuple[Text, list[Hit], str]]:
    """Label, hits and list of every kind of record that has any."""
    groups = [
        (entry.label, entry.find(user, text), entry.all_of(text))
        for entry in _searched
        if entry.permission in permissions
    ]
    return [group for group in groups if group[1]]


def related_to(kind: str, record: Any, permissions: Collection[str]) -> list[tuple[Text, str]]:
    """Label and address of the links of one record's page."""
    entries = [entry for entry in _related if entry.kind == kind and entry.permission in permissions]
    return [(entry.label, entry.url(record)) for entry in entries]


def menu_for(permissions: Collection[str]) -> list[MenuEntry]:
    """The lines of the menu for somebody with these permissions."""
    return [entry for entry in _menu if entry.permission in permissions]


@dataclass(frozen=True)
class WaitingCount:
    """So many of one thing wait; ``capped`` says that there are at least so many."""

    label: Text
    url: str
    count: int
    capped: bool


def waiting_for(user: Any, permissions: Collection[str]) -> list[WaitingCount]:
    """What waits for the user, each with its number and its list."""
    wanted = [entry for entry in _waiting if entry.permission in permissions]
    answers = [entry.count(user) for entry in wanted]
    rows = [answer for answer in answers if isinstance(answer, QuerySet)]
    counts = iter(counted_together(rows, COUNT_CAP))
    numbers = [next(counts) if isinstance(answer, QuerySet) else answer for answer in answers]
    return [
        WaitingCount(entry.label, reverse(entry.url_name), number, number >= COUNT_CAP)
        for entry, number in zip(wanted, numbers, strict=True)
    ]


def counted_together(rows: Sequence[QuerySet[Any]], cap: int) -> list[int]:
    """How many rows each queryset has, every one counted up to ``cap``, in one query."""
    compiled = [_compiled(queryset.order_by(), cap) for queryset in rows]
    parts = [f"(SELECT count(*) FROM ({sql}) counted)" if sql else "0" for sql, _values in compiled]
    values = [value for _sql, part in compiled for value in part]
    if not any(sql for sql, _values in compiled):
        return [0] * len(parts)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        return list(cursor.fetchone())


def keys_together(rows: Sequence[QuerySet[Any]], size: int) -> list[list[Any]]:
    """The keys of the first ``size`` rows of each queryset of one model, in any order, in one query."""
    compiled = [_compiled(queryset, size) for queryset in rows]
    parts = [f"SELECT {place}, part.* FROM ({sql}) part" for place, (sql, _values) in enumerate(compiled) if sql]
    found: list[list[Any]] = [[] for _queryset in rows]
    if parts:
        to_python = rows[0].model._meta.pk.to_python
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), [value for _sql, part in compiled for value in part])
            for place, key in cursor.fetchall():
                found[place].append(to_python(key))
    return found


def _compiled(queryset: QuerySet[Any], size: int) -> tuple[str, tuple[Any, ...]]:
    """SQL and parameters of the keys of a queryset's first rows; no SQL where it can have none."""
    try:
        return queryset.values("pk")[:size].query.sql_with_params()
    except EmptyResultSet:
        return "", ()


def figures_for(user: Any, permissions: Collection[str]) -> list[tuple[Text, list[Figure]]]:
    """The groups of figures of the head's page."""
    return [(group.label, group.provide(user)) for group in _groups if group.permission in permissions]
