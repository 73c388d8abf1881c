"""Rows into a table as quickly as the database takes them, past services and audit. For databases that are thrown
away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.models import Field, Model

BATCH = 20_000


def insert(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of Python values; columns that are not named get the default of their field."""
    fields: list[Field[Any, Any]] = [field for field in model._meta.concrete_fields if field.attname in columns]
    order = {name: place for place, name in enumerate(columns)}
    fields.sort(key=lambda field: order[field.attname])
    others = [
        field for field in model._meta.concrete_fields if field.attname not in columns and not _made_by_database(field)
    ]
    fixed = tuple(_plain(field, field.get_default()) for field in others)
    names = ", ".join(connection.ops.quote_name(field.column) for field in [*fields, *others])
    table = connection.ops.quote_name(model._meta.db_table)
    ready = (tuple(_plain(field, value) for field, value in zip(fields, row, strict=True)) + fixed for row in rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in ready:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" for _ in [*fields, *others])
            for batch in _batches(ready):
                cursor.cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", batch)


def _made_by_database(field: Field[Any, Any]) -> bool:
    return bool(field.primary_key) and not field.has_default()


def _plain(field: Field[Any, Any], value: Any) -> Any:
    return None if value is None else field.get_db_prep_save(value, connection)


def _batches(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    batch: list[tuple[Any, ...]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


@contextmanager
def without_indexes(*models: type[Model]) -> Iterator[None]:
    """Indexes and triggers of these tables are dropped and made again afterwards: quicker than keeping them."""
    tables = [model._meta.db_table for model in models]
    kept = _definitions(tables)
    with connection.cursor() as cursor:
        for kind, name, _sql in kept:
            cursor.execute(f'DROP {kind} "{name}"')
    yield
    with connection.cursor() as cursor:
        for _kind, _name, sql in kept:
            cursor.execute(sql)


def _definitions(tables: list[str]) -> list[tuple[str, str, str]]:
    """(INDEX or TRIGGER, name, its SQL); constraints stay."""
    marks = ", ".join("%s" for _ in tables)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT 'INDEX', indexname, indexdef FROM pg_indexes WHERE tablename IN (" + marks + ") AND NOT EXISTS "
                "(SELECT 1 FROM pg_constraint WHERE conname = indexname)",
                tables,
            )
        else:
            cursor.execute(
                f"SELECT upper(type), name, sql FROM sqlite_master WHERE tbl_name IN ({marks}) "
                "AND type IN ('index', 'trigger') AND sql IS NOT NULL",
                tables,
            )
        return list(cursor.fetchall())
