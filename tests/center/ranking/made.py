"""Provinces for tests: forty mines over which figures vary by rule, and what a test wants to be different."""

from __future__ import annotations

from dataclasses import replace

from minewarden.center.ranking.figures import MineFigures, Tally
from minewarden.center.ranking.formula import formula

FORMULA = formula()
KEYS = tuple(one.key for one in FORMULA.indicators)
PEERS = {"kind": "underground", "disaster": "gas", "size": "small"}

# exposure of an ordinary mine and its count
USUAL: dict[str, Tally] = {
    "major_hazards": Tally(3, 100),
    "enforcement": Tally(1, 100),
    "overdue": Tally(3, 30),
    "lookback": Tally(1, 15),
    "honesty": Tally(1, 4),
    "accidents": Tally(4, 400_000, 8),
    "video": Tally(6, 10_000, 18),
}


def mine(code: str, **different: Tally) -> MineFigures:
    return MineFigures(code, PEERS, {**USUAL, **different})


def province(count: int = 40) -> list[MineFigures]:
    """Mines that differ from each other, more in some indicators than chance would have it."""
    rows = []
    for place in range(count):
        tallies = {
            key: Tally(
                n := max(0, round(one.n + (place * (7 + at)) % 5 - 2 + (6 if (place + at) % 13 == 0 else 0))),
                one.exposure * (0.5 + (place % 7) / 4),
                None if one.squares is None else 2 * n,
            )
            for at, (key, one) in enumerate(USUAL.items())
        }
        rows.append(MineFigures(f"K{place:03d}", PEERS, tallies))
    return rows


def changed(rows: list[MineFigures], code: str, **different: Tally) -> list[MineFigures]:
    """The same province with other figures of one mine."""
    return [replace(row, tallies={**row.tallies, **different}) if row.mine == code else row for row in rows]
