"""Every write of documents: issuing, making void, templates and letterheads."""

from __future__ import annotations

import hashlib
import io
from datetime import datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.audit.files import keep, new_incoming_path, record_path
from minewarden.center.audit.services import act
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import Case, StoredFile, Transition
from minewarden.center.cases.services import visible_case, words
from minewarden.center.registry.models import Node, User
from minewarden.center.registry.scope import may

from .content import content_of
from .errors import DocumentError
from .kinds import DocumentKind, kinds
from .models import Document, DocumentState, Letterhead, Series, Template
from .queries import ISSUE, MANAGE, documented_step, issuing_office, letterhead_of, newest_template
from .rendering import LIMITS, MEDIA_TYPE, check_template, filled, own_template


def issue(case_id: UUID, kind_code: str, actor: User) -> Document:
    """Issue a document about the newest step of its kind: number, Word file and content, frozen together.

    Raises:
        DocumentError: ``not_found``, ``forbidden``, ``not_now``, ``issued_already``, or what ails the template.
    """
    kind = kinds().get(kind_code)
    with act("documents.issue", actor):
        case = _case(case_id, actor)
        if kind is None:
            raise DocumentError("not_found", _("There is no such document."))
        office = issuing_office(actor, case.node)
        if office is None:
            raise DocumentError("forbidden", _("Your role may not issue documents for this mine."))
        step = documented_step(case, kind)
        if step is None:
            raise DocumentError("not_now", _("The step that this document is about has not been done."))
        now = timezone.now()
        year = now.astimezone(ZoneInfo(case.time_zone)).year
        series = _locked_series(office, kind, year)
        # Asked only now: of two who issue at once the second waits for the series and then sees the first one's.
        if Document.objects.filter(step=step, kind=kind.code, state=DocumentState.ISSUED).exists():
            raise DocumentError("issued_already", _("This document has been issued already."))
        return _write(case, step, kind, actor, series, now)


def _case(case_id: UUID, actor: User) -> Case:
    try:
        return visible_case(case_id, actor)
    except CaseError as error:
        raise DocumentError(error.code, error.message) from error


def _locked_series(office: Node, kind: DocumentKind, year: int) -> Series:
    Series.objects.get_or_create(issuer=office, kind=kind.code, year=year)
    return Series.objects.select_for_update().select_related("issuer").get(issuer=office, kind=kind.code, year=year)


def _write(case: Case, step: Transition, kind: DocumentKind, actor: User, series: Series, now: datetime) -> Document:
    letterhead, template = letterhead_of(series.issuer), newest_template(kind.code)
    number, sequence = str(step.facts.get(kind.number_fact, "")), None
    if not number:
        series.last += 1
        series.save()
        sequence = series.last
        number = f"{letterhead.word}〔{series.year}〕{sequence}号"
    content = content_of(case, step, letterhead.name, number, now)
    source = record_path(template.file_id) if template and template.file_id else io.BytesIO(own_template(kind))
    stored, new = _keep(filled(source, content), now)
    try:
        document = Document(
            kind=kind.code, case=case, step=step, issuer=series.issuer, number=number, year=series.year,
            sequence=sequence, template=template, content=content, file=stored, issued_by=actor, issued_at=now,
        )  # fmt: skip
        document.save()
    except BaseException:
        if new:
            record_path(stored.sha256).unlink(missing_ok=True)
        raise
    return document


def _keep(content: bytes, now: datetime) -> tuple[StoredFile, bool]:
    """Keep a file of ours; answers its row and whether the file is new. The row comes first, as with proof."""
    path, sha256 = new_incoming_path(), hashlib.sha256(content).hexdigest()
    path.write_bytes(content)
    stored, _created = StoredFile.objects.get_or_create(
        sha256=sha256, defaults={"size": len(content), "media_type": MEDIA_TYPE, "stored_at": now}
    )
    return stored, keep(path, sha256)


def make_void(document_id: int, actor: User, reason: str) -> Document:
    """Say that a document does not count. It stays, with its number; another may be issued for the step.

    Raises:
        DocumentError: ``not_found``, ``forbidden``, ``reason_wanted``, ``void_already``.
    """
    with act("documents.void", actor, words(reason)):
        found: Document | None = (
            Document.objects.for_user(actor, "documents.view")
            .select_related("case__mine", "case__node")
            .filter(pk=document_id)
            .first()
        )
        if found is None:
            raise DocumentError("not_found", _("There is no such document, or it is not yours to see."))
        if not may(actor, ISSUE, found.case.node):
            raise DocumentError("forbidden", _("Your role may not issue documents for this mine."))
        if not words(reason):
            raise DocumentError("reason_wanted", _("Say why it is void: it stays in the record."))
        expected = {"state": DocumentState.ISSUED}
        if not Document.objects.compare_and_set(found, expected, state=DocumentState.VOID, void_reason=words(reason)):
            raise DocumentError("void_already", _("It is void already."))
    return found


def put_template(kind_code: str, actor: User, upload: UploadedFile[bytes] | None) -> Template:
    """Take a Word template into use from now on; None goes back to the package's own. Issued documents stay.

    Raises:
        DocumentError: ``not_found``, or what ``rendering.check_template`` says.
    """
    if kind_code not in kinds():
        raise DocumentError("not_found", _("There is no such document."))
    if not may(actor, MANAGE):
        raise DocumentError("forbidden", _("Your role may not change templates."))
    now = timezone.now()
    path = _received(upload) if upload is not None else None
    try:
        if path is not None:
            check_template(kinds()[kind_code], path)
        with act("documents.put_template", actor):
            stored = _keep(path.read_bytes(), now)[0] if path is not None else None
            newest = Template.objects.filter(kind=kind_code).aggregate(newest=Max("version"))["newest"] or 0
            template = Template(
                kind=kind_code, version=newest + 1, file=stored, uploaded_by=actor, uploaded_at=now,
                name=words(upload.name or "")[-200:] if upload is not None else "",
            )  # fmt: skip
            template.save()
    finally:
        if path is not None:
            path.unlink(missing_ok=True)
    return template


def _received(upload: UploadedFile[bytes]) -> Path:
    path, size = new_incoming_path(), 0
    with path.open("wb") as stream:
        for chunk in upload.chunks():
            size += len(chunk)
            if size > LIMITS.file_bytes:
                break  # the check says so
            stream.write(chunk)
    if size > LIMITS.file_bytes:
        path.unlink()
        raise DocumentError("too_large", _("The template is larger than 5 MB: take pictures out of it."))
    return path


def set_letterhead(actor: User, node: Node, *, name: str, word: str) -> Letterhead:
    """Say under which name and with which word an office writes.

    Raises:
        DocumentError: ``forbidden``, ``name_wanted``.
    """
    if not may(actor, MANAGE, node):
        raise DocumentError("forbidden", _("Your role may not change templates."))
    if not words(name) or not words(word):
        raise DocumentError("name_wanted", _("Name and word are both wanted."))
    with act("documents.set_letterhead", actor):
        letterhead: Letterhead = Letterhead.objects.filter(node=node).first() or Letterhead(node=node)
        letterhead.name, letterhead.word = words(name), words(word)
        letterhead.save()
    return letterhead
