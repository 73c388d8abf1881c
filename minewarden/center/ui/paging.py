"""Keyset paging: a page begins after a row, never after a number of rows, so that the last page costs as the first."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from django.core.exceptions import BadRequest, ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from minewarden.center.audit.canonical import plain

Row = TypeVar("Row", bound=Model)
PAGE_SIZE: Final = 50


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of one page; ``next`` and ``previous`` are query strings (``?…``) or empty."""

    rows: list[Row]
    next: str
    previous: str


def keyset(
    queryset: QuerySet[Row], request: HttpRequest, order: tuple[str, ...] = ("-pk",), size: int = PAGE_SIZE
) -> Page[Row]:
    """One page of ``queryset`` in ``order``, by the parameters ``after`` and ``before`` of the request.

    ``order`` names columns of the model itself, none of them nullable, the last one unique; ``-`` turns one round.

    Raises:
        BadRequest: the parameter is not one that we made.
    """
    backwards = "before" in request.GET
    token = request.GET.get("before") or request.GET.get("after") or ""
    keys = [(name.lstrip("-"), name.startswith("-") != backwards) for name in order]
    ordered = queryset.order_by(*(f"-{name}" if down else name for name, down in keys))
    if token:
        values = _values(queryset.model, keys, token)
        # The first column's bound stands also by itself: an index begins there, which no database sees in the "or".
        first, down = keys[0]
        ordered = ordered.filter(**{f"{first}__{'lte' if down else 'gte'}": values[0]}).filter(_beyond(keys, values))
    # First only the keys, which mostly stand in an index, then the rows of this one page with all that they show:
    # otherwise every row that fits is read whole, with its mine and place, before the sorting throws it away.
    chosen = ordered.values("pk")[: size + 1]
    rows = list(queryset.filter(pk__in=chosen).order_by(*(f"-{name}" if down else name for name, down in keys)))
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    has_next, has_previous = (bool(token), more) if backwards else (more, bool(token))
    names = [name for name, _down in keys]
    return Page(
        rows,
        next=_link(request, "after", names, rows[-1]) if rows and has_next else "",
        previous=_link(request, "before", names, rows[0]) if rows and has_previous else "",
    )


def _beyond(keys: list[tuple[str, bool]], values: list[Any]) -> Q:
    """Rows after the one with these values: a later first column, or the same and a later second, and so on."""
    beyond = Q()
    same: dict[str, Any] = {}
    for (name, down), value in zip(keys, values, strict=True):
        beyond |= Q(**same, **{f"{name}__{'lt' if down else 'gt'}": value})
        same[name] = value
    return beyond


def _values(model: type[Model], keys: list[tuple[str, bool]], token: str) -> list[Any]:
    try:
        raw = json.loads(base64.urlsafe_b64decode(token.encode()))
        fields = [model._meta.pk if name == "pk" else model._meta.get_field(name) for name, _down in keys]
        return [field.to_python(value) for field, value in zip(fields, raw, strict=True)]  # type: ignore[union-attr]
    except (ValueError, TypeError, binascii.Error, ValidationError) as error:
        raise BadRequest(_("This page address is damaged. Begin again at the first page.")) from error


def _link(request: HttpRequest, direction: str, names: list[str], row: Model) -> str:
    query = request.GET.copy()
    for key in ("after", "before"):
        query.pop(key, None)
    values = json.dumps([plain(getattr(row, name)) for name in names], ensure_ascii=False)
    query[direction] = base64.urlsafe_b64encode(values.encode()).decode()
    return f"?{query.urlencode()}"
