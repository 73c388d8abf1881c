"""The method on a real hazard record: bumps of two longwalls of a Polish coal mine, shift by shift (UCI, CC BY 4.0).

It is no ranking of mines. Blocks of twelve consecutive shifts stand for the mines; of each only so many shifts are
looked at, drawn by lot, as inspections are unequal; a block's score is held against whether the *next* block had a bump
of more than 10⁴ J. So counts, exposures and outcome are real; who looks when is drawn.

A row tells the bumps of the shift before and, as ``class``, whether the shift after has one above 10⁴ J. In the file
``class`` of a row is 1 exactly where the next row tells such a bump, which is checked when it is read: rows are in
order of time. Where one longwall ends and the other begins is not told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from minewarden.center.ranking.baselines import raw_count, raw_rate, spi
from minewarden.center.ranking.figures import MineFigures, Tally
from minewarden.center.ranking.formula import Formula, read
from minewarden.center.ranking.index import scores_of
from minewarden.center.ranking.measures import Estimate, auc, estimate, precision_at

from .rules import only

Floats = NDArray[np.float64]

FILE = Path("ledger") / "seismic-bumps" / "seismic-bumps.arff"
COLUMNS = 19
CLASS, STRENGTHS = 18, {"weak": slice(9, 10), "middle": slice(10, 11), "strong": slice(11, 16)}
BLOCK = 12
TOP = 20
SAMPLES, RUN_OF_BLOCKS, SEED = 1000, 8, 20261123
INDEX = "index"


class FaultyRecord(ValueError):
    """The file is not the record that it should be; the message says where."""


@dataclass(frozen=True, slots=True)
class OnRecord:
    """One rule: AUC and precision at the top against the next block, and by how much the index has the higher AUC."""

    key: str
    words: str
    auc: Estimate
    precision: Estimate
    ahead: Estimate | None


@dataclass(frozen=True, slots=True)
class SeismicResult:
    """``looked``: how shifts were chosen. ``positives`` of the ``blocks`` were followed by one with a strong bump."""

    looked: str
    blocks: int
    positives: int
    rules: tuple[OnRecord, ...]


def read_record(path: Path) -> list[list[str]]:
    """The rows of the record, the oldest first.

    Raises:
        FaultyRecord: it is another file, or its rows are not in order of time.
        OSError: it cannot be read.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = [line.strip().split(",") for line in lines if line.strip() and line[0] not in "%@"]
    if not rows or any(len(row) != COLUMNS for row in rows):
        raise FaultyRecord(f"{path.name}: rows of {COLUMNS} columns are expected")
    told = [int(row[CLASS]) == 1 for row in rows[:-1]]
    came = [_bumps(row, "strong") > 0 for row in rows[1:]]
    if told != came:
        raise FaultyRecord(f"{path.name}: the rows are not in order of time")
    return rows


def run_seismic(rows: Sequence[Sequence[str]], seed: int = SEED) -> tuple[SeismicResult, ...]:
    """The record with all shifts looked at, and with unequal shares of them drawn from the seed."""
    chance = np.random.default_rng(seed)
    count = len(rows) // BLOCK - 1
    uneven = [sorted(chance.permutation(BLOCK)[: chance.integers(1, BLOCK + 1)].tolist()) for _ in range(count)]
    return (
        _result("all 12 shifts of a block", rows, [list(range(BLOCK))] * count),
        _result("1 to 12 shifts of a block, by lot", rows, uneven),
    )


def _formula() -> Formula:
    return read(files(__package__).joinpath("seismic.toml").read_bytes())


def _bumps(row: Sequence[str], strength: str) -> int:
    return sum(int(one) for one in row[STRENGTHS[strength]])


def _result(looked: str, rows: Sequence[Sequence[str]], shifts: Sequence[Sequence[int]]) -> SeismicResult:
    blocks = [_block(rows, place, chosen) for place, chosen in enumerate(shifts)]
    positive = np.array([_strong_follows(rows, place) for place in range(len(blocks))])
    weights = np.vstack([np.ones((1, len(blocks))), _runs(len(blocks))])
    scores = {key: (words, _array(blocks, rule)) for key, words, rule in _rules(_formula())}
    followed = positive.astype(np.float64)
    of_index = auc(scores[INDEX][1], followed, 1 - followed, weights)
    found = []
    for key, (words, each) in scores.items():
        area, precision = auc(each, followed, 1 - followed, weights), precision_at(TOP, each, positive, weights)
        ahead = None if key == INDEX else estimate(of_index[0] - area[0], of_index[1:] - area[1:])
        found.append(OnRecord(key, words, estimate(area[0], area[1:]), estimate(precision[0], precision[1:]), ahead))
    return SeismicResult(looked, len(blocks), int(positive.sum()), tuple(found))


def _rules(formula: Formula) -> list[tuple[str, str, Callable[[Sequence[MineFigures]], Mapping[str, float]]]]:
    strong = only(formula, ("strong",))
    return [
        ("raw_count", "strong bumps seen", lambda rows: raw_count(rows, "strong")),
        ("raw_rate", "strong bumps by shift looked at", lambda rows: raw_rate(rows, "strong")),
        ("eb_rate", "the same rate, shrunk (EB)", lambda rows: scores_of(_with(rows, "strong"), strong)),
        ("spi", "capped ratios of all 3, not shrunk", lambda rows: spi(rows, formula)),
        (INDEX, "the index: EB of all 3", lambda rows: scores_of(rows, formula)),
    ]


def _with(rows: Sequence[MineFigures], key: str) -> list[MineFigures]:
    return [MineFigures(row.mine, row.peers, {key: row.tally(key)}) for row in rows]


def _block(rows: Sequence[Sequence[str]], place: int, chosen: Sequence[int]) -> MineFigures:
    looked_at = [rows[place * BLOCK + shift] for shift in chosen]
    return MineFigures(
        mine=f"B{place:04d}",
        peers={},
        tallies={key: Tally(sum(_bumps(row, key) for row in looked_at), len(looked_at)) for key in STRENGTHS},
    )


def _strong_follows(rows: Sequence[Sequence[str]], place: int) -> bool:
    """Whether a row of the next block tells a strong bump: no shift of this block has a part in it."""
    following = rows[(place + 1) * BLOCK : (place + 2) * BLOCK]
    return any(_bumps(row, "strong") > 0 for row in following)


def _array(blocks: Sequence[MineFigures], rule: Callable[[Sequence[MineFigures]], Mapping[str, float]]) -> Floats:
    scores = rule(blocks)
    return np.array([scores[one.mine] for one in blocks])


def _runs(count: int) -> Floats:
    """SAMPLES × count: how often each block is drawn, in runs of neighbours, for neighbours resemble each other."""
    chance = np.random.default_rng(SEED)
    runs = -(-count // RUN_OF_BLOCKS)
    starts = chance.integers(0, count, (SAMPLES, runs))
    drawn = (starts[:, :, None] + np.arange(RUN_OF_BLOCKS)) % count
    return np.array([np.bincount(one.ravel()[:count], minlength=count) for one in drawn], np.float64)
