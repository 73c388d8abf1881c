"""Reads the file of a batch and stages its rows. May be run again: it begins anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from minewarden.center.audit.files import record_path
from minewarden.center.audit.inserting import insert_rows
from minewarden.center.audit.services import act
from minewarden.interfaces.workbooks import Table, WorkbookRefused, read_table
from minewarden.interfaces.workbooks.cells import Cell, is_empty, shortened, text_of

from .headers import find_heads, missing, propose, simplest
from .models import Batch, BatchJob, BatchRow, BatchState, ColumnMapping, Verdict
from .plan import Planner, Staged
from .refusals import refusal_said
from .spec import SheetSpec, sheet_of

Progress = Callable[[int, int, str], None]
PART: Final = 2000  # rows judged and staged at once
SAMPLES: Final = 3


def silent(done: int, total: int, note: str) -> None:
    """A progress that nobody watches."""


def read_batch(batch: Batch, progress: Progress = silent) -> Batch:
    """Read, recognise the columns, judge every row. The batch is then READY, MAPPING or REFUSED."""
    sheet = sheet_of(batch.sheet)
    assert sheet is not None
    progress(0, 0, _("Opening the file"))
    try:
        table = read_table(record_path(batch.sha256), batch.original_name)
    except WorkbookRefused as refusal:
        return _refuse(batch, refusal_said(refusal))
    remembered = remembered_heads(batch)
    head_row = find_heads(sheet, table.rows, remembered)
    heads = [text_of_head(cell) for cell in table.rows[head_row]]
    mapping = chosen_mapping(batch, heads)
    if mapping is None:
        mapping, unknown = propose(sheet, heads, remembered)
        if unknown or missing(sheet, mapping) or not mapping:
            _keep_samples(batch, table, head_row)
            return _note(batch, state=BatchState.MAPPING, header_row=head_row, headers=heads, mapping=_as_kept(mapping))
    counts = _stage(batch, sheet, table, head_row, mapping, progress)
    return _note(
        batch, state=BatchState.READY, header_row=head_row, headers=heads, mapping=_as_kept(mapping), counts=counts
    )


def text_of_head(cell: Cell) -> str:
    """A head as text, cut to what a page shows."""
    return "" if is_empty(cell) else shortened(text_of(cell) if isinstance(cell, str) else str(cell))


def remembered_heads(batch: Batch) -> dict[str, str]:
    """What the office has said heads of this sheet mean; "" where one is left out."""
    rows = ColumnMapping.objects.filter(node_id=batch.node_id, sheet=batch.sheet)
    return dict(rows.values_list("header", "column"))


def chosen_mapping(batch: Batch, heads: Sequence[str]) -> dict[int, str] | None:
    """The mapping that somebody has chosen for these very heads; None where nobody has yet."""
    if not batch.counts.get("mapped") or list(batch.headers) != list(heads):
        return None
    return {int(index): name for index, name in batch.mapping.items()}


def _as_kept(mapping: Mapping[int, str]) -> dict[str, str]:
    return {str(index): name for index, name in mapping.items()}


def _keep_samples(batch: Batch, table: Table, head_row: int) -> None:
    following = [row for row in table.rows[head_row + 1 : head_row + 50] if not all(map(is_empty, row))]
    samples = [["" if is_empty(cell) else shortened(cell) for cell in row] for row in following[:SAMPLES]]
    BatchJob.objects.update_or_create(batch=batch, defaults={"samples": samples})


def _stage(
    batch: Batch, sheet: SheetSpec, table: Table, head_row: int, mapping: Mapping[int, str], progress: Progress
) -> dict[str, Any]:
    """Judge all rows and keep them; answers the counts."""
    BatchRow.objects.filter(batch=batch).delete()
    planner = Planner(sheet, batch.uploaded_by, mapping, batch.empty_clears)
    numbered = list(enumerate(table.rows[head_row + 1 :], start=head_row + 2))
    counts: Counter[str] = Counter()
    for start in range(0, len(numbered), PART):
        staged = planner.plan(numbered[start : start + PART], table.formulas)
        counts.update(str(one.verdict) for one in staged)
        with transaction.atomic():
            insert_rows(BatchRow, [_row(batch, one) for one in staged])
        progress(min(start + PART, len(numbered)), len(numbered), _("Checking rows"))
    kept = {"mapped": True} if batch.counts.get("mapped") else {}
    return {**kept, **{verdict: counts[verdict] for verdict in Verdict.values}, "rows": counts.total()}


def _row(batch: Batch, one: Staged) -> BatchRow:
    return BatchRow(
        batch=batch,
        number=one.number,
        values=one.values,
        verdict=one.verdict,
        problems=one.problems,
        changes=one.changes,
        fingerprint=one.fingerprint,
        object_id=one.object_id,
        version=one.version,
    )


def _refuse(batch: Batch, why: str) -> Batch:
    return _note(batch, state=BatchState.REFUSED, problem=why)


def _note(batch: Batch, **changes: Any) -> Batch:
    with act("workbooks.read", batch.uploaded_by):
        for name, value in changes.items():
            setattr(batch, name, value)
        batch.save(update_fields=list(changes))
    return batch


def known_heads(batch: Batch) -> list[tuple[int, str, str]]:
    """Index, head and simplest form of the heads of a batch's file, without the empty ones."""
    return [(index, head, simplest(head)) for index, head in enumerate(batch.headers) if head]
