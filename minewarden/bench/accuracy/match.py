"""What was told of a clip beside what happened in it: found, missed, wrong, told again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from minewarden.simulate.trials import Expected

# An event told so much (s) before it begins still is it: a box touches a zone before the foot is in it.
EARLY = 1.0
# What is told so much later (s) than it was so, or than somebody passed, is no more that.
LATE = 5.0
NEVER = 1e6


@dataclass(frozen=True, slots=True)
class Told:
    """An event as the watch told it, in seconds of the clip. ``due``: the scene's set duration, which must pass from
    the beginning until it may be told; ``ended`` None: still running when the clip ended.
    """

    label: str
    started: float
    told: float
    ended: float | None = None
    due: float = 0.0
    confidence: float = 0.0
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """An expected event and the told one that is it."""

    expected: Expected
    told: Told

    @property
    def delay(self) -> float:
        """How much later than due it was told, in seconds; never less than 0."""
        return max(0.0, self.told.told - self.expected.start - self.told.due)

    @property
    def says_otherwise(self) -> bool:
        """Whether its detail contradicts the truth."""
        return any(self.told.detail.get(key) != value for key, value in self.expected.detail.items())


@dataclass(frozen=True, slots=True)
class Matched:
    """One clip's comparison. ``repeats`` tell again of something that goes on and was told: a nuisance, not false."""

    found: tuple[Found, ...]
    missed: tuple[Expected, ...]
    wrong: tuple[Told, ...]
    repeats: tuple[Told, ...]

    @property
    def right(self) -> bool:
        return not self.missed and not self.wrong and not any(one.says_otherwise for one in self.found)


def match(expected: Sequence[Expected], told: Sequence[Told]) -> Matched:
    """As many expected events as can be get a told one each, and each the one that is nearest to its time."""
    wanted, free = sorted(expected, key=lambda one: one.start), sorted(told, key=lambda one: one.told)
    far = np.array([[_off(one, other) for other in free] for one in wanted]).reshape(len(wanted), len(free))
    rows, columns = linear_sum_assignment(far)
    pairs = [(row, column) for row, column in zip(rows, columns, strict=True) if far[row, column] < NEVER]
    found = [Found(wanted[row], free[column]) for row, column in pairs if not wanted[row].optional]
    told_of = {row for row, _ in pairs}
    missed = [one for row, one in enumerate(wanted) if row not in told_of and not one.optional]
    free = [one for column, one in enumerate(free) if column not in {pair[1] for pair in pairs}]
    repeats = [one for one in free if any(_again(wanted, one) for wanted in expected)]
    wrong = [one for one in free if one not in repeats]
    return Matched(tuple(found), tuple(missed), tuple(wrong), tuple(repeats))


def _off(wanted: Expected, one: Told) -> float:
    """How far (s) from when it should be told; NEVER where it cannot be told of that."""
    return abs(one.told - wanted.start - one.due) if _can_be(wanted, one) else NEVER


def _can_be(wanted: Expected, one: Told) -> bool:
    begin = wanted.start if wanted.possible is None else wanted.possible
    if one.label != wanted.label or one.told < begin - EARLY:
        return False
    return one.started <= wanted.end + (LATE if wanted.end <= wanted.start else 0.0)


def _again(wanted: Expected, one: Told) -> bool:
    """What lasts may be told in pieces; what is counted may not."""
    return wanted.end > wanted.start and _can_be(wanted, one)
