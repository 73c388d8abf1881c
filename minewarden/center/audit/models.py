"""The chain of audit events, and the base of every table whose rows it vouches for."""

from __future__ import annotations

import copy
from collections.abc import Collection, Sequence
from typing import Any, ClassVar, NoReturn, Self

from django.db import models

from .action import Removed, current_action
from .canonical import columns, digest, plain
from .inserting import insert_rows

# Rows a query: under the 999 parameters that older SQLite allows, for look-ups of keys.
BATCH = 500
# The ``shape`` of the event that takes a row away.
REMOVED = "removed"
# The only actions that may take rows away; the verifier accepts no other.
MAY_REMOVE = frozenset({"workbooks.undo"})
# Columns whose values nobody can change in place need no deep copy.
_FROZEN = (type(None), bool, int, str, float)


class UnauditedWrite(RuntimeError):
    """A row of an audited table was written outside ``act(...)``: a defect of the program, never of the user."""


class AuditEvent(models.Model):
    """One object changed by one action. ``hash`` covers every column and the hash before it."""

    sequence = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    actor_id = models.BigIntegerField(null=True, db_index=True)
    actor_name = models.CharField(max_length=150)
    address = models.CharField(max_length=64, blank=True)
    request_id = models.CharField(max_length=36, blank=True)
    action = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=64)
    changes = models.JSONField()
    shape = models.CharField(max_length=64, help_text="which columns row_hash covers: an AuditShape")
    row_hash = models.CharField(max_length=64, help_text="of the whole row after the change")
    reason = models.TextField(blank=True)
    node_id = models.BigIntegerField(null=True, help_text="where the object belongs in the tree: who may read of it")
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(fields=["object_type", "object_id", "sequence"]),
            models.Index(fields=["node_id", "sequence"]),
        ]


class AuditShape(models.Model):
    """The columns that a table had when rows were hashed, so that a column added later breaks no older hash.

    ``digest`` is the hash of type and columns, and stands in the events: a shape changed behind our back is found.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    object_type = models.CharField(max_length=60)
    columns = models.JSONField()


class AuditHead(models.Model):
    """The end of the chain: one row, locked while the chain grows, so that two writers cannot fork it."""

    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")


class AuditedQuerySet(models.QuerySet[Any]):
    """Refuses the writes that would pass the audit by."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise UnauditedWrite(f"{self.model.__name__}: bulk writes pass the audit by; save each object inside act(...)")

    update = _refuse
    delete = _refuse
    bulk_create = _refuse
    bulk_update = _refuse

    def compare_and_set(self, instance: AuditedModel, expected: dict[str, Any], **changes: Any) -> bool:
        """Change columns of one row only if it still is what the caller believes.

        Sets ``changes`` on ``instance`` and audits them; answers False, with nothing written, when the row in the
        database no longer has the ``expected`` values.
        """
        action = current_action()
        if action is None:
            raise UnauditedWrite(f"{self.model.__name__}.compare_and_set outside act(...)")
        before = {name: getattr(instance, name) for name in changes}
        rows = models.QuerySet.update(self.filter(pk=instance.pk, **expected), **changes)
        if rows != 1:
            return False
        for name, value in changes.items():
            setattr(instance, name, value)
        action.note(instance, before)
        instance._remember()
        return True

    def insert_many(self, instances: Sequence[AuditedModel]) -> None:
        """Write new rows in few queries; the enclosing ``act(...)`` records each as ``save`` would, with the same hash.

        Every row has its key when this returns. Signals are not sent, and ``save`` of the model is not called.
        """
        action = current_action()
        if action is None:
            raise UnauditedWrite(f"{self.model.__name__}.insert_many outside act(...)")
        if all(instance.pk is not None for instance in instances):
            insert_rows(self.model, instances)
        else:  # only Django tells the keys that the database has given
            models.QuerySet.bulk_create(self, list(instances), batch_size=BATCH)
        for instance in instances:
            action.note(instance, None)

    def remove_many(self, keys: Sequence[Any]) -> int:
        """Take rows away that came by mistake; each leaves an event that vouches that this program did it.

        Only inside the actions of :data:`MAY_REMOVE`. Rows that refer to these are the caller's to take first.

        Raises:
            UnauditedWrite: outside such an action, or a row is not as its newest event left it.
        """
        action = current_action()
        if action is None or action.name not in MAY_REMOVE:
            raise UnauditedWrite(f"{self.model.__name__}.remove_many outside the actions that may remove")
        removed = 0
        for start in range(0, len(keys), BATCH):
            part = keys[start : start + BATCH]
            for key, gone in read_removed(self.model, part).items():
                action.noted.pop(key, None)
                action.removed[key] = gone
            rows = self.model._base_manager.filter(pk__in=part)
            removed += rows._raw_delete(rows.db)
        return removed


def read_removed(model: type[AuditedModel], keys: Sequence[Any]) -> dict[tuple[str, str], Removed]:
    """The rows of these keys as they stand, each checked against the newest event about it."""
    label = model._meta.label_lower
    newest: dict[str, tuple[str, str]] = {}
    events = AuditEvent.objects.filter(object_type=label, object_id__in=[str(key) for key in keys]).order_by("sequence")
    for object_id, shape, row_hash in events.values_list("object_id", "shape", "row_hash"):
        newest[object_id] = (shape, row_hash)
    shapes = dict(AuditShape.objects.filter(object_type=label).values_list("digest", "columns"))
    found = {}
    for object_id, (stored, node_id) in stored_rows(model, keys).items():
        shape, row_hash = newest.get(object_id, ("", ""))
        known = {name: stored[name] for name in shapes.get(shape, []) if name in stored}
        if not known or digest(known) != row_hash:
            raise UnauditedWrite(f"{label} {object_id} is not as its newest event left it: run the verifier")
        found[(label, object_id)] = Removed(model, stored, row_hash, node_id)
    return found


def stored_rows(model: type[AuditedModel], keys: Sequence[Any]) -> dict[str, tuple[dict[str, Any], int | None]]:
    """Key → the columns of a row as the database holds them (defaults, rounding, truncation), and its node."""
    names = columns(model)
    path = getattr(model, "NODE", None)
    node: models.F | models.Value = models.Value(None, output_field=models.BigIntegerField())
    if path is not None:  # rows of no place belong to the whole office
        node = models.F(f"{path}_id" if path else "pk")
    place = names.index(str(model._meta.pk.attname))
    found = {}
    for start in range(0, len(keys), BATCH):
        rows = model._base_manager.filter(pk__in=keys[start : start + BATCH])
        for values in rows.annotate(audit_node=node).values_list(*names, "audit_node"):
            stored = {name: plain(value) for name, value in zip(names, values, strict=False)}
            found[str(values[place])] = (stored, values[-1])
    return found


class AuditedModel(models.Model):
    """A table whose every row is vouched for by the chain. Written only inside ``act(...)``.

    Each model declares ``objects = AuditedQuerySet.as_manager()``, or ``ScopedQuerySet`` where rows belong to a node.
    """

    # Columns whose values are kept out of the audit's words (not out of the row's hash): passwords and the like.
    audit_secret: ClassVar[frozenset[str]] = frozenset()
    _loaded: dict[str, Any]

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **kwargs: Any) -> Self:
        instance = super().from_db(db, field_names, values, **kwargs)
        instance._remember()
        return instance

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Django's, and the next write's "before" is what was read now."""
        super().refresh_from_db(*args, **kwargs)
        self._remember()

    def _remember(self) -> None:
        """Keep the columns as they are in the database, so that the next write can say what it changed."""
        values = self.__dict__
        self._loaded = {
            name: values[name] if isinstance(values[name], _FROZEN) else copy.deepcopy(values[name])
            for name in columns(type(self))
            if name in values
        }

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row; the enclosing ``act(...)`` records what changed.

        Raises:
            UnauditedWrite: no action is under way.
        """
        action = current_action()
        if action is None:
            raise UnauditedWrite(f"{type(self).__name__}.save outside act(...)")
        before = None if self._state.adding else getattr(self, "_loaded", {})
        super().save(*args, **kwargs)
        action.note(self, before)
        self._remember()

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Records are never deleted; they are closed, retired or revoked."""
        raise UnauditedWrite(f"{type(self).__name__}: records are never deleted")
