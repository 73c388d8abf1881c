"""Proposing clauses, fitting the model anew, and how good the proposals were."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import State
from minewarden.center.hazards.clauses.queries import clauses_on
from minewarden.center.hazards.models import Clause, Hazard
from minewarden.center.jobs.models import Job
from minewarden.center.jobs.services import enqueue
from minewarden.center.registry.models import User
from minewarden.center.registry.scope import may

from .kept import keep, kept_model
from .model import Facts, Model, TooLittle
from .training import fitted

log = logging.getLogger(__name__)

PERMISSION: Final = "hazards.manage_clauses"
REFIT: Final = "hazards.refit"
SHORTEST: Final = 4  # characters from which on something is proposed
LIKELY, VERY_LIKELY = 0.15, 0.5


@dataclass(frozen=True)
class Suggestion:
    """A clause that may be the one. ``score`` is its share of all clauses in force, 0 to 1: an order, no probability
    that anybody has tested on real records."""

    clause: Clause
    score: float

    @property
    def words(self) -> object:
        """The score in words."""
        if self.score >= VERY_LIKELY:
            return _("very likely")
        return _("likely") if self.score >= LIKELY else _("possible")


def suggest(text: str, day: date, kind: str | None = None, most: int = 3) -> list[Suggestion]:
    """The ``most`` likely clauses for what somebody writes, the likeliest first; two queries.

    Only clauses in force on ``day`` (a date in China), of ``kind`` where it is given. Too short a text, or one of which
    no word is known, gets none. The first call of an office fits the model from what there is.
    """
    if len(text.strip()) < SHORTEST:
        return []
    model = _model()
    if model is None:
        return []
    among = list(clauses_on(day, kind).values_list("code", flat=True))
    scores = dict(list(model.shares(text, among).items())[:most])
    clauses = {clause.code: clause for clause in Clause.objects.filter(code__in=scores).select_related("catalogue")}
    return [Suggestion(clauses[code], score) for code, score in scores.items()]


def _model() -> Model | None:
    """The kept model; fitted now where there is none. None while there are no clauses."""
    model = kept_model()
    if model is None:
        try:
            refit()
        except TooLittle:
            return None
        model = kept_model()
    return model


def refit() -> Facts:
    """Fit the model from the clauses and confirmed records of now, and put it in the place of the one before.

    Raises:
        TooLittle: fewer than two clauses.
    """
    facts = keep(fitted())
    log.info("clause model %s fitted: %d clauses, %d records", facts.digest[:12], facts.clauses, facts.records)
    return facts


def ask_for_refit(actor: User | None) -> Job:
    """Have the model fitted anew beside the office; asked twice, it is done once.

    Raises:
        CaseError: ``forbidden``.
    """
    if actor is not None and not may(actor, PERMISSION):
        raise CaseError("forbidden", str(_("Your role may not change the catalogues.")))
    return enqueue(REFIT, {}, actor=actor, unique_key=REFIT)


@dataclass(frozen=True)
class Score:
    """Of ``hazards`` for which something was proposed and a clause chosen: how often the ``first`` one proposed was
    chosen, and how often one ``among`` them."""

    hazards: int
    first: int
    among: int

    @property
    def first_percent(self) -> int:
        return round(100 * self.first / self.hazards) if self.hazards else 0

    @property
    def among_percent(self) -> int:
        return round(100 * self.among / self.hazards) if self.hazards else 0


def score_of_proposals(newest: int = 5_000) -> Score:
    """Counted over the newest confirmed hazards of the whole office. Whoever sees a proposal may be led by it: this
    says how useful the proposals are, not how right."""
    confirmed = Hazard.objects.exclude(clause_code="").exclude(proposed=[])
    confirmed = confirmed.exclude(case__state__in=(State.FOUND, State.REJECTED)).order_by("-case__found_at")
    hazards = first = among = 0
    for chosen, proposed in confirmed.values_list("clause_code", "proposed")[:newest]:
        hazards += 1
        first += proposed[0] == chosen
        among += chosen in proposed
    return Score(hazards, first, among)
