"""What an office would rank mines by without the index; shown beside it always. All: mine → the higher, the worse."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .figures import MineFigures, Tally
from .formula import Formula


def raw_count(rows: Sequence[MineFigures], key: str) -> dict[str, float]:
    """How many events there were: ranks those who are inspected most."""
    return {row.mine: row.tally(key).n for row in rows}


def raw_rate(rows: Sequence[MineFigures], key: str) -> dict[str, float]:
    """Events by exposure, 0 without any: ranks those of whom least is known."""
    return {row.mine: _rate(row.tally(key)) for row in rows}


def spi(rows: Sequence[MineFigures], formula: Formula) -> dict[str, float]:
    """As the Safe Performance Index is made up (Kinilakodi and Grayson), turned so that more is worse: ratios to the
    mean rate of mines of the same size, capped, weighed with the formula's weights, not shrunk."""
    sizes: dict[str, list[MineFigures]] = {}
    for row in rows:
        sizes.setdefault(row.peers.get("size", ""), []).append(row)
    found: dict[str, list[float]] = {row.mine: [] for row in rows}
    for same in sizes.values():
        for one in formula.indicators:
            tallies = [row.tally(one.key) for row in same]
            exposure = math.fsum(tally.exposure for tally in tallies)
            mean = math.fsum(tally.n for tally in tallies) / exposure if exposure else 0.0
            for row, tally in zip(same, tallies, strict=True):
                ratio = _rate(tally) / mean if mean else 1.0
                found[row.mine].append(one.most_points * min(ratio, one.cap) / one.cap)
    return {mine: math.fsum(points) for mine, points in found.items()}


def _rate(tally: Tally) -> float:
    return tally.n / tally.exposure if tally.exposure else 0.0
