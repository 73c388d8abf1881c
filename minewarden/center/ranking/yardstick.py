"""What each mine's counts are measured by: the rate of its peers, and how much rates differ between mines at all."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from minewarden.center.problems.shrinkage import Gamma, Posterior, Prior, fit, posterior

from .figures import MineFigures, Tally
from .formula import Indicator, Peers

Floats = NDArray[np.float64]
Shared = tuple[tuple[str, str], ...]

# Where nothing happened at any mine every mine is like its peers, and there is nothing to learn: a spike at one.
_ALIKE = Prior(parts=(Gamma(1e6, 1e6),), weights=(1.0,), fitted=False, log_likelihood=0.0, cells=0)


@dataclass(frozen=True, slots=True)
class PeerClass:
    """Mines that share these attributes: how many of them have exposure, and what was counted of all together (the
    mine itself with them)."""

    shared: Shared
    mines: int
    n: float
    exposure: float

    @property
    def rate(self) -> float:
        """Events by unit of exposure; 0 where there is no exposure."""
        return self.n / self.exposure if self.exposure else 0.0


@dataclass(frozen=True)
class Yardstick:
    """What one indicator is measured by. It stays as it is while somebody asks "what if this mine had fewer?".

    Attributes:
        classes: mine → its class of peers.
        prior: how the ratio of count to expected number differs between mines.
        lump: how many units one event brings (sum of squares over sum); 1 for plain counts.
    """

    indicator: Indicator
    classes: Mapping[str, PeerClass]
    prior: Prior
    lump: float

    def expected(self, mine: str, tally: Tally) -> float:
        """How many units a mine with this exposure would have at the rate of its peers."""
        return exposure_of(tally, self.indicator) * self.classes[mine].rate

    def known(self, counts: Sequence[float], expected: Sequence[float]) -> Posterior:
        """What is known of the ratio λ, by count and expected number; both in the indicator's own units."""
        n, at_peers = np.asarray(counts, np.float64), np.asarray(expected, np.float64)
        return posterior(self.prior, n / self.lump, at_peers / self.lump)


def exposure_of(tally: Tally, indicator: Indicator) -> float:
    """The exposure. Events without any are taken over the least exposure, so that they do not vanish."""
    return indicator.least_exposure if tally.n > 0 and tally.exposure == 0 else tally.exposure


def yardstick(rows: Sequence[MineFigures], indicator: Indicator, peers: Peers) -> Yardstick:
    """What this indicator is measured by, of canonical rows."""
    found: dict[str, PeerClass] = {}
    for attributes in reversed(peers.classes):
        for one, mines in _classes(rows, indicator, attributes):
            if not attributes or _large_enough(one, peers):
                found.update(dict.fromkeys(mines, one))
    lump = _lump(rows, indicator)
    tallies = [row.tally(indicator.key) for row in rows]
    at_peers = np.array(
        [exposure_of(one, indicator) * found[row.mine].rate for row, one in zip(rows, tallies, strict=True)]
    )
    counts = np.array([one.n for one in tallies])
    prior = fit(counts / lump, at_peers / lump) if (at_peers > 0).any() else _ALIKE
    return Yardstick(indicator, found, prior, lump)


def _classes(
    rows: Iterable[MineFigures], indicator: Indicator, attributes: tuple[str, ...]
) -> list[tuple[PeerClass, list[str]]]:
    """Each class of mines that share these attributes, with its mines."""
    members: dict[Shared, list[MineFigures]] = {}
    for row in rows:
        members.setdefault(tuple((key, row.peers[key]) for key in attributes), []).append(row)
    return [
        (_peer_class(shared, [row.tally(indicator.key) for row in same], indicator), [row.mine for row in same])
        for shared, same in members.items()
    ]


def _peer_class(shared: Shared, tallies: Sequence[Tally], indicator: Indicator) -> PeerClass:
    exposures = [exposure_of(one, indicator) for one in tallies]
    return PeerClass(
        shared=shared,
        mines=sum(exposure > 0 for exposure in exposures),
        n=math.fsum(one.n for one in tallies),
        exposure=math.fsum(exposures),
    )


def _large_enough(one: PeerClass, peers: Peers) -> bool:
    return one.mines >= peers.least_mines and one.n >= peers.least_events


def _lump(rows: Iterable[MineFigures], indicator: Indicator) -> float:
    if not indicator.lumpy:
        return 1.0
    tallies = [row.tally(indicator.key) for row in rows]
    total = math.fsum(one.n for one in tallies)
    squares = math.fsum(one.n if one.squares is None else one.squares for one in tallies)
    return squares / total if total > 0 else 1.0
