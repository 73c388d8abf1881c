"""What a list is to the pages that are the same for all lists: its columns, its address and who may open it.

An app declares its list once and registers it in ``AppConfig.ready()``::

    CASES = ListSpec("cases", _("Cases"), "cases:list", "cases.view", (Column("number", _("Number"), number), …))
    register_list(CASES)

and its view puts ``listing(request, CASES)`` into the context of a template that includes ``lists/_bar.html`` and
``lists/_table.html``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True)
class Column:
    """One column: ``cell(row)`` answers safe HTML or plain text, without a query. ``standard``: shown until somebody
    chooses otherwise."""

    key: str
    label: Text
    cell: Callable[[Any], Any]
    standard: bool = True
    css: str = ""


@dataclass(frozen=True)
class ListSpec:
    """One list of the program. The first column leads to the record and always stays where it is."""

    key: str
    label: Text
    url_name: str
    permission: str
    columns: tuple[Column, ...]

    @property
    def url(self) -> str:
        return reverse(self.url_name)

    def chosen(self, keys: Sequence[str]) -> list[Column]:
        """The columns of these keys in this order, the first one before them; without keys the standard ones.

        Keys of columns that a later version no longer has are passed over.
        """
        if not keys:
            return [column for column in self.columns if column.standard]
        known = {column.key: column for column in self.columns}
        lead = self.columns[0]
        return [lead, *(known[key] for key in keys if key in known and key != lead.key)]


_specs: dict[str, ListSpec] = {}


def register_list(spec: ListSpec) -> None:
    """Make a list known to the pages of columns and views."""
    _specs[spec.key] = spec


def list_spec(key: str) -> ListSpec | None:
    """The list of this key."""
    return _specs.get(key)
