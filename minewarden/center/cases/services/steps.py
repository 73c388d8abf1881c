"""Writing a step down: the row of the history, the proof that came with it, and who is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypedDict

from django.core.files.uploadedfile import UploadedFile

from minewarden.center.audit.files import keep, record_path
from minewarden.center.cases.facts import Value
from minewarden.center.cases.hooks import told
from minewarden.center.cases.models import Case, Proof, StoredFile, Transition
from minewarden.center.cases.transitions import table
from minewarden.center.cases.uploads import Received
from minewarden.center.registry.models import Person, User

from .common import changed, words


class Given(TypedDict, total=False):
    """What somebody gives with an action; what it wants is in the table. ``due_at`` is timezone-aware."""

    reason: str
    due_at: datetime | None
    responsible: Person | str | None
    facts: Mapping[str, object]
    proofs: Sequence[UploadedFile[bytes]]


class Kept(TypedDict, total=False):
    """What a step keeps of what was given with it."""

    reason: str
    due_at: datetime | None
    responsible: str
    facts: Mapping[str, Value]


def record_step(case: Case, action: str, before: str, actor: User | None, now: datetime, kept: Kept) -> Transition:
    """Write one step of the history; the case itself has been written by the caller."""
    return Transition.objects.create(
        case=case,
        version=case.version,
        action=action,
        from_state=before,
        to_state=case.state,
        actor=actor,
        at=now,
        reason=words(kept.get("reason", "")),
        due_at=kept.get("due_at"),
        responsible=words(kept.get("responsible", ""))[:60],
        facts=dict(kept.get("facts", {})),
        rules_version=table().version,
    )


def note_step(case: Case, action: str, actor: User | None, now: datetime, kept: Kept, **changes: object) -> Transition:
    """A step that leaves the state as it is: the version grows, ``changes`` are made.

    Raises:
        CaseError: ``changed``, where somebody was faster.
    """
    expected = {"state": case.state, "version": case.version}
    if not Case.objects.compare_and_set(case, expected, version=case.version + 1, **changes):
        raise changed(Case.objects.get(pk=case.pk))
    step = record_step(case, action, case.state, actor, now, kept)
    told(case, step)
    return step


def keep_proofs(step: Transition, slot: str, files: list[Received]) -> None:
    """Keep the files and their rows as proof of a step, inside its transaction; where one fails, no new file stays.

    The row comes first: whoever hands in the same file at the same moment waits for its key, so nobody relies on a file
    that a failure takes away again.
    """
    new: list[str] = []
    try:
        for file in files:
            stored, _created = StoredFile.objects.get_or_create(
                sha256=file.sha256,
                defaults={"size": file.size, "media_type": file.media_type, "stored_at": step.at},
            )
            if file.path.exists() and keep(file.path, file.sha256):
                new.append(file.sha256)
            Proof.objects.create(
                transition=step, case_id=step.case_id, slot=slot, original_name=file.original_name, file=stored
            )
    except BaseException:
        for sha256 in new:
            record_path(sha256).unlink(missing_ok=True)
        raise
