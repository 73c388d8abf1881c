"""Somebody with the database's password: changes behind the program's back, by SQL."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, models, transaction


@contextmanager
def undone() -> Iterator[None]:
    """What is done inside is rolled back afterwards, so that one office serves many attempts."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def set_column(instance: models.Model, field: models.Field, value: Any) -> None:
    """UPDATE one column of one row."""
    meta = instance._meta
    sql(
        f'UPDATE "{meta.db_table}" SET "{field.column}" = %s WHERE "{meta.pk.column}" = %s',
        field.get_db_prep_save(value, connection),
        meta.pk.get_db_prep_save(instance.pk, connection),
    )


def delete_row(instance: models.Model) -> None:
    meta = instance._meta
    key = meta.pk.get_db_prep_save(instance.pk, connection)
    sql(f'DELETE FROM "{meta.db_table}" WHERE "{meta.pk.column}" = %s', key)


def insert_copy(instance: models.Model) -> None:
    """INSERT a row like this one under another key; what must be unique is changed too."""
    meta = instance._meta
    # One column of each is enough, and the first is mostly whose row it is: others may be words of a list.
    unique = {constraint.fields[0] for constraint in meta.constraints if getattr(constraint, "fields", ())}
    values = {}
    for field in meta.concrete_fields:
        value = getattr(instance, field.attname)
        changed = field.unique or field.name in unique
        values[field.column] = field.get_db_prep_save(other(field, value) if changed else value, connection)
    columns, marks = ", ".join(f'"{name}"' for name in values), ", ".join(["%s"] * len(values))
    sql(f'INSERT INTO "{meta.db_table}" ({columns}) VALUES ({marks})', *values.values())


def other(field: models.Field, value: Any) -> Any:
    """A value of the column's type that is not this one."""
    target = field
    while isinstance(target, models.ForeignKey):  # what it points at may itself be known by what it points at
        target = target.target_field
    if isinstance(target, models.UUIDField):
        return uuid.uuid4()
    if isinstance(target, models.BooleanField):
        return not value
    if isinstance(target, models.DateTimeField):
        return (value or datetime.fromisoformat("2026-01-01T00:00:00+00:00")) + timedelta(seconds=1)
    if isinstance(target, models.DateField):
        return (value or date(2999, 1, 1)) + timedelta(days=1)  # far off: an end must not come before its beginning
    if isinstance(target, models.IntegerField):
        return (value or 0) + 1000
    if isinstance(target, models.FloatField):
        return (value or 0.0) + 0.001
    if isinstance(target, models.DecimalField):
        return (value or 0) - 1
    if isinstance(target, models.JSONField):
        return [*value, "x"] if isinstance(value, list) else {**(value or {}), "x": 1}
    assert isinstance(target, models.CharField | models.TextField), target
    text = value or "x"
    # Of a numbered row the first: the last digits are those of its neighbours.
    return (("9" if text[0] != "9" else "8") if value else "x") + text[1:]
