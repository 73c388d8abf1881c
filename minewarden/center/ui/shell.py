"""What apps add to the frame of every page: menu entries, what waits for somebody, figures of the head's page.

An app registers in its ``AppConfig.ready()``; the frame asks for what the user's permissions allow. The shell knows no
app, and no app needs another one's templates for this.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.functional import Promise

Text = str | Promise
# Counts in the frame stop here: nobody acts differently on 1 000 and 3 000, and counting on costs every page.
COUNT_CAP: Final = 1000


@dataclass(frozen=True)
class MenuEntry:
    """A line of the menu on the left, shown to those with ``permission``. Smaller ``order`` stands higher."""

    label: Text
    url_name: str
    permission: str
    order: int

    @property
    def url(self) -> str:
        return reverse(self.url_name)


@dataclass(frozen=True)
class Waiting:
    """Something that waits for a user: ``count(user)`` is one query, capped at ``COUNT_CAP``."""

    label: Text
    url_name: str
    permission: str
    count: Callable[[Any], int]


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


_related: list[Related] = []
_menu: list[MenuEntry] = []
_waiting: list[Waiting] = []
_groups: list[FigureGroup] = []


def register_menu(label: Text, url_name: str, permission: str, order: int) -> None:
    """Add a line to the menu."""
    _menu.append(MenuEntry(label, url_name, permission, order))
    _menu.sort(key=lambda entry: entry.order)


def register_waiting(label: Text, url_name: str, permission: str, count: Callable[[Any], int]) -> None:
    """Add a count to "waits for me" at the top of every page. Keep ``count`` to one cheap query."""
    _waiting.append(Waiting(label, url_name, permission, count))


def register_figures(label: Text, permission: str, order: int, provide: Callable[[Any], list[Figure]]) -> None:
    """Add a group of figures to the head's page."""
    _groups.append(FigureGroup(label, permission, order, provide))
    _groups.sort(key=lambda group: group.order)


def register_related(kind: str, label: Text, permission: str, url: Callable[[Any], str]) -> None:
    """Add a link to the page of every ``mine`` or ``camera``; ``url(record)`` says where it leads."""
    _related.append(Related(kind, label, permission, url))


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
    entries = []
    for entry in _waiting:
        if entry.permission in permissions:
            count = entry.count(user)
            entries.append(WaitingCount(entry.label, reverse(entry.url_name), count, count >= COUNT_CAP))
    return entries


def figures_for(user: Any, permissions: Collection[str]) -> list[tuple[Text, list[Figure]]]:
    """The groups of figures of the head's page."""
    return [(group.label, group.provide(user)) for group in _groups if group.permission in permissions]
