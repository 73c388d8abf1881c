"""What a page of a list needs beside its rows: how this user wants it, and the views at hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from minewarden.center.registry.access import user_of
from minewarden.center.registry.models import NodePath, User
from minewarden.center.registry.scope import holds, remember_grants

from .models import Density, Preference, SharedView
from .spec import Column, ListSpec

SHARE = "lists.share"
# What says where in a list somebody is, and is no part of a view.
PLACE = frozenset({"after", "before", "all"})


@dataclass(frozen=True)
class ViewLink:
    """A view as a link. ``current``: it is what the page shows."""

    name: str
    url: str
    current: bool
    shared: bool
    starts: bool


@dataclass(frozen=True)
class Listing:
    """How one user's page of one list is drawn."""

    spec: ListSpec
    columns: list[Column]
    dense: bool
    views: list[ViewLink]
    query: str
    start: str

    def cells(self, row: Any) -> list[tuple[Column, Any]]:
        """The cells of a row in the order of the columns."""
        return [(column, column.cell(row)) for column in self.columns]


def preference(user: User, key: str) -> Preference:
    """How the user wants this list; a new one, not yet kept, where nothing was said."""
    return Preference.objects.filter(user=user, list_key=key).first() or Preference(user=user, list_key=key)


def shared_views(user: User, key: str) -> QuerySet[SharedView]:
    """Views that offices at or above the user's posts share."""
    posts = {node for _role, node, _above in remember_grants(user).grants}
    above = NodePath.objects.filter(descendant_id__in=sorted(posts)).values("ancestor_id")
    found: QuerySet[SharedView] = SharedView.objects.filter(list_key=key, retired_at=None, node_id__in=above)
    return found.order_by("name", "pk")


def may_share(user: User) -> bool:
    """Whether the user may share views with an office."""
    return holds(user, SHARE)


def normal_query(query: str) -> str:
    """A query as views keep it: without the place in the list and without what is empty, in one order."""
    pairs = {key: value for key, value in QueryDict(query).items() if value and key not in PLACE}
    return urlencode(sorted(pairs.items()))


def listing(request: HttpRequest, spec: ListSpec) -> Listing:
    """Columns, density and views of the user for a list, in two queries."""
    user = user_of(request)
    wished, query = preference(user, spec.key), normal_query(request.GET.urlencode())
    named = [(view["name"], view["query"], False) for view in wished.views]
    named += [(view.name, view.query, True) for view in shared_views(user, spec.key)]
    links = [
        ViewLink(name, f"{spec.url}?{kept}", kept == query, shared, kept == wished.start)
        for name, kept, shared in named
    ]
    return Listing(
        spec, spec.chosen(wished.columns), wished.density == Density.DENSE, links, query=query, start=wished.start
    )


def start_of(request: HttpRequest, listed: Listing) -> str:
    """Where a list that was opened without any filter begins: the address of the user's view, or empty."""
    return "" if request.GET or not listed.start else f"{listed.spec.url}?{listed.start}"
