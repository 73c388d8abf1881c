"""What a person says of two hazards that look alike: the same one, happened again, not related. The answer is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import Case
from minewarden.center.cases.services import changed, move, note_step, visible_case, words
from minewarden.center.hazards.likeness import KINDS, Described, described, likeness
from minewarden.center.hazards.models import Answer, Relation
from minewarden.center.registry.models import Mine, User
from minewarden.center.registry.scope import may

from .photos import keep_found_photos

PERMISSION = "hazards.record"


def answers_of(actor: User | None, mine: Mine, given: Mapping[UUID, str]) -> dict[Case, str]:
    """The cases that were answered about, each with its answer.

    Raises:
        CaseError: ``relations``: a case that is no hazard of this mine, or no such answer.
    """
    if not given:
        return {}
    seen = Case.objects.all() if actor is None else Case.objects.for_user(actor, "cases.view")
    cases = {case.pk: case for case in seen.select_related("mine", "node").filter(pk__in=given, mine=mine)}
    for other, answer in given.items():
        if other not in cases or cases[other].kind not in KINDS or answer not in Answer.values:
            raise CaseError("relations", _("This answer does not fit any hazard of this mine."), "relations")
    return {cases[other]: answer for other, answer in given.items()}


def keep_answers(actor: User, case: Case, answers: Mapping[Case, str]) -> None:
    """Keep what was said while a hazard was written down, inside its action; nobody else has seen the case yet."""
    for other, answer in answers.items():
        _keep(actor, case, case.pk, other, answer)
    again = [other.recurrence + 1 for other, answer in answers.items() if answer == Answer.AGAIN]
    if again:
        case.recurrence = max(again)
        case.save(update_fields=["recurrence"])


def say_same(
    actor: User, delivery: UUID, other: Case, title: str, description: str, photos: Sequence[UploadedFile[bytes]]
) -> Case:
    """It is the open case: nothing typed is lost, it stands beside that one, and the photos with it."""
    if not words(title):
        raise CaseError("title_wanted", _("Say in a few words what is wrong."), "title")
    Case.objects.select_for_update(of=("self",)).get(pk=other.pk)  # two deliveries wait for each other
    if Relation.objects.filter(delivery=delivery, other=other).exists():
        return other
    text = "\n".join(filter(None, (words(title), words(description))))
    near = _rounded(likeness(Described(words(title), words(description)), described(other)))
    Relation(
        case=None, other=other, delivery=delivery, answer=Answer.SAME, likeness=near, words=text,
        said_by=actor, said_at=timezone.now(),
    ).save(force_insert=True)  # fmt: skip
    if photos:
        keep_found_photos(other, photos)
    return other


def relate(case_id: UUID, actor: User, *, expected_version: int, other_id: UUID, answer: str) -> Case:
    """Say later what a case has to do with another one. ``same`` rejects the case, with the other's number as the
    reason; ``again`` counts the recurrence. Answered once, it stays so.

    Raises:
        CaseError: ``not_found``, ``forbidden``, ``changed``, ``answered``, or what forbids the rejection.
    """
    with act("hazards.relate", actor):
        case = visible_case(case_id, actor)
        if not may(actor, PERMISSION, case.node):
            raise CaseError("forbidden", _("Your role may not say what hazards have to do with each other."))
        if case.version != expected_version:
            raise changed(case)
        [other] = answers_of(actor, case.own_mine, {other_id: answer})
        if other.pk == case.pk:
            raise CaseError("relations", _("This answer does not fit any hazard of this mine."), "relations")
        if Relation.objects.filter(delivery=case.pk, other=other).exists():
            raise CaseError("answered", _("This was answered already, and the answer stays."))
        _keep(actor, case, case.pk, other, answer)
        if answer == Answer.SAME:
            reason = _("The same as %(number)s.") % {"number": other.number}
            return move(case.pk, "reject", actor, expected_version=expected_version, reason=reason)
        if answer == Answer.AGAIN:
            reason = _("Happened again after %(number)s.") % {"number": other.number}
            counted = max(case.recurrence, other.recurrence + 1)
            note_step(case, "relate", actor, timezone.now(), {"reason": reason}, recurrence=counted)
    return case


def _keep(actor: User, case: Case, delivery: UUID, other: Case, answer: str) -> None:
    near = _rounded(likeness(described(case), described(other)))
    Relation(
        case=case, other=other, delivery=delivery, answer=answer, likeness=near, said_by=actor, said_at=timezone.now()
    ).save(force_insert=True)


def _rounded(value: float) -> Decimal:
    return Decimal(value).quantize(Decimal("0.001"))
