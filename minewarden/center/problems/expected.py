"""What would be expected: the time on site at the mine × how often others find it in the same kind of inspection.

``E = Σ over strata: minutes × level of the mine × rate of the topic``. The rate is that of all *other* mines (of all
other group companies, …) in the same stratum: inspections of one campaign are only compared with each other, so what a
campaign looks for is expected there. The level is how much is found at the mine in all *other* clauses, drawn towards 1
where little was seen: a mine that is bad in everything has no systemic problem of one clause, it is a bad mine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .counts import Counts
from .shrinkage import fit

Floats = NDArray[np.float64]

HALF_A_HIT: Final = 0.5  # drawn from the common rate: where no other has the topic, it is still not impossible
UNSEEN: Final = 2  # inspections without the topic that are added before a share is taken
OWN_MOST: Final = 0.5  # of a stratum's time: who has more of it has no others to be compared with there


@dataclass(frozen=True)
class Exposure:
    """Attributes:
    levels: mines × topics: how much is found there in other clauses, against other mines; 1 is as others.
    """

    counts: Counts
    levels: Floats

    @cached_property
    def _open(self) -> Floats:
        """mines × topics × strata: the part of the time before the topic was found, 1 where it never was.

        Whoever finds a topic in most inspections could not find it twice in one: of p inspections with it, only
        ``p / −ln(1 − p)`` of the time counts as time in which it could be found (a Poisson process up to its first
        event). Two inspections without it are added, so that two of two are not taken for always.
        """
        share = self.counts.hits / (self.counts.inspections[:, None, :] + UNSEEN)
        return np.divide(share, -np.log1p(-share), out=np.ones_like(share), where=share > 0)

    def expected(self, parts: Sequence[Sequence[int]], lifts: Floats | None = None) -> Floats:
        """mines × topics: what is expected at each mine, against all mines outside its part.

        ``parts`` are places of mines: one each, or those of a group company; a mine in none has 0. ``lifts`` (mines ×
        topics) are causes already known, such as the group company's: they raise what is expected.
        """
        counts = self.counts
        level = self.levels if lifts is None else self.levels * lifts
        weight = counts.minutes[:, None, :] * level[:, :, None] * self._open  # mines × topics × strata
        every, all_hits = weight.sum(axis=0), counts.hits.sum(axis=0)
        common = np.divide(all_hits, every, out=np.zeros_like(every), where=every > 0)
        some = np.divide(HALF_A_HIT, common, out=np.ones_like(every), where=common > 0)
        found = np.zeros_like(self.levels)
        for part in map(list, parts):
            own, hits = weight[part].sum(axis=0), counts.hits[part].sum(axis=0)
            alone = own > OWN_MOST * every
            rate = (np.where(alone, all_hits, all_hits - hits) + HALF_A_HIT) / (
                np.where(alone, every, every - own) + some
            )
            found[part] = (weight[part] * np.where(common > 0, rate, 0)).sum(axis=2)
        return found


def exposure(counts: Counts) -> Exposure:
    """Levels of the mines."""
    time, hits = counts.minutes.astype(np.float64), counts.hits[:, counts.is_clause, :]
    total = np.maximum(time.sum(axis=0), 1)
    plain = time @ (hits.sum(axis=0) / total).T  # mines × clauses
    n, expected = hits.sum(axis=(1, 2)), plain.sum(axis=1)
    seen = expected > 0
    shape = rate = 1.0
    if seen.any() and n.sum():
        prior = fit(n[seen], expected[seen])
        shape, rate = prior.parts[0].shape, prior.parts[0].rate
    clauses = np.cumsum(counts.is_clause) - 1  # topic → place among the clauses, of the clause itself
    column = clauses[counts.clause_of]
    own = hits.sum(axis=2)
    levels = (shape + n[:, None] - own) / (rate + expected[:, None] - plain)
    return Exposure(counts, np.asarray(levels[:, column]))
