"""Formulas of the watch list: proposed, put into force by a document, or not taken."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from typing import Final

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.ranking import counts, formula
from minewarden.center.ranking.formula import FaultyFormula, Formula, read
from minewarden.center.ranking.models import FormulaState, FormulaVersion
from minewarden.center.ranking.peers import ATTRIBUTES
from minewarden.center.registry.models import User

from .common import must_decide_for_all, ranking_changed, wanted

MOST: Final = 100_000  # characters of a formula


def sync_packaged() -> FormulaVersion:
    """The program's own formula as a row; proposed by nobody, the first time it is seen."""
    content = files(formula.__package__ or "").joinpath("formula.toml").read_bytes()
    packaged = read(content)
    known: FormulaVersion | None = FormulaVersion.objects.filter(sha256=packaged.sha256).first()
    if known is not None:
        return known
    taken = FormulaVersion.objects.filter(version=packaged.version).exists()
    with act("ranking.propose_formula", None):
        row = FormulaVersion(
            version=f"{packaged.version}-{packaged.sha256[:8]}" if taken else packaged.version,
            text=content.decode("utf-8"),
            sha256=packaged.sha256,
            proposed_at=timezone.now(),
        )
        row.save()
    return row


def propose_formula(actor: User, text: str, why: str) -> FormulaVersion:
    """Propose another formula, as TOML; it decides nothing until it is adopted."""
    found = checked(text.replace("\r\n", "\n"))
    why = wanted(why, "why", _("Say what changes, and why: whoever decides reads it."))
    with act("ranking.propose_formula", actor, why):
        row = FormulaVersion(
            version=found.version,
            text=text.replace("\r\n", "\n"),
            sha256=found.sha256,
            why=why,
            proposed_by=actor,
            proposed_at=timezone.now(),
        )
        row.save()
    return row


def checked(text: str) -> Formula:
    """The formula that this TOML is, if the program can count it.

    Raises:
        ValidationError: ``text``: where it is wrong, and why.
    """
    if len(text) > MOST:
        raise ValidationError({"text": _("A formula has at most %(most)s characters.") % {"most": MOST}})
    try:
        found = read(text.encode("utf-8"))
    except FaultyFormula as error:
        raise ValidationError({"text": _("The formula is refused. %(fault)s") % {"fault": error}}) from error
    uncounted = sorted({one.key for one in found.indicators} - counts.INDICATORS)
    strange = sorted(set(found.peers.words) - ATTRIBUTES)
    if uncounted or strange:
        words = _("The records say nothing of: %(keys)s. They know the indicators %(known)s and compare by %(by)s.")
        given = {"keys": ", ".join(uncounted + strange), "known": ", ".join(sorted(counts.INDICATORS))}
        raise ValidationError({"text": words % {**given, "by": ", ".join(sorted(ATTRIBUTES))}})
    if len(found.version) > 20 or FormulaVersion.objects.filter(version=found.version).exists():
        raise ValidationError({"text": _("Give it a version of its own, of at most 20 characters (line “version”).")})
    if FormulaVersion.objects.filter(sha256=found.sha256).exists():
        raise ValidationError({"text": _("This very formula is there already.")})
    return found


def adopt_formula(actor: User, version: FormulaVersion, *, decision: str, in_force_from: date, why: str = "") -> None:
    """Put a proposal into force by a document, from a day on; monthly records that are frozen stay as they are."""
    must_decide_for_all(actor)
    decision = wanted(decision, "decision", _("Weights are a decision: give the number of its document."))
    if in_force_from < timezone.localdate():
        raise ValidationError({"in_force_from": _("A formula holds from today on at the earliest.")})
    with act("ranking.adopt_formula", actor, why):
        _decide(
            version,
            state=FormulaState.ADOPTED,
            decision=decision,
            in_force_from=in_force_from,
            decided_by=actor,
            decided_at=timezone.now(),
            decided_why=why.strip(),
        )
        ranking_changed()


def refuse_formula(actor: User, version: FormulaVersion, why: str) -> None:
    """Do not take a proposal; it stays to be read."""
    must_decide_for_all(actor)
    why = wanted(why, "why", _("Say why it is not taken."))
    with act("ranking.refuse_formula", actor, why):
        decided_at = timezone.now()
        _decide(version, state=FormulaState.REFUSED, decided_by=actor, decided_at=decided_at, decided_why=why)
        ranking_changed()


def _decide(version: FormulaVersion, **changes: object) -> None:
    if not FormulaVersion.objects.compare_and_set(version, {"state": FormulaState.PROPOSED}, **changes):
        raise ValidationError(_("Somebody has decided this proposal meanwhile. Open it again."))
