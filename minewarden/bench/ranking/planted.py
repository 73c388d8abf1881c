"""Planted bad mines: what share of them each rule has at its top."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from minewarden.center.ranking.formula import Formula
from minewarden.simulate.bad_mines import World, bad_mines

from .rules import INDEX, Compared, compared, figures

# The world was set up on seeds from 0; what is reported is of seeds from here on.
FIRST_SEED, RUNS = 100_000, 200
YEAR = 4
BAR, AIM = 0.62, 0.70
_TWO_SIDED_95 = 1.96


@dataclass(frozen=True, slots=True)
class Share:
    """The share of planted bad mines among as many at the top: mean of all runs, and where that mean lies with 95 %."""

    key: str
    words: str
    mean: float
    low: float
    high: float
    worst: float
    best: float


@dataclass(frozen=True, slots=True)
class Planted:
    """All rules over so many provinces, seeds from ``first_seed``."""

    runs: int
    first_seed: int
    mines: int
    bad: int
    shares: tuple[Share, ...]

    @property
    def index(self) -> Share:
        return next(one for one in self.shares if one.key == INDEX)

    @property
    def under_the_bar(self) -> bool:
        return self.index.mean < BAR


def one_run(seed: int, rules: Sequence[Compared], world: World) -> dict[str, float]:
    """Rule → the share of the bad mines of this province that it has in the top so many as there are bad ones."""
    mines = bad_mines(seed, world)
    rows = [figures(mine, 0, YEAR) for mine in mines]
    bad = {mine.code for mine in mines if all(mine.bad[:YEAR])}
    return {one.key: len(bad & set(top(one.rule(rows), len(bad)))) / len(bad) for one in rules}


def top(scores: Mapping[str, float], count: int) -> list[str]:
    """The first so many; mines of the same score by code."""
    return sorted(scores, key=lambda mine: (-scores[mine], mine))[:count]


def run_planted(formula: Formula, runs: int, first_seed: int, world: World) -> Iterator[dict[str, float]]:
    """One row a province, in the order of seeds."""
    rules = compared(formula)
    for seed in range(first_seed, first_seed + runs):
        yield one_run(seed, rules, world)


def summed(rows: Sequence[Mapping[str, float]], first_seed: int, formula: Formula, world: World) -> Planted:
    """The shares of all runs."""
    shares = []
    for one in compared(formula):
        found = [row[one.key] for row in rows]
        half = _TWO_SIDED_95 * stdev(found) / math.sqrt(len(found)) if len(found) > 1 else 0.0
        mean = fmean(found)
        low, high = max(mean - half, 0.0), min(mean + half, 1.0)
        shares.append(Share(one.key, one.words, mean, low, high, min(found), max(found)))
    return Planted(len(rows), first_seed, world.mines, world.bad, tuple(shares))
