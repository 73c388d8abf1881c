"""Writes about candidates and words: dismissed with a reason, added to the lexicon, searched now."""

from __future__ import annotations

from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.services import words
from minewarden.center.cases.transitions import table
from minewarden.center.jobs.models import Job
from minewarden.center.jobs.services import enqueue
from minewarden.center.ledgers import writing
from minewarden.center.registry.models import User
from minewarden.center.registry.scope import sees_everything

from .models import Candidate, Dismissal, Word, WordKind
from .rules import SEARCH
from .texts import plain
from .vocabulary import fault_of

NAME: Final = "problems.name"
VIEW: Final = "problems.view"
DECIDE: Final = "problems.decide"
ANSWER: Final = "problems.answer"


def search_now(actor: User) -> Job:
    """Look now rather than in the night; a search that waits already is answered instead."""
    with act("problems.ask_search", actor):
        return enqueue(SEARCH, actor=actor, unique_key=SEARCH)


def dismiss(candidate_id: int, actor: User, reason: str) -> Dismissal:
    """Say that a candidate is no problem. It stays to be seen, and comes again once it has clearly grown.

    Raises:
        CaseError: ``not_found``, ``reason_wanted``, ``not_now`` (dismissed already, or a problem was made of it).
    """
    reason = words(reason)
    with act("problems.dismiss", actor, reason):
        candidate: Candidate | None = Candidate.objects.for_user(actor, NAME).filter(pk=candidate_id).first()
        if candidate is None:
            raise CaseError("not_found", _("There is no such candidate, or it is not yours to decide."))
        if not reason:
            raise CaseError("reason_wanted", _("Say why it is no problem: the reason stays beside it."), "reason")
        if candidate.dismissals.filter(returned_on=None).exists():
            raise CaseError("not_now", _("This candidate is dismissed already."))
        if candidate.problems.exclude(case__state__in=table().done).exists():
            raise CaseError("not_now", _("A problem was made of this candidate already."))
        dismissal = Dismissal(
            candidate=candidate, reason=reason, by=actor, at=timezone.now(), n=candidate.n, low=candidate.low
        )
        dismissal.save()
    return dismissal


def add_word(actor: User, **columns: Any) -> Word:
    """Add a word to the lexicon; it counts from the next search on.

    Raises:
        ValidationError: by column; also where the words would contradict each other, or the actor has not the whole
            office: the lexicon is everybody's.
    """
    _whole_office(actor)
    with act("problems.add_word", actor):
        columns = {name: plain(words(value)) if isinstance(value, str) else value for name, value in columns.items()}
        return writing.put(Word(**columns), check_word)


def change_word(actor: User, word: Word, *, expected_version: int, **changes: Any) -> Word:
    """Say otherwise what a word stands for, or note something beside it; counts from the next search on.

    Raises:
        ValidationError: as :func:`add_word`, or changed meanwhile.
    """
    _whole_office(actor)
    with act("problems.change_word", actor):
        told = {name: plain(words(value)) if isinstance(value, str) else value for name, value in changes.items()}
        return writing.amend(word, expected_version, told, check_word)


def withdraw_word(actor: User, word: Word, reason: str, *, expected_version: int) -> Word:
    """Take a word out of the lexicon again.

    Raises:
        ValidationError: no reason, changed meanwhile, or not the actor's to decide.
    """
    _whole_office(actor)
    with act("problems.withdraw_word", actor, reason):
        return writing.withdraw(word, expected_version, reason)


def _whole_office(actor: User) -> None:
    if not sees_everything(actor, NAME):
        raise ValidationError(_("The lexicon is the whole office's: only who names problems at its top changes it."))


def check_word(word: Word) -> None:
    """What is wrong with a word beside the others.

    Raises:
        ValidationError: by column.
    """
    if (word.kind == WordKind.SYNONYM) != bool(word.stands_for):
        said = _("Say which word it stands for.") if word.kind == WordKind.SYNONYM else _("This kind stands for none.")
        raise ValidationError({"stands_for": said})
    if word.word.lower() == word.stands_for.lower():
        raise ValidationError({"stands_for": _("A word does not stand for itself.")})
    others = list(Word.objects.filter(withdrawn=False).exclude(pk=word.pk).order_by("kind", "word"))
    if fault_of([*others, word]):
        raise ValidationError({"word": _("This word stands for another one in the lexicon already.")})
