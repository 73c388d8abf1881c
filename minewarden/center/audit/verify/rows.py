"""Every row of every audited table against its newest event, and every event's object against the table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, models

from minewarden.center.audit.canonical import columns, digest, row
from minewarden.center.audit.models import MAY_REMOVE, REMOVED, AuditedModel, AuditEvent

from .report import Finding, Progress, Report

CHUNK = 500
# What a value that somebody wrote into a column by hand may raise when it is read.
UNREADABLE = (ValueError, TypeError, ArithmeticError, ValidationError)


def audited_models() -> list[type[AuditedModel]]:
    """Every table whose rows the chain vouches for, found by looking, so that none can be forgotten."""
    found = [model for model in apps.get_models() if issubclass(model, AuditedModel) and not model._meta.proxy]
    return sorted(found, key=lambda model: model._meta.label_lower)


def check_rows(report: Report, shapes: dict[str, list[str]], progress: Progress) -> None:
    """Compare all rows with their newest events; find rows without events and events without rows."""
    labels = set()
    for model in audited_models():
        labels.add(model._meta.label_lower)
        for keys in _raw_keys(model):
            _check_chunk(report, model, keys, shapes)
            progress("rows", len(keys))
        _check_gone(report, model)
        _check_unvouched_links(report, model)
    for label in AuditEvent.objects.order_by().values_list("object_type", flat=True).distinct():
        if label not in labels:
            report.add(Finding("event", label, "unknown_table", "events of a table that this program does not have"))


def _raw_keys(model: type[models.Model]) -> Iterator[list[Any]]:
    """The keys of a table in order, in chunks, as the database holds them: a damaged one must not stop the walk."""
    quote = connection.ops.quote_name
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    after: tuple[Any, ...] = ()
    while True:
        where = f"WHERE {key} > %s" if after else ""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {key} FROM {table} {where} ORDER BY {key} LIMIT {CHUNK}", after)
            keys = [found for (found,) in cursor.fetchall()]
        if not keys:
            return
        yield keys
        after = (keys[-1],)


def _check_chunk(report: Report, model: type[AuditedModel], raw_keys: list[Any], shapes: dict[str, list[str]]) -> None:
    label = model._meta.label_lower
    rows = _read(report, model, raw_keys)
    newest: dict[str, tuple[str, str]] = {}
    events = AuditEvent.objects.filter(object_type=label, object_id__in=list(rows)).order_by("sequence")
    for object_id, shape, row_hash in events.values_list("object_id", "shape", "row_hash").iterator(chunk_size=CHUNK):
        newest[object_id] = (shape, row_hash)
    now = columns(model)
    for object_id, instance in rows.items():
        report.rows += 1
        name = f"{label} {object_id}"
        if object_id not in newest:
            report.add(Finding("row", name, "row_not_vouched", "no event says who wrote it"))
            continue
        shape, row_hash = newest[object_id]
        if shape == REMOVED:
            report.add(Finding("row", name, "row_not_vouched", "it was removed, and stands there again"))
            continue
        known = shapes.get(shape, [])
        if gone := [column for column in known if column not in now]:
            report.add(Finding("row", name, "column_gone", ", ".join(gone)))
        elif known and digest(row(instance, known)) != row_hash:
            report.add(Finding("row", name, "row_changed", "it is not as the newest event left it"))
        report.older_shape += known != now


def _read(report: Report, model: type[AuditedModel], raw_keys: list[Any]) -> dict[str, AuditedModel]:
    """Object id → row; one that cannot be read any more is a finding."""
    key = model._meta.pk
    keys = []
    for raw in raw_keys:
        try:
            keys.append(key.to_python(raw))
        except UNREADABLE:
            report.add(Finding("row", f"{model._meta.label_lower} {raw}", "row_unreadable", "its key is damaged"))
    try:
        found = {str(instance.pk): instance for instance in model._base_manager.filter(pk__in=keys)}
    except UNREADABLE:
        found = {}
        for one in keys:
            try:
                found |= {str(instance.pk): instance for instance in model._base_manager.filter(pk=one)}
            except UNREADABLE as error:
                name = f"{model._meta.label_lower} {one}"
                report.add(Finding("row", name, "row_unreadable", f"{type(error).__name__}: {error}"))
                keys = [other for other in keys if other != one]
    for one in keys:
        if str(one) not in found:
            report.add(Finding("row", f"{model._meta.label_lower} {one}", "row_unreadable", "its key is damaged"))
    return found


def _check_gone(report: Report, model: type[AuditedModel]) -> None:
    """Objects that events speak of and that are not in the table any more: records are never deleted."""
    label, key, after = model._meta.label_lower, model._meta.pk, ""
    while True:
        spoken = AuditEvent.objects.filter(object_type=label, object_id__gt=after).order_by("object_id")
        ids = list(spoken.values_list("object_id", flat=True).distinct()[:CHUNK])
        if not ids:
            return
        after = ids[-1]
        keys = {}
        for object_id in ids:
            try:
                keys[object_id] = key.to_python(object_id)
            except UNREADABLE:
                report.add(Finding("event", f"{label} {object_id}", "impossible_key"))
        there = {str(found) for found in model._base_manager.filter(pk__in=keys.values()).values_list("pk", flat=True)}
        gone = [object_id for object_id in keys if object_id not in there]
        removed = _removed_by_the_program(label, gone)
        report.removed += len(removed)
        for object_id in gone:
            if object_id not in removed:
                report.add(Finding("row", f"{label} {object_id}", "row_deleted", "events speak of it"))


def _removed_by_the_program(label: str, object_ids: list[str]) -> set[str]:
    """Those whose newest event is a removal, by an action that may remove, of the row that the event before vouched
    for. That the event is genuine says the chain."""
    before: dict[str, str] = {}
    removed: set[str] = set()
    events = AuditEvent.objects.filter(object_type=label, object_id__in=object_ids).order_by("sequence")
    for object_id, shape, row_hash, action in events.values_list("object_id", "shape", "row_hash", "action"):
        if shape == REMOVED and action in MAY_REMOVE and before.get(object_id) == row_hash:
            removed.add(object_id)
        else:
            removed.discard(object_id)
        before[object_id] = row_hash
    return removed


def _check_unvouched_links(report: Report, model: type[AuditedModel]) -> None:
    """Link tables that Django makes by itself cannot be audited, so in an audited model they must be empty; ours are
    models of their own."""
    for field in model._meta.local_many_to_many:
        through = field.remote_field.through
        if through is not None and through._meta.auto_created:
            for key in through._base_manager.order_by("pk").values_list("pk", flat=True)[:CHUNK]:
                report.add(Finding("row", f"{through._meta.label_lower} {key}", "row_not_vouched"))
