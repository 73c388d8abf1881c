"""Photos of how a hazard was found, also those that arrive later than the record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import Case, Proof, Slot
from minewarden.center.cases.services import keep_proofs, visible_case
from minewarden.center.cases.uploads import Received, received
from minewarden.center.registry.models import User
from minewarden.center.registry.scope import may

PERMISSION = "hazards.record"
FOUND_MOST = 30  # photos of one case, all deliveries together


def add_found_photo(case_id: UUID, actor: User | None, *, upload: UploadedFile[bytes], sha256: str) -> Proof:
    """Add one photo to the finding. The same file a second time answers the proof that is there.

    Raises:
        CaseError: ``content_differs`` where the content does not have this SHA-256; ``not_found``, ``forbidden``,
            ``too_many_files``, or what is wrong with the file.
    """
    with named_photos(), received([upload]) as files, act("hazards.add_photo", actor):
        case = visible_case(case_id, actor)
        if actor is not None and not may(actor, PERMISSION, case.node):
            raise CaseError("forbidden", _("You may not write down hazards at this mine."))
        if files[0].sha256 != sha256.lower():
            raise CaseError("content_differs", _("The photo did not arrive whole: send it again."), "sha256")
        return _keep(case, files)[0]


@contextmanager
def named_photos() -> Iterator[None]:
    """What is wrong with a file is wrong with ``photos``: so the field is called here, and not proofs."""
    try:
        yield
    except CaseError as error:
        error.field = "photos" if error.field == "proofs" else error.field
        raise


def keep_found_photos(case: Case, uploads: Sequence[UploadedFile[bytes]]) -> list[Proof]:
    """The same for several, inside an action of the caller, who has checked rights."""
    with received(uploads) as files:
        return _keep(case, files)


def _keep(case: Case, files: list[Received]) -> list[Proof]:
    Case.objects.select_for_update(of=("self",)).get(pk=case.pk)  # two deliveries of one photo wait for each other
    found = Proof.objects.filter(case=case, slot=Slot.FOUND)
    known = {proof.file_id: proof for proof in found}
    new = list({file.sha256: file for file in files if file.sha256 not in known}.values())
    if len(known) + len(new) > FOUND_MOST:
        raise CaseError(
            "too_many_files", _("A hazard takes at most %(n)s photos of the finding.") % {"n": FOUND_MOST}, "photos"
        )
    if new:
        keep_proofs(case.transitions.get(action="open"), Slot.FOUND, new)
        known = {proof.file_id: proof for proof in found.all()}
    return [known[file.sha256] for file in files]
