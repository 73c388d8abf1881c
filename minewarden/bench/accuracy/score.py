"""Figures of a scene from the comparisons of its clips, and whether they are within the bar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import beta

from minewarden.simulate.trials import Expected

from .match import Matched, Told

# The trade's bar: false alarms, misses (shares), delay (s) beyond the scene's set duration.
MOST_FALSE, MOST_MISSED, MOST_DELAY = 0.05, 0.10, 2.0
# The delay that is held against the bar: that of nine events out of ten.
DELAY_OF = 0.9
SURE = 0.95


@dataclass(frozen=True, slots=True)
class Clip:
    """One clip that was watched. ``source`` is rendered or real."""

    scene: str
    name: str
    source: str
    condition: str
    expected: tuple[Expected, ...]
    told: tuple[Told, ...]
    matched: Matched

    @property
    def required(self) -> int:
        """How many events must be told of it."""
        return sum(not one.optional for one in self.expected)


@dataclass(frozen=True, slots=True)
class Share:
    """``part`` of ``whole``. Nothing of nothing is 0."""

    part: int
    whole: int

    @property
    def value(self) -> float:
        return self.part / self.whole if self.whole else 0.0

    def interval(self) -> tuple[float, float]:
        """In which the true share lies with 95 % (Clopper and Pearson's exact binomial interval)."""
        rest = (1 - SURE) / 2
        low = 0.0 if self.part == 0 else float(beta.ppf(rest, self.part, self.whole - self.part + 1))
        high = 1.0 if self.part == self.whole else float(beta.ppf(1 - rest, self.part + 1, self.whole - self.part))
        return low, high

    def facts(self) -> dict[str, Any]:
        low, high = self.interval()
        return {
            "part": self.part,
            "whole": self.whole,
            "share": _round(self.value),
            "low": _round(low),
            "high": _round(high),
        }


@dataclass(frozen=True, slots=True)
class SceneScore:
    """``false_clips``: negative clips of which anything was told. ``false_events``: events told of any clip that no
    expected event is or goes on as. ``missed``: expected events that were not told. ``delays`` (s) of those found.
    ``counted``: expected events that are counted one by one; ``count_error``: by how many the counts are off.
    """

    scene: str
    source: str
    positives: int
    negatives: int
    false_clips: Share
    false_events: Share
    missed: Share
    repeats: int
    delays: tuple[float, ...]
    count_error: Share | None = None

    @property
    def delay(self) -> float:
        """That of nine out of ten; 0 without any."""
        return float(np.quantile(self.delays, DELAY_OF, method="higher")) if self.delays else 0.0

    @property
    def over(self) -> tuple[str, ...]:
        """Which bars are not kept."""
        checks = {
            "false alarms": max(self.false_clips.value, self.false_events.value) > MOST_FALSE,
            "misses": self.missed.value > MOST_MISSED,
            "delay": self.delay > MOST_DELAY,
        }
        return tuple(name for name, is_over in checks.items() if is_over)

    def facts(self) -> dict[str, Any]:
        """As JSON holds it; seconds and shares."""
        delays = np.array(self.delays or (0.0,))
        return {
            "scene": self.scene,
            "source": self.source,
            "positives": self.positives,
            "negatives": self.negatives,
            "false_clips": self.false_clips.facts(),
            "false_events": self.false_events.facts(),
            "missed": self.missed.facts(),
            "repeats": self.repeats,
            "delay": {
                "median": _round(float(np.median(delays))),
                "nine_of_ten": _round(self.delay),
                "worst": _round(float(delays.max())),
            },
            "count_error": None if self.count_error is None else self.count_error.facts(),
            "within": not self.over,
            "over": list(self.over),
        }


def score(scene: str, source: str, clips: Sequence[Clip]) -> SceneScore:
    """Of the clips of one scene and one source."""
    negatives = [clip for clip in clips if not clip.required]
    wrong = sum(len(clip.matched.wrong) for clip in clips)
    expected = sum(clip.required for clip in clips)
    found = [one for clip in clips for one in clip.matched.found]
    return SceneScore(
        scene,
        source,
        len(clips) - len(negatives),
        len(negatives),
        Share(sum(bool(clip.matched.wrong) for clip in negatives), len(negatives)),
        Share(wrong, sum(len(clip.told) for clip in clips)),
        Share(expected - len(found), expected),
        sum(len(clip.matched.repeats) for clip in clips),
        tuple(one.delay for one in found),
        _count_error(clips),
    )


def _count_error(clips: Iterable[Clip]) -> Share | None:
    """Of what is counted one by one: how much the counts of all clips and labels are off, over the true counts."""
    off = true = 0
    for clip in clips:
        moments = Counter(one.label for one in clip.expected if one.end <= one.start)
        told = Counter(one.label for one in clip.told)
        true += moments.total()
        off += sum(abs(told[label] - number) for label, number in moments.items())
    return Share(min(off, true), true) if true else None


def _round(value: float) -> float:
    return round(value, 4)
