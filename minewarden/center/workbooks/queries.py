"""Reads of batches. Who may see one: who may bring in that list at the office that handed it in."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from minewarden.center.audit.files import RecordFile
from minewarden.center.registry.models import User
from minewarden.center.registry.scope import grants_in_force, permissions_of_roles

from .models import Batch, BatchRow, Export, Verdict
from .spec import SheetSpec, sheets

SAMPLES = 8


def permissions_anywhere(user: User) -> frozenset[str]:
    """What the user may do somewhere."""
    roles = grants_in_force(user).values_list("role", flat=True) if user.is_active else ()
    return frozenset().union(*(permissions_of_roles()[role] for role in roles))


def importable_sheets(user: User) -> list[SheetSpec]:
    """The lists that the user may bring in somewhere."""
    held = permissions_anywhere(user)
    if "workbooks.import" not in held:
        return []
    return [sheet for sheet in sheets() if sheet.importer is not None and sheet.permission_import in held]


def exportable_sheets(user: User) -> list[SheetSpec]:
    """The lists that the user may take out."""
    held = permissions_anywhere(user)
    return [sheet for sheet in sheets() if sheet.permission_export in held]


def visible_batches(user: User) -> QuerySet[Batch]:
    """One's own batches, and those of the offices below one's own, of lists that one may bring in."""
    keys = [sheet.key for sheet in importable_sheets(user)]
    nodes = Batch.objects.for_user(user, "workbooks.import").values("pk")
    found: QuerySet[Batch] = Batch.objects.filter(sheet__in=keys).filter(Q(pk__in=nodes) | Q(uploaded_by=user))
    return found.select_related("uploaded_by", "committed_by", "undone_by", "node", "work__job")


def rows_of(batch: Batch, verdict: str) -> QuerySet[BatchRow]:
    """The rows of one verdict, in the order of the file."""
    return BatchRow.objects.filter(batch=batch, verdict=verdict).order_by("number")


def samples(batch: Batch) -> dict[str, list[BatchRow]]:
    """The first rows of each verdict but the wrong ones, which have a list of their own."""
    wanted = (Verdict.CHANGED, Verdict.NEW)
    return {str(verdict): list(rows_of(batch, verdict)[:SAMPLES]) for verdict in wanted}


def exports_of(user: User) -> QuerySet[Export]:
    """What the user took out."""
    return Export.objects.filter(exported_by=user).order_by("-exported_at")


def kept_files(prefix: str) -> Iterator[RecordFile]:
    """The files of batches whose SHA-256 starts with ``prefix``, for the verifier."""
    for batch in Batch.objects.filter(sha256__startswith=prefix).order_by("sha256").iterator(chunk_size=1000):
        yield RecordFile(batch.sha256, batch.size, f"workbooks.batch {batch.pk}")
