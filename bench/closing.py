"""How often a problem that nobody did anything about is closed, tried every month: ``python -m bench.closing``.

Invented offices whose mines differ. In each the cell with the
highest shrunk ratio of all is named after a year; its rate never changes. From the fourth month on it is tried every
month. Beside it a cell that was planted five times higher and whose rate measures really lower: in which month it is
closed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import click
import numpy as np

from minewarden.center.problems.measure import Measured, Seen, Unit, measured

VISIT = 480  # minutes
Counts = np.ndarray[tuple[int], np.dtype[np.int_]]
MINES, TOPICS = 40, 30
USUAL = 0.08  # findings in an inspection of the planted topic
SHAPE = 3.0  # how little mines differ: gamma
MONTH = 30  # days
FIRST_TRY = 3  # months


@dataclass(frozen=True)
class Office:
    """A year of the topic that is named in an invented office, mine by mine, and what will be from then on."""

    chance: np.random.Generator
    mine: int  # the mine that is named
    visits: Counts  # of the year, by mine
    found: Counts  # of the year, by mine
    now: np.ndarray[tuple[int], np.dtype[np.float64]]  # findings an inspection from now on, by mine
    drawn: float  # the shrunk ratio over the counted one, of the cell named

    def tried(self, visits: Counts, found: Counts, days: int) -> Measured:
        """What is measured when so many inspections found so much since the year."""
        before, after = (
            [_seen(*one) for one in zip(*counts, strict=True)]
            for counts in ((self.found, self.visits), (found, visits))
        )
        units = [Unit(*pair) for pair in zip(before, after, strict=True)]
        others = units[: self.mine] + units[self.mine + 1 :]
        return measured(units[self.mine], others, days, drawn=self.drawn)


def office(seed: int, effect: float = 1.0, inspections: int = 0) -> Office:
    """Mines differ in everything. The cell with the highest shrunk ratio of all is named, or one planted five times
    higher with so many ``inspections`` a year; from then on its rate is multiplied by ``effect``."""
    chance = np.random.default_rng([seed, 7])
    usual = chance.gamma(2, 0.04, (TOPICS, 1))
    usual[0] = USUAL
    rates = usual * chance.gamma(SHAPE, 1 / SHAPE, (TOPICS, MINES))
    visits = np.maximum(2, chance.gamma(2, 12, MINES).astype(int))
    if inspections:
        rates[0, 0], visits[0] = 5 * USUAL, inspections
    found = chance.binomial(visits, 1 - np.exp(-rates))
    expected = visits * found.sum(axis=1, keepdims=True) / visits.sum()
    mean = (found + SHAPE) / (expected + SHAPE)
    topic, mine = (0, 0) if inspections else divmod(int(mean.argmax()), MINES)
    drawn = float(mean[topic, mine] * expected[topic, mine] / max(found[topic, mine], 1))
    now = rates[topic].copy()
    now[mine] *= effect
    return Office(chance, mine, visits, found[topic], now, drawn)


def tries(seed: int, months: int, effect: float = 1.0, inspections: int = 0) -> Iterator[Measured]:
    """The figures of each monthly try of one invented office; see :func:`office`."""
    named = office(seed, effect, inspections)
    since, times = np.zeros(MINES, int), np.zeros(MINES, int)
    for month in range(1, months + 1):
        more = named.chance.poisson(named.visits / 12)
        times += more
        since += named.chance.binomial(more, 1 - np.exp(-named.now))
        if month >= FIRST_TRY:
            yield named.tried(times, since, month * MONTH)


def by_interval(one: Measured) -> bool:
    """Whether one try alone would have closed it, as it was before: the interval of the day."""
    return not one.lacking and one.high < 1 and one.ratio <= 0.75


def _seen(found: int, inspections: int) -> Seen:
    return Seen(int(found), int(inspections), int(inspections) * VISIT)


# Name → what measures multiply the rate by, and a year's inspections of the planted cell (0: the highest of all).
STORIES = {
    "never_changed": (1.0, 0),
    "company_halved": (0.5, 400),
    "mine_to_0.3": (0.3, 96),
    "mine_to_a_fifth": (0.2, 96),
}


@click.command()
@click.option("--seeds", type=click.IntRange(1), default=200, show_default=True, help="Invented offices.")
@click.option("--months", type=click.IntRange(FIRST_TRY), default=24, show_default=True, help="Tried up to this month.")
@click.option("--story", "only", type=click.Choice(sorted(STORIES)), help="Only this one.")
def main(seeds: int, months: int, only: str | None) -> None:
    """Print how many are closed of those that never changed, and of those that did, by either rule."""
    told: dict[str, object] = {"seeds": seeds, "months": months}
    for name, (effect, inspections) in STORIES.items():
        if only not in (None, name):
            continue
        courses = [list(tries(seed, months, effect, inspections)) for seed in range(seeds)]
        told[name] = {
            "interval_of_the_day": _closed([[by_interval(one) for one in course] for course in courses]),
            "evidence": _closed([[one.verdict == "shown" for one in course] for course in courses]),
        }
        click.echo(json.dumps({name: told[name]}), err=True)
    click.echo(json.dumps(told))


def _closed(courses: list[list[bool]]) -> dict[str, object]:
    first = [course.index(True) + FIRST_TRY for course in courses if True in course]
    return {
        "ever": len(first),
        "at_the_last_try": sum(course[-1] for course in courses),
        "median_month": float(np.median(first)) if first else None,
    }


if __name__ == "__main__":
    main()
