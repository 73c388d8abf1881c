"""A province of mines of which a few are bad, inspected for very unequal hours; from a seed. All of it is invented.

Mines differ anyway: every mine has a temper, and each of its rates a bias of its own. A bad mine has most of its rates
raised, each by another factor. Nobody sees who is bad; counts are drawn from rates over exposures. Hours of inspection
differ by a factor of a hundred between mines and say nothing of who is bad, as where inspectors live near some mines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

DAYS_A_QUARTER = 91
LONGEST_OUTAGE = 200

# (share of mines, factor of hazard rates); what is usual for such mines and no fault of theirs
DISASTERS: dict[str, tuple[float, float]] = {"gas": (0.4, 1.5), "water": (0.25, 1.2), "roof": (0.35, 0.8)}
KINDS: dict[str, tuple[float, float]] = {"underground": (0.85, 1.1), "surface": (0.15, 0.5)}
# share of mines, people, cameras
SIZES: dict[str, tuple[float, float, float]] = {
    "small": (0.4, 250, 20),
    "middle": (0.4, 700, 45),
    "large": (0.2, 1500, 90),
}


@dataclass(frozen=True, slots=True)
class World:
    """How the province is made. The figures are set so that a raw count, a raw rate and a shrunk rate find as few as in
    the simulation of the research on rankings (0.17, 0.40, 0.44 of the bad ones in the top 15); not for the index.

    Attributes:
        mines, bad, quarters: how many.
        worse: the median factor by which a bad mine's rates are raised; uneven: how it differs between its rates (log).
        touched: the chance that a rate of a bad mine is raised at all.
        temper, bias: how ordinary mines differ, all rates together and each by itself (log).
        median_hours, hours_spread: inspection a quarter, and how it differs between mines (log).
        turnover: the chance a quarter that a bad mine mends its ways and another becomes bad in its place.
    """

    mines: int = 300
    bad: int = 15
    quarters: int = 4
    worse: float = 3.2
    uneven: float = 0.35
    touched: float = 0.8
    temper: float = 0.15
    bias: float = 0.3
    median_hours: float = 25.0
    hours_spread: float = 1.1
    turnover: float = 0.0


@dataclass(frozen=True, slots=True)
class SimulatedQuarter:
    """What is on record of one mine and quarter. ``lost_days``: of each accident; ``outages``: cameras of each."""

    inspection_hours: float
    major_hazards: int
    enforcement: int
    due: int
    late: int
    looked_back: int
    failed: int
    unreported: int
    hours_worked: float
    lost_days: tuple[int, ...]
    camera_days: int
    outages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SimulatedMine:
    """A mine: its code, its peers' attributes, in which quarters it is bad, and the quarters."""

    code: str
    peers: Mapping[str, str]
    bad: tuple[bool, ...]
    quarters: tuple[SimulatedQuarter, ...]


# per hour of inspection, per hour of inspection, per hazard due, per look-back, per major hazard, per hour worked,
# per camera-day
RATES: dict[str, float] = {
    "major_hazards": 0.03,
    "enforcement": 0.012,
    "late": 0.10,
    "failed": 0.07,
    "unreported": 0.30,
    "accidents": 1.6e-6,
    "outages": 0.0015,
}
DUE_AN_HOUR, LOOKED_BACK_OF_DUE = 0.25, 0.4
HOURS_A_PERSON = 500.0  # worked in a quarter
MOST_CHANCE = 0.95


def bad_mines(seed: int, world: World | None = None) -> tuple[SimulatedMine, ...]:
    """The province of this seed, by code of mine."""
    world = world or World()
    chance = np.random.default_rng([seed, 20261123])
    kind, disaster, size = (_drawn(chance, table, world.mines) for table in (KINDS, DISASTERS, SIZES))
    bad = _bad(chance, world)
    usual = np.array([KINDS[a][1] * DISASTERS[b][1] for a, b in zip(kind, disaster, strict=True)])
    temper = chance.normal(0, world.temper, world.mines)
    rates = {key: rate * _factors(chance, world, temper, bad) for key, rate in RATES.items()}
    quarters = _quarters(chance, world, rates, usual, size)
    return tuple(
        SimulatedMine(
            code=f"M{row + 1:04d}",
            peers={"kind": kind[row], "disaster": disaster[row], "size": size[row]},
            bad=tuple(bool(one) for one in bad[row]),
            quarters=tuple(each[row] for each in quarters),
        )
        for row in range(world.mines)
    )


def _drawn(chance: np.random.Generator, table: Mapping[str, tuple[float, ...]], count: int) -> list[str]:
    names = list(table)
    return [names[place] for place in chance.choice(len(names), count, p=[table[name][0] for name in names])]


def _bad(chance: np.random.Generator, world: World) -> NDArray[np.bool_]:
    """mines × quarters: who is bad when; always the same number."""
    now = np.zeros(world.mines, bool)
    now[chance.permutation(world.mines)[: world.bad]] = True
    when = []
    for _ in range(world.quarters):
        when.append(now.copy())
        mended = np.flatnonzero(now & (chance.random(world.mines) < world.turnover))
        others = chance.permutation(np.flatnonzero(~now))[: len(mended)]
        now[mended], now[others] = False, True
    return np.stack(when, axis=1)


def _factors(chance: np.random.Generator, world: World, temper: Floats, bad: NDArray[np.bool_]) -> Floats:
    """mines × quarters: how much one rate differs from the usual."""
    ordinary = np.exp(temper + chance.normal(0, world.bias, world.mines))
    worse = world.worse * np.exp(chance.normal(0, world.uneven, world.mines))
    raised = np.where(chance.random(world.mines) < world.touched, worse, 1.0)
    return np.asarray(ordinary[:, None] * np.where(bad, raised[:, None], 1.0))


def _quarters(
    chance: np.random.Generator, world: World, rates: Mapping[str, Floats], usual: Floats, size: list[str]
) -> list[list[SimulatedQuarter]]:
    shape = (world.mines, world.quarters)
    people, cameras = (np.array([SIZES[one][place] for one in size]) for place in (1, 2))
    lean = chance.normal(0, world.hours_spread, world.mines)
    hours = world.median_hours * np.exp(lean[:, None] + chance.normal(0, 0.3, shape))
    worked = people[:, None] * HOURS_A_PERSON * chance.uniform(0.85, 1.1, shape)
    camera_days = np.round(np.broadcast_to(cameras[:, None] * DAYS_A_QUARTER, shape)).astype(np.int64)
    major = chance.poisson(rates["major_hazards"] * usual[:, None] * hours)
    enforcement = chance.poisson(rates["enforcement"] * usual[:, None] * hours)
    due = chance.poisson(DUE_AN_HOUR * usual[:, None] * hours)
    looked_back = chance.binomial(due, LOOKED_BACK_OF_DUE)
    late, failed, unreported = (
        chance.binomial(tries, np.minimum(rates[key], MOST_CHANCE))
        for key, tries in (("late", due), ("failed", looked_back), ("unreported", major))
    )
    accidents = chance.poisson(rates["accidents"] * worked)
    outages = chance.poisson(rates["outages"] * camera_days)
    return [
        [
            SimulatedQuarter(
                inspection_hours=round(float(hours[row, q]), 1),
                major_hazards=int(major[row, q]),
                enforcement=int(enforcement[row, q]),
                due=int(due[row, q]),
                late=int(late[row, q]),
                looked_back=int(looked_back[row, q]),
                failed=int(failed[row, q]),
                unreported=int(unreported[row, q]),
                hours_worked=round(float(worked[row, q])),
                lost_days=_lost_days(chance, int(accidents[row, q])),
                camera_days=int(camera_days[row, q]),
                outages=tuple(int(one) for one in np.minimum(chance.geometric(0.25, outages[row, q]), LONGEST_OUTAGE)),
            )
            for row in range(world.mines)
        ]
        for q in range(world.quarters)
    ]


def _lost_days(chance: np.random.Generator, accidents: int) -> tuple[int, ...]:
    """Lost-day equivalents of each: mostly weeks, sometimes a year or more, one in forty a death."""
    if not accidents:
        return ()
    lot = chance.random(accidents)
    weeks, year = chance.uniform(7, 90, accidents), chance.uniform(200, 1500, accidents)
    return tuple(int(one) for one in np.select([lot < 0.025, lot < 0.15], [np.full(accidents, 6000.0), year], weeks))
