"""One way to write a row or an event down as bytes, the same on every database, so that it can be hashed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django.db import models

_AS_IT_IS = frozenset({type(None), bool, int, str})
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def plain(value: Any) -> Any:
    """A column's value as JSON can hold it; times in UTC with microseconds.

    Raises:
        TypeError: a type that no audited table uses yet.
    """
    if type(value) in _AS_IT_IS or isinstance(value, (int, str)):
        return value
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, (date, UUID, Decimal)):
        return str(value)
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in sorted(value.items(), key=lambda pair: str(pair[0]))}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    raise TypeError(f"cannot audit a value of type {type(value).__name__}")


def columns(model: type[models.Model]) -> list[str]:
    """The names of a table's columns, in the model's order."""
    return list(_columns(model))


@cache
def _columns(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.concrete_fields)


def row(instance: models.Model, only: Iterable[str] | None = None) -> dict[str, Any]:
    """All columns of a row by column name, or ``only`` some of them."""
    return {name: plain(getattr(instance, name)) for name in (columns(type(instance)) if only is None else only)}


def digest(content: Any) -> str:
    """SHA-256 of the canonical JSON of ``content``."""
    return hashlib.sha256(_encode(content).encode()).hexdigest()
