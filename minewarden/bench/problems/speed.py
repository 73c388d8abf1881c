"""How long texts take from nothing, how much memory, and how long the next day's take."""

from __future__ import annotations

import random
import resource
import sys
import time
from dataclasses import dataclass
from typing import Final

from minewarden.center.problems.clusters import clustered, counted, refreshed, with_known_ids
from minewarden.center.problems.texts import lexicon, normalised
from minewarden.simulate.hazard_texts import codes, habits_of, hazard_text

SECONDS_MOST: Final = 300.0
MEGABYTES_MOST: Final = 2000.0
MINES: Final = 300
DAILY: Final = 300  # a day brings a three-hundredth as many again


@dataclass(frozen=True, slots=True)
class Speed:
    """Seconds and megabytes (the most that the process held, the invented texts among it)."""

    texts: int
    different: int
    clusters: int
    seconds: float
    new: int
    refresh_seconds: float
    megabytes: float

    @property
    def over(self) -> bool:
        return self.seconds > SECONDS_MOST or self.megabytes > MEGABYTES_MOST


def speed(texts: int, seed: int) -> Speed:
    """Texts of the invented mines, some clauses far more frequent than others, normalised and clustered."""
    chance = random.Random(f"texts {seed}")
    habits = [habits_of(str(mine)) for mine in range(MINES)]
    clauses = codes()
    often = [1 / place for place in range(1, len(clauses) + 1)]

    def some(many: int) -> list[tuple[str, str]]:
        chosen = chance.choices(clauses, often, k=many)
        return [
            (
                clause,
                hazard_text(chance, clause, chance.choice(("office", "office", "field")), chance.choice(habits))[1],
            )
            for clause in chosen
        ]

    written, later = some(texts), some(max(1, texts // DAILY))
    words = lexicon()
    begun = time.perf_counter()
    told = counted((clause, normalised(text, words).text) for clause, text in written)
    clusters = with_known_ids(clustered(told), ())
    seconds = time.perf_counter() - begun
    begun = time.perf_counter()
    refreshed(clusters, ((clause, normalised(text, words).text) for clause, text in later))
    return Speed(
        texts=texts,
        different=sum(map(len, told.values())),
        clusters=len(clusters),
        seconds=seconds,
        new=len(later),
        refresh_seconds=time.perf_counter() - begun,
        megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3),
    )
