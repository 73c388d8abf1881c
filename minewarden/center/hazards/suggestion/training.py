"""What the model learns from: the words of the clauses, and hazards that somebody has confirmed under a clause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from django.utils import timezone

from minewarden.center.cases.models import Case, State
from minewarden.center.hazards.models import Clause

from .model import CLAUSE_WEIGHT, Facts, Model, documents, fit

RECORDS_A_CLAUSE: Final = 150  # the newest; more cost time and changed nothing
RECORDS_READ: Final = 60_000
NOT_CONFIRMED: Final = (State.FOUND, State.REJECTED)


def fitted() -> Model:
    """A model of everything there is now.

    Raises:
        TooLittle: fewer than two clauses.
    """
    texts, codes = clause_documents()
    clauses = len(set(codes))
    known = frozenset(codes)
    records = list(confirmed_records(known))
    facts = Facts(
        fitted_at=timezone.now().isoformat(timespec="seconds"),
        clauses=clauses,
        texts=len(texts) // CLAUSE_WEIGHT,
        records=len(records),
    )
    return fit(texts + [text for _code, text in records], codes + [code for code, _text in records], facts)


def clause_documents() -> tuple[list[str], list[str]]:
    """The words of every clause, and its code beside each."""
    texts, codes = [], []
    rows = Clause.objects.order_by("code").values_list("code", "title", "text", "official_text")
    for code, title, text, official in rows:
        of_clause = documents(title, text, official)
        texts += of_clause
        codes += [code] * len(of_clause)
    return texts, codes


def confirmed_records(known: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Code and words of the newest confirmed cases under a known clause."""
    confirmed = Case.objects.exclude(clause="").exclude(state__in=NOT_CONFIRMED).order_by("-found_at", "pk")
    taken: Counter[str] = Counter()
    for code, title, description in confirmed.values_list("clause", "title", "description")[:RECORDS_READ]:
        if code in known and taken[code] < RECORDS_A_CLAUSE:
            taken[code] += 1
            yield code, f"{title} {description}"
