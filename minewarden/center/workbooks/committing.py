"""Takes the rows of a batch over, part by part: each part is one transaction, so nobody waits long, and a commit whose
worker was killed goes on where it was."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.audit.action import Action, Chained
from minewarden.center.audit.canonical import plain
from minewarden.center.audit.services import act
from minewarden.center.registry.models import User

from .errors import BatchError
from .models import Batch, BatchPart, BatchRow, BatchState, BatchWrite, Existing, Rows, Verdict
from .plan import changed_columns, known_rows
from .problems import Problem, RowRefused, problem
from .reading import Progress, silent
from .spec import Importer, Known, Pooling, SheetSpec, sheet_of
from .undoing import UndoRefused, undo_parts

# Between two parts other writers get their turn: SQLite has no queue.
PAUSE_SECONDS: Final = 0.01


def run_commit(batch: Batch, progress: Progress = silent) -> Batch:
    """Take all rows over that are to be. May be run again after it was cut off.

    In the mode "all or none" a row that cannot be taken after all undoes what was taken before it.
    """
    sheet, actor = sheet_of(batch.sheet), batch.committed_by
    assert sheet is not None
    assert actor is not None
    wanted = [Verdict.NEW] + ([Verdict.CHANGED] if batch.existing_mode == Existing.UPDATE else [])
    waiting = BatchRow.objects.filter(batch=batch, verdict__in=wanted, done=False).order_by("number")
    total = BatchRow.objects.filter(batch=batch, verdict__in=wanted).count()
    done = total - waiting.count()
    while rows := _next_rows(waiting, sheet):
        refused = _commit_part(batch, sheet, actor, rows)
        if refused and batch.rows_mode == Rows.ALL:
            return _take_back(batch, sheet, refused)
        done += len(rows)
        progress(done, total, _("Taking rows over"))
        time.sleep(PAUSE_SECONDS)
    counts = dict(batch.counts)
    for verdict in Verdict.values:
        counts[verdict] = BatchRow.objects.filter(batch=batch, verdict=verdict).count()
    counts["taken"] = BatchRow.objects.filter(batch=batch, done=True).count()
    with act("workbooks.commit", actor):
        batch.state, batch.committed_at, batch.counts = BatchState.COMMITTED, timezone.now(), counts
        batch.save(update_fields=["state", "committed_at", "counts"])
    return batch


def _next_rows(waiting: QuerySet[BatchRow], sheet: SheetSpec) -> list[BatchRow]:
    """The rows of the next part; those that belong together are not parted."""
    rows = list(waiting[: sheet.chunk])
    if sheet.together and len(rows) == sheet.chunk:
        belong = sorted({row.values[sheet.together] for row in rows})
        later = waiting.filter(number__gt=rows[-1].number)
        rows += later.filter(**{f"values__{sheet.together}__in": belong})
    return rows


def _commit_part(batch: Batch, sheet: SheetSpec, actor: User, rows: Sequence[BatchRow]) -> list[BatchRow]:
    """Take some rows over in one transaction; answers those that cannot be taken any more."""
    assert sheet.importer is not None
    with act("workbooks.commit", actor, f"{batch.original_name} {batch.pk}") as action:
        action.then.append(lambda events: _keep_part(batch, action, events))
        # Two batches of one sheet take turns, so that the same row of two files becomes one record.
        list(Batch.objects.select_for_update().filter(sheet=sheet.key, state=BatchState.COMMITTING).values_list("pk"))
        importer = sheet.importer(actor)
        importer.load([row.values for row in rows])
        known = importer.known([row.values for row in rows])
        twice = known_rows(sheet.key, [row.fingerprint for row in rows])
        fresh: list[BatchRow] = []
        refused: list[BatchRow] = []
        kept: list[BatchRow] = []
        for row, record in zip(rows, known, strict=True):
            if record is None and row.verdict == Verdict.NEW:
                if row.fingerprint in twice:
                    row.verdict, row.object_id = Verdict.UNCHANGED, twice[row.fingerprint]
                    kept.append(row)
                elif problems := importer.check(row.values):
                    refused.append(_wrong(row, problems))
                else:
                    fresh.append(row)
            elif problems := _updated(batch, sheet, importer, row, record):
                refused.append(_wrong(row, problems))
            else:
                row.done = row.verdict == Verdict.CHANGED
                kept.append(row)
        made, failed = _created(batch, sheet, importer, fresh)
        kept, refused = kept + made, refused + failed + _finished(batch, importer, kept)
        if changed := refused + kept:
            BatchRow.objects.bulk_update(changed, ["verdict", "problems", "object_id", "done"], batch_size=200)
    return refused


def _created(
    batch: Batch, sheet: SheetSpec, importer: Importer, fresh: Sequence[BatchRow]
) -> tuple[list[BatchRow], list[BatchRow]]:
    """Make the records; answers the rows that must still be written one by one, and those that were refused."""
    if not fresh:
        return [], []
    ids = importer.create([row.values for row in fresh], [row.object_id for row in fresh], batch)
    if sheet.makes_ids:
        BatchRow.objects.filter(pk__in=[row.pk for row in fresh]).update(done=True)
        return [], []
    taken, refused = [], []
    for row, made in zip(fresh, ids, strict=True):
        if isinstance(made, RowRefused):
            refused.append(_wrong(row, made.problems))
        else:
            row.object_id, row.done = made, True
            taken.append(row)
    return taken, refused


def _updated(batch: Batch, sheet: SheetSpec, importer: Importer, row: BatchRow, known: Known | None) -> list[Problem]:
    """Change one record, or say why not."""
    if known is None:
        return [problem("id", "unknown_record")]
    if known.version != row.version:
        return [problem(name, "changed_meanwhile", old="") for name in row.changes] or [
            problem("", "changed_meanwhile")
        ]
    mapped = list(row.changes)
    changes, problems = changed_columns(sheet, known, row.values, batch.empty_clears, mapped)
    new = {name: pair[1] for name, pair in changes.items()}
    problems += importer.check_change(known, row.values, new) if new and not problems else []
    if problems or not new:
        if not new and not problems:
            row.verdict = Verdict.UNCHANGED
        return problems
    try:
        with transaction.atomic():
            importer.update(known, row.values, new, batch)
    except RowRefused as refusal:
        return refusal.problems
    return []


def _finished(batch: Batch, importer: Importer, kept: Sequence[BatchRow]) -> list[BatchRow]:
    """Have gathered changes written; answers the rows whose record could not be changed after all."""
    problems = importer.finish(batch) if isinstance(importer, Pooling) else {}
    failed = [row for row in kept if row.done and problems.get(row.object_id)]
    for row in failed:
        row.done = False
        _wrong(row, problems[row.object_id])
    return failed


def _wrong(row: BatchRow, problems: list[Problem]) -> BatchRow:
    row.verdict, row.problems = Verdict.WRONG, problems
    return row


def _keep_part(batch: Batch, action: Action, events: Sequence[Chained]) -> None:
    """Keep what this transaction wrote, so that it can be undone: what columns were before, as they were."""
    BatchPart(batch=batch, first=events[0]["sequence"], last=events[-1]["sequence"]).save()
    writes = []
    for event in events:
        _instance, before = action.noted[event["object_type"], event["object_id"]]
        if before is not None:
            old = {name: plain(value) for name, value in before.items() if name in event["changes"]}
            writes.append(BatchWrite(batch=batch, sequence=event["sequence"], before=old))
    BatchWrite.objects.bulk_create(writes, batch_size=200)


def _take_back(batch: Batch, sheet: SheetSpec, refused: Sequence[BatchRow]) -> Batch:
    """All or none, and one could not be taken: none."""
    why = _("Row %(row)s could not be taken over, so none was.") % {"row": refused[0].number}
    try:
        (sheet.undo or undo_parts)(batch, batch.committed_by, why)
    except UndoRefused as refusal:
        raise BatchError("half_taken", f"{why} {refusal.message}") from refusal
    counts: dict[str, Any] = dict(batch.counts)
    for verdict in Verdict.values:
        counts[verdict] = BatchRow.objects.filter(batch=batch, verdict=verdict).count()
    with act("workbooks.commit", batch.committed_by, why):
        batch.state, batch.problem, batch.counts = BatchState.READY, why, counts
        batch.save(update_fields=["state", "problem", "counts"])
    return batch
