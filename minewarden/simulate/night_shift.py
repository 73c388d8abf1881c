"""A mine that may not work starts a night shift: what its cameras see of it. All of it is invented."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

NIGHT = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class SeenAtNight:
    """One thing that a camera saw; ``box`` is the thing in the picture, as fractions (x1, y1, x2, y2).

    ``place_class`` is the camera's, of the 2024-12 video rule.
    """

    at: datetime
    place_class: str
    scene: str
    label: str
    lasted: timedelta
    confidence: float
    box: tuple[str, tuple[float, float, float, float]] | None = None
    detail: dict[str, int | str] = field(default_factory=dict)


def night_shift(begin: datetime, count: int = 40, seed: int = 20261123) -> tuple[SeenAtNight, ...]:
    """``count`` things seen in the eight hours from ``begin`` (timezone-aware), in order of time.

    It begins as a shift does: people go in one after the other, then the belt is loaded, then trucks leave.

    Raises:
        ValueError: fewer than three things make no shift.
    """
    if count < 3:
        raise ValueError("a shift is at least somebody going in, coal on the belt and a truck that leaves")
    chance = random.Random(seed)
    people, trucks = max(1, count * 2 // 5), max(1, count * 3 // 10)
    belts = count - people - trucks
    seen = [_person(chance, begin, number) for number in range(1, people + 1)]
    seen += [_belt(chance, begin, number, belts) for number in range(belts)]
    seen += [_truck(chance, begin, number, trucks) for number in range(trucks)]
    return tuple(sorted(seen, key=lambda one: one.at))


def _person(chance: random.Random, begin: datetime, number: int) -> SeenAtNight:
    left = chance.uniform(0.35, 0.5)
    box = ("person", (left, 0.35, left + 0.09, 0.8))
    at = begin + timedelta(minutes=1.5 * number, seconds=chance.uniform(0, 40))
    detail: dict[str, int | str] = {"in": number, "out": 0, "shift": "00:00", "track": number}
    sure = round(chance.uniform(0.55, 0.9), 3)
    return SeenAtNight(at, "43", "people_in_out", "in", timedelta(seconds=4), sure, box, detail)


def _belt(chance: random.Random, begin: datetime, number: int, of: int) -> SeenAtNight:
    at = begin + timedelta(minutes=50) + (NIGHT - timedelta(minutes=90)) / of * number
    lasted = timedelta(minutes=chance.uniform(4, 9))
    return SeenAtNight(at, "14", "belt_state", "loaded", lasted, round(chance.uniform(0.6, 0.95), 3))


def _truck(chance: random.Random, begin: datetime, number: int, of: int) -> SeenAtNight:
    at = begin + timedelta(hours=2) + (NIGHT - timedelta(hours=2, minutes=20)) / of * number
    top = chance.uniform(0.3, 0.4)
    box = ("vehicle", (0.3, top, 0.72, top + 0.45))
    sure = round(chance.uniform(0.5, 0.85), 3)
    return SeenAtNight(at, "53", "truck_out", "truck_out", timedelta(seconds=9), sure, box, {"track": number + 1})
