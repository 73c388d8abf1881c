"""Writes many new rows of one table quickly: Django's ``bulk_create`` spends most of its time on making SQL that is the
same for every row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from django.db import connections, models, router


def insert_rows(model: type[models.Model], instances: Sequence[models.Model]) -> None:
    """Write new rows; their keys are given by the caller, or nobody needs to know them. No signals are sent."""
    if not instances:
        return
    connection = connections[router.db_for_write(model)]
    own_key = instances[0].pk is not None
    fields = [field for field in model._meta.concrete_fields if own_key or not field.primary_key]
    readers = [_reader(field, connection) for field in fields]
    _insert(connection, model, fields, [tuple(read(instance) for read in readers) for instance in instances])
    for instance in instances:
        instance._state.adding = False
        instance._state.db = connection.alias


def insert_values(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write new rows, each given as all its columns by name."""
    connection = connections[router.db_for_write(model)]
    fields = list(model._meta.concrete_fields)
    plain = [(field.attname, None if _goes_as_it_is(field) else field.get_db_prep_save) for field in fields]
    values = [
        tuple(row[name] if prepare is None else prepare(row[name], connection) for name, prepare in plain)
        for row in rows
    ]
    _insert(connection, model, fields, values)


def _insert(connection: Any, model: type[models.Model], fields: Sequence[Any], rows: Sequence[tuple[Any, ...]]) -> None:
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    table = quote(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # The server's own way for many rows: no statement to parse, nothing to wait for between two rows.
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)


def _goes_as_it_is(field: models.Field[Any, Any]) -> bool:
    return isinstance(field, (models.CharField, models.TextField, models.BigIntegerField))


def _reader(field: models.Field[Any, Any], connection: Any) -> Callable[[Any], Any]:
    """How a column's value of an instance is made ready for the database."""
    name, prepare = field.attname, field.get_db_prep_save
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return lambda instance: prepare(field.pre_save(instance, True), connection)
    if isinstance(field, (models.CharField, models.TextField)):
        return attrgetter(name)
    return lambda instance: prepare(getattr(instance, name), connection)
