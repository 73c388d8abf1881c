"""What the method is measured against: counts, ratios, Poisson tests and plain EB05 of records by mine and clause.

They are given every advantage: the kinds of scope that were planted and no other; as many names as causes were planted;
of a season its best three months.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import poisson

from minewarden.center.problems.records import Records, ScopeKind
from minewarden.center.problems.shrinkage import shrunk
from minewarden.simulate.causes import CauseYears

from .judge import Named

Floats = NDArray[np.float64]
KINDS: tuple[ScopeKind, ...] = ("group", "mine", "season")
COUNT_LEAST = 3
FALSE_AMONG = 0.1  # Benjamini and Hochberg's q
MONTHS = 3


@dataclass(frozen=True)
class Cells:
    """Records by scope and clause against ``N of the scope × N of the clause / N``."""

    kind: ScopeKind
    scopes: tuple[str, ...]
    clauses: tuple[str, ...]
    n: Floats
    expected: Floats
    keys: Mapping[tuple[int, int], frozenset[str]]

    def named(self, chosen: NDArray[np.bool_], scores: Floats) -> list[Named]:
        """The chosen cells; of a season's windows the best one."""
        found: dict[tuple[str, str], Named] = {}
        for row, column in np.argwhere(chosen):
            season = tuple((row + more) % 12 + 1 for more in range(MONTHS)) if self.kind == "season" else ()
            scope = "" if self.kind == "season" else self.scopes[row]
            one = Named(
                self.kind, scope, self.clauses[column], season, float(scores[row, column]), self.keys[row, column]
            )
            key = scope, one.clause
            if key not in found or one.score > found[key].score:
                found[key] = one
        return list(found.values())


def cells(records: Records) -> list[Cells]:
    """The tables of mines, group companies and seasons."""
    mines = {mine.code: mine for mine in records.mines}
    visits = {visit.key: visit for visit in records.visits}
    clauses = tuple(sorted({one.clause for one in records.findings}))
    columns = {clause: place for place, clause in enumerate(clauses)}
    scopes: dict[ScopeKind, tuple[str, ...]] = {
        "mine": tuple(sorted(mines)),
        "group": tuple(sorted({mine.group for mine in mines.values()})),
        "season": tuple(map(str, range(12))),
    }
    rows = {kind: {name: place for place, name in enumerate(names)} for kind, names in scopes.items()}
    inside: dict[ScopeKind, dict[tuple[int, int], set[str]]] = {kind: defaultdict(set) for kind in KINDS}
    for one in records.findings:
        visit, column = visits[one.visit], columns[one.clause]
        inside["mine"][rows["mine"][visit.mine], column].add(one.key)
        inside["group"][rows["group"][mines[visit.mine].group], column].add(one.key)
        for before in range(MONTHS):
            inside["season"][(visit.day.month - 1 - before) % 12, column].add(one.key)
    found = []
    for kind in KINDS:
        n = np.zeros((len(scopes[kind]), len(clauses)))
        for cell, keys in inside[kind].items():
            n[cell] = len(keys)
        expected = n.sum(axis=1, keepdims=True) * n.sum(axis=0, keepdims=True) / n.sum()
        found.append(
            Cells(
                kind, scopes[kind], clauses, n, expected, {cell: frozenset(keys) for cell, keys in inside[kind].items()}
            )
        )
    return found


def by_count(tables: Sequence[Cells], years: CauseYears) -> list[Named]:
    """As many of the largest counts as causes of the kind were planted."""
    return _largest(tables, years, lambda one: one.n)


def by_ratio(tables: Sequence[Cells], years: CauseYears) -> list[Named]:
    """As many of the largest ratios, of three records and more, as causes of the kind were planted."""
    return _largest(tables, years, lambda one: np.where(one.n >= COUNT_LEAST, _ratio(one), 0.0))


def by_poisson(tables: Sequence[Cells]) -> list[Named]:
    """Poisson tests of all cells, false discoveries held to 10 % after Benjamini and Hochberg."""
    chances = [np.asarray(poisson.sf(one.n - 1, one.expected), np.float64) for one in tables]
    every = np.sort(np.concatenate([one.ravel() for one in chances]))
    passed = np.flatnonzero(every <= FALSE_AMONG * np.arange(1, len(every) + 1) / len(every))
    limit = every[passed[-1]] if len(passed) else -1.0
    return [
        named for one, p in zip(tables, chances, strict=True) for named in one.named((p <= limit) & (one.n > 0), -p)
    ]


def by_eb05(tables: Sequence[Cells], above: float) -> list[Named]:
    """EB05 above a limit, three records and more."""
    found: list[Named] = []
    for one in tables:
        _, known = shrunk(one.n.ravel(), one.expected.ravel())
        low = known.eb05.reshape(one.n.shape)
        found += one.named((low > above) & (one.n >= COUNT_LEAST), low)
    return found


def _largest(tables: Sequence[Cells], years: CauseYears, by: Callable[[Cells], Floats]) -> list[Named]:
    found: list[Named] = []
    for one in tables:
        scores = by(one)
        named = one.named(scores > 0, scores)
        named.sort(key=lambda cell: (-cell.score, cell.scope, cell.clause))
        found += named[: sum(cause.kind == one.kind for cause in years.causes)]
    return found


def _ratio(one: Cells) -> Floats:
    return np.divide(one.n, one.expected, out=np.zeros_like(one.n), where=one.expected > 0)
