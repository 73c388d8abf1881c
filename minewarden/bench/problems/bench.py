"""The bench of systemic problems: every method over every seed, against the bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from minewarden.center.problems.candidates import Candidate, candidates
from minewarden.simulate.causes import CauseYears, Size, cause_years

from .judge import Named, Score, at_precision
from .others import by_count, by_eb05, by_poisson, by_ratio, cells
from .prepared import records

PRECISION_LEAST: Final = 0.90
RECALL_TIMES: Final = 1.3
EB05: Final = 2.0
REPORT_SEEDS: Final = 10
DEVELOP_FROM: Final = 1000  # seeds from here on are for those who mend the method, those below for what is published

HEAD, ANALYSTS, COUNT, RATIO, POISSON, PLAIN, PLAIN_AT = (
    "head's list",
    "analysts' list",
    "top by count",
    "top by ratio (n ≥ 3)",
    "Poisson, Benjamini-Hochberg 10 %",
    f"plain EB05 > {EB05:g}",
    f"plain EB05, limit set so that precision ≥ {PRECISION_LEAST:.2f}",
)


@dataclass(frozen=True)
class Outcome:
    """Attributes:
    scores: by method, over all seeds.
    limit: of EB05, with which plain EB05 is right often enough; chosen with the truth in hand.
    """

    seeds: tuple[int, ...]
    scores: dict[str, Score]
    limit: float

    @property
    def wanted_recall(self) -> float:
        """1.3 × the better of what plain EB05 > 2 finds and what it finds at the precision asked for."""
        return RECALL_TIMES * max(self.scores[PLAIN].recall, self.scores[PLAIN_AT].recall)

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
            "eb05_limit": self.limit,
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
    plain: list[tuple[list[Named], CauseYears]] = []
    for seed in seeds:
        years = cause_years(seed, size)
        given = records(years)
        found, _ = candidates(given)
        tables = cells(given)
        low = by_eb05(tables, 1.0)
        plain.append((low, years))
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
    limit, scores[PLAIN_AT] = at_precision(plain, PRECISION_LEAST)
    return Outcome(tuple(seeds), scores, limit)


def _named(one: Candidate) -> Named:
    return Named(one.kind, one.scope, one.topic.clause, one.season, one.low)
