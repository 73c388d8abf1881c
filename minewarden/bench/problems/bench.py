"""The bench of systemic problems: every method over every seed, against the bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from minewarden.center.problems.candidates import Candidate, candidates
from minewarden.center.problems.forms import forms
from minewarden.center.problems.records import limits
from minewarden.simulate.causes import CauseYears, Size, cause_years

from .judge import Named, Score, at_precision
from .others import by_count, by_eb05, by_poisson, by_ratio, cells
from .prepared import records

PRECISION_LEAST: Final = 0.90
RECALL_TIMES: Final = 1.3
EB05: Final = 2.0
LOOSE: Final = 1.5  # from here on a limit is looked for
REPORT_SEEDS: Final = 10
REPORT_FROM: Final = 101  # seeds that are published; nobody looked at them while the method was made
DEVELOP_FROM: Final = 1001  # seeds for those who mend it (1 to 8 were used up so as well)

HEAD, ANALYSTS, COUNT, RATIO, POISSON, PLAIN, PLAIN_AT, ASIDE_AT = (
    "head's list",
    "analysts' list",
    "top by count",
    "top by ratio (n ≥ 3)",
    "Poisson, Benjamini-Hochberg 10 %",
    f"plain EB05 > {EB05:g}",
    f"plain EB05, limit set for precision ≥ {PRECISION_LEAST:.2f}",
    "the same, forms set aside before",
)


@dataclass(frozen=True)
class Outcome:
    """Attributes:
    scores: by method, over all seeds.
    limits: of plain EB05, with which it is right often enough; chosen with the truth in hand. None where none is.
    """

    seeds: tuple[int, ...]
    scores: dict[str, Score]
    limits: dict[str, float | None]

    @property
    def wanted_recall(self) -> float:
        """1.3 × what plain EB05 finds at the precision asked for: on all records, or without forms if that is more."""
        return RECALL_TIMES * max(self.scores[PLAIN_AT].recall, self.scores[ASIDE_AT].recall)

    @property
    def under(self) -> tuple[str, ...]:
        """What is under the bar, in words."""
        head, more = self.scores[HEAD], self.scores[ANALYSTS]
        faults = {
            f"the head's list is right in {head.precision:.1%}": head.precision < PRECISION_LEAST,
            f"the head's list finds {head.recall:.1%}, wanted {self.wanted_recall:.1%}": head.recall
            < self.wanted_recall,
            "a campaign is named": head.campaigns + more.campaigns > 0,
            "a form is named": head.forms + more.forms > 0,
        }
        return tuple(words for words, wrong in faults.items() if wrong)

    def document(self) -> dict[str, Any]:
        """For programs."""
        return {
            "seeds": list(self.seeds),
            "eb05_limits": self.limits,
            "wanted": {"precision": PRECISION_LEAST, "recall": self.wanted_recall},
            "under": list(self.under),
            "methods": {
                name: {
                    "named": one.named,
                    "right": one.right,
                    "precision": one.precision,
                    "planted": one.planted,
                    "found": one.found,
                    "recall": one.recall,
                    "campaigns": one.campaigns,
                    "forms": one.forms,
                    "by_kind": {kind: {"found": part[0], "planted": part[1]} for kind, part in one.by_kind.items()},
                }
                for name, one in self.scores.items()
            },
        }


def measured(
    seeds: Sequence[int], size: Size | None = None, told: Callable[[int], None] = lambda seed: None
) -> Outcome:
    """Every method over these seeds; ``told`` is called after each."""
    scores = {name: Score() for name in (HEAD, ANALYSTS, COUNT, RATIO, POISSON, PLAIN)}
    plain: dict[str, list[tuple[list[Named], CauseYears]]] = {PLAIN_AT: [], ASIDE_AT: []}
    for seed in seeds:
        years = cause_years(seed, size)
        given = records(years)
        found, _ = candidates(given)
        tables = cells(given)
        aside = forms(given, limits().forms)[1]
        rest = replace(given, findings=[one for one in given.findings if one.key not in aside])
        plain[PLAIN_AT].append((by_eb05(tables, LOOSE), years))
        plain[ASIDE_AT].append((by_eb05(cells(rest), LOOSE), years))
        for name, named in (
            (HEAD, [_named(one) for one in found if one.list == "head"]),
            (ANALYSTS, [_named(one) for one in found]),
            (COUNT, by_count(tables, years)),
            (RATIO, by_ratio(tables, years)),
            (POISSON, by_poisson(tables)),
            (PLAIN, by_eb05(tables, EB05)),
        ):
            scores[name].add(named, years)
        told(seed)
    found_limits: dict[str, float | None] = {}
    for name, named_plain in plain.items():
        limit, scores[name] = at_precision(named_plain, PRECISION_LEAST)
        found_limits[name] = limit if limit < float("inf") else None
    return Outcome(tuple(seeds), scores, found_limits)


def _named(one: Candidate) -> Named:
    return Named(one.kind, one.scope, one.topic.clause, one.season, one.low, frozenset(one.keys))
