"""Writing a hazard down: once, whoever delivers it how often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NotRequired, TypedDict, Unpack
from uuid import UUID, uuid4

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import Case
from minewarden.center.cases.services import open_case, words
from minewarden.center.hazards.models import Answer, Hazard, Relation, Source
from minewarden.center.registry.models import Mine, Place, User
from minewarden.center.registry.scope import may

from .judged import clause_on, columns, day_of_finding, judgement, kind_of
from .photos import named_photos
from .relations import answers_of, keep_answers, say_same

PERMISSION = "hazards.record"
PLACE_WORDS_MOST = 100  # characters, as the column has it
PROPOSED_MOST = 10


class NewHazard(TypedDict):
    """A hazard as somebody saw it.

    Attributes:
        case_id: made on the device, so that a second delivery is the same hazard; None makes one.
        place: a registered place of the mine, or words for another one, or None.
        clause_code: empty where no clause fits.
        found_at: timezone-aware; the clause must have been in force on that day at the mine.
        grade_parts: ``gravity``, ``likelihood``, ``people``, ``negligence``: values of ``grading.toml``.
        photos: how it was found.
        source: one of :class:`Source`.
        proposed: codes that were proposed while it was written down.
        relations: id of a case that looked alike → ``same``, ``again`` or ``unrelated``.
        verified: verify it at once, where the actor may.
    """

    case_id: UUID | None
    mine: Mine
    place: Place | str | None
    title: str
    description: str
    clause_code: str
    found_at: datetime
    grade_parts: Mapping[str, str]
    photos: NotRequired[Sequence[UploadedFile[bytes]]]
    source: NotRequired[str]
    proposed: NotRequired[list[str]]
    relations: NotRequired[Mapping[UUID, str]]
    verified: NotRequired[bool]


def record_hazard(actor: User | None, **new: Unpack[NewHazard]) -> Case:
    """Write a hazard down; answers its case.

    A ``case_id`` that is known already answers that case and changes nothing. Where an answer is ``same``, no case is
    made: what was written and the photos are added to the open one, and that one is answered. ``again`` counts the
    recurrence. ``actor`` None is the system.

    Raises:
        CaseError: ``forbidden``, ``id_taken``, or what is wrong; its ``field`` is the name in the form and in the API.
    """
    mine, case_id = new["mine"], new["case_id"] or uuid4()
    if actor is not None and not may(actor, PERMISSION, mine.node):
        raise CaseError("forbidden", _("You may not write down hazards at this mine."))
    if delivered := _delivered(case_id, mine):
        return delivered
    answers = answers_of(actor, mine, new.get("relations", {}))
    same = [other for other, answer in answers.items() if answer == Answer.SAME]
    with named_photos(), act("hazards.record", actor):
        if same:
            if actor is None:
                raise CaseError("forbidden", _("Only a person can say that two hazards are the same."))
            return say_same(actor, case_id, same[0], new["title"], new["description"], new.get("photos", ()))
        case, is_new = _open(actor, case_id, new)
        if is_new and actor is not None:
            keep_answers(actor, case, answers)
    return case


def _delivered(case_id: UUID, mine: Mine) -> Case | None:
    """What an earlier delivery of the same id led to."""
    known: Case | None = Case.objects.select_related("mine", "node", "hazard").filter(pk=case_id).first()
    if known is None:
        said = Relation.objects.filter(delivery=case_id, case=None).select_related("other__mine__node").first()
        known = said.other if said else None
    if known is not None and (known.mine_id != mine.pk or not hasattr(known, "hazard")):
        raise CaseError("id_taken", _("This id belongs to another case already."), "case_id")
    return known


def _open(actor: User | None, case_id: UUID, new: NewHazard) -> tuple[Case, bool]:
    """The case with its hazard, and whether it was made now."""
    day = day_of_finding(new["found_at"], new["mine"])
    clause = clause_on(new["clause_code"], day)
    judged = judgement(clause, new["grade_parts"])
    place, place_words = _where(new["mine"], new["place"])
    source = new.get("source", Source.INSPECTION)
    if source not in Source.values:
        raise CaseError("unknown_source", _("There is no such source."), "source")
    case = open_case(
        actor,
        case_id=case_id,
        proofs=new.get("photos", ()),
        kind=kind_of(judged),
        mine=new["mine"],
        place=place,
        camera=None,
        title=new["title"],
        description=new["description"],
        level=judged.grade.level,
        found_at=new["found_at"],
        clause=clause.code if clause else "",
        verified=new.get("verified", False),
    )
    # Whoever was a moment faster with the same id has opened it: the year's numbers are locked one after the other.
    if Hazard.objects.filter(pk=case.pk).exists():
        return case, False
    Hazard(
        case=case,
        place_words=place_words,
        source=source,
        proposed=[words(str(code))[:32] for code in new.get("proposed", [])][:PROPOSED_MOST],
        **columns(clause, day, new["grade_parts"], judged),
    ).save(force_insert=True)
    return case, True


def _where(mine: Mine, place: Place | str | None) -> tuple[Place | None, str]:
    """A registered place, by its name too, or the words for another one."""
    if place is None or isinstance(place, Place):
        return place, ""
    text = words(place)
    if len(text) > PLACE_WORDS_MOST:
        raise CaseError("place_too_long", _("Say the place shorter, and the rest in the description."), "place")
    registered: Place | None = Place.objects.filter(mine=mine, name=text).order_by("pk").first() if text else None
    return registered, "" if registered else text
