"""Undoes a batch: what it made is taken away, what it changed is set back. Everything it wrote is known from the chain
of audit events; nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.db.models import CASCADE, Max, Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.audit.models import BATCH, AuditedModel, AuditEvent
from minewarden.center.audit.services import act
from minewarden.center.registry.models import User

from .models import Batch, BatchPart, BatchRow, BatchState, BatchWrite
from .reading import Progress, silent
from .spec import sheet_of

NAMED: Final = 5  # records that a refusal names


@dataclass(frozen=True)
class Giver:
    """What a table's rows had taken from a counter elsewhere. ``hinders`` answers why some rows (by key) cannot go,
    "" where nothing does; ``give`` is told the removed rows' columns, inside the transaction."""

    hinders: Callable[[Sequence[str]], str]
    give: Callable[[Sequence[dict[str, Any]]], None]


_givers: dict[str, Giver] = {}


class UndoRefused(Exception):
    """The batch cannot be undone; nothing was. ``message`` says why and names records."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def on_removal(label: str, giver: Giver) -> None:
    """Have ``giver`` asked and told which rows of a table (``app.model``) an undo takes away."""
    _givers[label] = giver


@dataclass(frozen=True)
class Wrote:
    """What one event of a batch did to one row. ``before``: columns as they were; None: the row was made."""

    sequence: int
    label: str
    object_id: str
    before: dict[str, Any] | None


def run_undo(batch: Batch, progress: Progress = silent) -> Batch:
    """Undo a whole batch. Refused, it stays committed and says why."""
    actor = batch.undone_by
    reason = AuditEvent.objects.filter(
        object_type="workbooks.batch", object_id=str(batch.pk), action="workbooks.begin_undo"
    ).latest("sequence").reason  # fmt: skip
    try:
        sheet = sheet_of(batch.sheet)
        if sheet is not None and sheet.undo is not None:
            sheet.undo(batch, actor, reason, progress)
        else:
            everything: list[Wrote] = []
            for part in parts_of(batch):
                everything += wrote_by(part)
            refuse_if_used(everything)
            _refuse_if_hindered(everything)
            undo_parts(batch, actor, reason, progress)
    except UndoRefused as refusal:
        with act("workbooks.refuse_undo", actor):
            batch.state, batch.problem, batch.undone_by = BatchState.COMMITTED, refusal.message, None
            batch.save(update_fields=["state", "problem", "undone_by"])
        return batch
    with act("workbooks.undone", actor, reason):
        batch.state, batch.undone_at = BatchState.UNDONE, timezone.now()
        batch.save(update_fields=["state", "undone_at"])
    return batch


def parts_of(batch: Batch) -> list[BatchPart]:
    """The newest first: the last record made is the first to go."""
    return list(BatchPart.objects.filter(batch=batch).order_by("-first"))


def undo_parts(batch: Batch, actor: User | None, reason: str, progress: Progress = silent) -> None:
    """Undo part by part, each in a transaction of its own.

    Raises:
        UndoRefused: somebody has worked on a record of the next part; the parts before are undone and stay so.
    """
    parts = parts_of(batch)
    for count, part in enumerate(parts, start=1):
        with act("workbooks.undo", actor, reason):
            wrote = wrote_by(part)
            refuse_if_used(wrote)
            _refuse_if_hindered(wrote)
            _set_back(wrote)
            _take_away(wrote)
            made = {one.object_id for one in wrote}
            BatchWrite.objects.filter(batch=batch, sequence__gte=part.first, sequence__lte=part.last).delete()
            for some in _in_parts(sorted(made)):
                BatchRow.objects.filter(batch=batch, done=True, object_id__in=some).update(done=False)
            part.delete()
        progress(count, len(parts), _("Undoing"))


def wrote_by(part: BatchPart) -> list[Wrote]:
    span = {"sequence__gte": part.first, "sequence__lte": part.last}
    before = dict(BatchWrite.objects.filter(**span).values_list("sequence", "before"))
    events = AuditEvent.objects.filter(**span).order_by("sequence").values_list("sequence", "object_type", "object_id")
    return [Wrote(sequence, label, object_id, before.get(sequence)) for sequence, label, object_id in events]


def _in_parts(keys: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (keys[start : start + BATCH] for start in range(0, len(keys), BATCH))


def _by_label(wrote: Iterable[Wrote]) -> dict[str, list[Wrote]]:
    grouped: dict[str, list[Wrote]] = {}
    for one in wrote:
        grouped.setdefault(one.label, []).append(one)
    return grouped


def _model(label: str) -> type[AuditedModel]:
    model: type[AuditedModel] = apps.get_model(label)
    return model


def refuse_if_used(wrote: Sequence[Wrote]) -> None:
    """Whoever worked on one of the records since would lose their work.

    Raises:
        UndoRefused: some record was written since, or something refers to a record that would go.
    """
    grouped = _by_label(wrote)
    made = {label: [one.object_id for one in ones if one.before is None] for label, ones in grouped.items()}
    for label, ones in grouped.items():
        at = {one.object_id: one.sequence for one in ones}
        for some in _in_parts(sorted(at)):
            events = AuditEvent.objects.filter(object_type=label, object_id__in=some).order_by()
            newest = events.values_list("object_id").annotate(newest=Max("sequence"))
            if worked := [object_id for object_id, sequence in newest if sequence != at[object_id]]:
                raise UndoRefused(
                    _("Somebody has worked on these since: %(names)s.") % {"names": _names(label, worked)}
                )
        _refuse_if_referred(label, made)


def _refuse_if_referred(label: str, made: dict[str, list[str]]) -> None:
    for related in _model(label)._meta.related_objects:
        other: type[Model] = related.related_model
        if not issubclass(other, AuditedModel) and related.on_delete is CASCADE:
            continue  # derived from the record, and goes with it
        own = set(made.get(other._meta.label_lower, ()))
        for some in _in_parts(made[label]):
            keys = other._base_manager.filter(**{f"{related.field.name}__in": some}).values_list("pk", "pk")
            left = [str(key) for key, _same in keys if str(key) not in own]
            if left:
                raise UndoRefused(
                    _("Other records refer to what would be taken away: %(names)s.")
                    % {"names": _names(other._meta.label_lower, left)}
                )


def _refuse_if_hindered(wrote: Sequence[Wrote]) -> None:
    for label, giver in _givers.items():
        made = [one.object_id for one in wrote if one.label == label and one.before is None]
        if made and (why := giver.hinders(made)):
            raise UndoRefused(why)


def _names(label: str, keys: Sequence[str]) -> str:
    model = _model(label)
    records = model._base_manager.filter(pk__in=keys[:NAMED])
    more = "…" if len(keys) > NAMED else ""
    return "、".join(str(record) for record in records) + more


def _set_back(wrote: Sequence[Wrote]) -> None:
    """Columns as they were, to the last digit; the row must still be as the batch left it (the chain has said so)."""
    for label, ones in _by_label(one for one in wrote if one.before is not None).items():
        model = _model(label)
        for one in reversed(ones):
            instance: AuditedModel = model._base_manager.get(pk=one.object_id)
            assert one.before is not None
            changes = {}
            for name, value in one.before.items():
                field = model._meta.get_field(name)
                changes[name] = field.to_python(value) if value is not None else None  # type: ignore[union-attr]
            model.objects.compare_and_set(instance, {}, **changes)  # type: ignore[attr-defined]


def _take_away(wrote: Sequence[Wrote]) -> None:
    """Remove what was made, what refers to others first, with the tables that are derived from it."""
    made = _by_label(one for one in wrote if one.before is None)
    for label, ones in sorted(made.items(), key=lambda pair: -pair[1][-1].sequence):
        model = _model(label)
        keys = [model._meta.pk.to_python(one.object_id) for one in ones]
        stored: list[dict[str, Any]] = []
        for some in _in_parts(keys):
            rows: QuerySet[Any] = model._base_manager.filter(pk__in=some)
            if label in _givers:
                stored += list(rows.values())
            for related in model._meta.related_objects:
                other: Any = related.related_model
                if not issubclass(other, AuditedModel) and related.on_delete is CASCADE:
                    other._base_manager.filter(**{f"{related.field.name}__in": some}).delete()
        model.objects.remove_many(keys)  # type: ignore[attr-defined]
        if label in _givers:
            _givers[label].give(stored)
