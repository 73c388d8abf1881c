"""Every write to batches that a person asks for: handing a workbook in, naming its columns, committing, undoing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.audit.files import keep, new_incoming_path
from minewarden.center.audit.services import act
from minewarden.center.cases.uploads import shown_name
from minewarden.center.jobs.models import Job
from minewarden.center.jobs.services import enqueue
from minewarden.center.registry.models import Node, User
from minewarden.center.registry.scope import grants_in_force, may
from minewarden.interfaces.workbooks import LIMITS

from .errors import BatchError
from .headers import missing, simplest
from .models import Batch, BatchJob, BatchState, ColumnMapping, Existing, Rows, Verdict
from .spec import SheetSpec, sheet_of

PERMISSION: Final = "workbooks.import"
PIECE: Final = 1 << 20


def hand_in(
    actor: User, sheet_key: str, pieces: Iterable[bytes], name: str, *, empty_clears: bool = False, queue: bool = True
) -> Batch:
    """Keep a file and have it read in the background. Nothing of it counts yet.

    Raises:
        BatchError: ``forbidden``, ``unknown_sheet``, ``too_large``, ``empty``.
    """
    sheet = importable(actor, sheet_key)
    received, sha256, size = _received(pieces)
    try:
        with act("workbooks.hand_in", actor):
            batch = Batch(
                sheet=sheet.key,
                node=office_of(actor),
                sha256=sha256,
                size=size,
                original_name=shown_name(name, "workbook.xlsx"),
                uploaded_by=actor,
                uploaded_at=timezone.now(),
                empty_clears=empty_clears,
            )
            batch.save(force_insert=True)
            keep(received, sha256)
            if queue:
                _queue(batch, "workbooks.read", actor)
    finally:
        received.unlink(missing_ok=True)
    return batch


def importable(actor: User, sheet_key: str) -> SheetSpec:
    """The sheet, if the actor may bring it in somewhere.

    Raises:
        BatchError: ``unknown_sheet``, ``forbidden``.
    """
    sheet = sheet_of(sheet_key)
    if sheet is None or sheet.importer is None:
        raise BatchError("unknown_sheet", _("There is no such list, or it cannot be brought in."))
    if not (may(actor, PERMISSION) and may(actor, sheet.permission_import)):
        raise BatchError("forbidden", _("Your role may not bring this list in."))
    return sheet


def office_of(actor: User) -> Node:
    """The office that an account works for: the highest node at which it may bring workbooks in."""
    nodes = Node.objects.filter(pk__in=grants_in_force(actor, PERMISSION).values("node_id"))
    found: list[Node] = sorted(nodes, key=lambda node: (node.ancestor_paths.count(), node.pk))
    if not found:
        raise BatchError("forbidden", _("Your role may not bring this list in."))
    return found[0]


def _received(pieces: Iterable[bytes]) -> tuple[Path, str, int]:
    path, hasher, size = new_incoming_path(), hashlib.sha256(), 0
    with path.open("wb") as stream:
        for piece in pieces:
            size += len(piece)
            if size > LIMITS.file_bytes:
                break
            hasher.update(piece)
            stream.write(piece)
    if 0 < size <= LIMITS.file_bytes:
        return path, hasher.hexdigest(), size
    path.unlink()
    if size:
        limit = LIMITS.file_bytes >> 20
        raise BatchError("too_large", _("The file is larger than %(n)s MB: split it.") % {"n": limit}, "file")
    raise BatchError("empty", _("The file is empty: choose it again."), "file")


def pieces_of(upload: UploadedFile[bytes]) -> Iterable[bytes]:
    """An upload piece by piece."""
    return upload.chunks(PIECE)


def pieces_of_path(path: Path) -> Iterable[bytes]:
    """A file of this machine piece by piece."""
    with path.open("rb") as stream:
        while piece := stream.read(PIECE):
            yield piece


def _queue(batch: Batch, kind: str, actor: User) -> Job:
    job = enqueue(kind, {"batch": str(batch.pk)}, actor=actor, unique_key=f"{kind}:{batch.pk}")
    BatchJob.objects.update_or_create(batch=batch, defaults={"job": job})
    return job


def name_columns(batch: Batch, actor: User, mapping: Mapping[int, str], *, queue: bool = True) -> Batch:
    """Say which head is which column; the office remembers it for the next workbook. Heads left out are remembered too.

    Raises:
        BatchError: ``not_now``, ``column_twice``, ``column_missing``.
    """
    sheet = importable(actor, batch.sheet)
    chosen = {index: name for index, name in mapping.items() if name}
    if unknown := set(chosen.values()) - set(sheet.by_name):
        raise BatchError("unknown_column", _("There is no column “%(name)s”.") % {"name": min(unknown)})
    if len(set(chosen.values())) != len(chosen):
        raise BatchError("column_twice", _("One column was chosen for two heads: leave one of them out."))
    if absent := missing(sheet, chosen):
        names = "、".join(label_of(sheet, name) for name in absent)
        raise BatchError("column_missing", _("Say which head holds: %(names)s.") % {"names": names})
    with act("workbooks.name_columns", actor):
        _move(batch, (BatchState.MAPPING, BatchState.READY), BatchState.UPLOADED)
        batch.mapping = {str(index): name for index, name in chosen.items()}
        batch.counts = {"mapped": True}
        batch.save(update_fields=["mapping", "counts"])
        for index, head in enumerate(batch.headers):
            if simplest(head):
                _remember(batch, simplest(head), chosen.get(index, ""))
        if queue:
            _queue(batch, "workbooks.read", actor)
    return batch


def label_of(sheet: SheetSpec, name: str) -> str:
    """What a column is called in the reader's language."""
    return sheet.by_name[name].label


def _remember(batch: Batch, head: str, column: str) -> None:
    known = ColumnMapping.objects.filter(node_id=batch.node_id, sheet=batch.sheet, header=head).first()
    if known is None:
        ColumnMapping(node_id=batch.node_id, sheet=batch.sheet, header=head, column=column).save()
    elif known.column != column:
        known.column = column
        known.save(update_fields=["column"])


def commit(batch: Batch, actor: User, rows_mode: str, existing_mode: str, *, queue: bool = True) -> Batch:
    """Have the rows taken over in the background.

    Raises:
        BatchError: ``forbidden``, ``not_now``, ``wrong_rows``, ``existing_rows``, ``nothing``.
    """
    importable(actor, batch.sheet)
    counts = batch.counts
    if rows_mode == Rows.ALL and counts.get(Verdict.WRONG):
        raise BatchError("wrong_rows", _("Some rows are wrong, and you asked for all or none. Nothing was taken over."))
    if existing_mode == Existing.STOP and counts.get(Verdict.CHANGED):
        raise BatchError("existing_rows", _("Some rows change records that are there. Nothing was taken over."))
    takes = counts.get(Verdict.NEW, 0) + (counts.get(Verdict.CHANGED, 0) if existing_mode == Existing.UPDATE else 0)
    if not takes:
        raise BatchError("nothing", _("There is nothing to take over: no row is new or changed."))
    with act("workbooks.begin_commit", actor):
        _move(
            batch, (BatchState.READY,), BatchState.COMMITTING,
            rows_mode=rows_mode, existing_mode=existing_mode, committed_by=actor, problem="",
        )  # fmt: skip
        if queue:
            _queue(batch, "workbooks.commit", actor)
    return batch


def discard(batch: Batch, actor: User) -> Batch:
    """Put a batch away that shall not count. Its file stays.

    Raises:
        BatchError: ``not_now``.
    """
    importable(actor, batch.sheet)
    with act("workbooks.discard", actor):
        _move(batch, (BatchState.MAPPING, BatchState.READY), BatchState.REFUSED, problem=_("Put away unused."))
        batch.rows.all().delete()
    return batch


def begin_undo(batch: Batch, actor: User, reason: str, *, queue: bool = True) -> Batch:
    """Have a committed batch undone in the background. Whether that is possible is asked now and again then.

    Raises:
        BatchError: ``forbidden``, ``not_now``, ``reason_wanted``.
    """
    importable(actor, batch.sheet)
    if not reason.strip():
        raise BatchError("reason_wanted", _("Say why it is undone: it stays in the record."), "reason")
    with act("workbooks.begin_undo", actor, reason.strip()):
        _move(batch, (BatchState.COMMITTED,), BatchState.UNDOING, undone_by=actor, problem="")
        if queue:
            _queue(batch, "workbooks.undo", actor)
    return batch


def _move(batch: Batch, sources: tuple[str, ...], target: str, **changes: Any) -> None:
    """One step of a batch, if nobody was faster.

    Raises:
        BatchError: ``not_now``.
    """
    before = batch.state
    if before not in sources or not Batch.objects.compare_and_set(batch, {"state": before}, state=target, **changes):
        raise BatchError("not_now", _("Somebody was faster: look at the batch again."))
