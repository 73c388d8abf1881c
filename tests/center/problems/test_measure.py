"""Whether measures have worked: what only looks like success closes nothing."""

from __future__ import annotations

import random

import numpy as np
import pytest

from bench.closing import office
from minewarden.center.problems.measure import Limits, Measured, Seen, Unit, evidence, later, limits, measured

VISIT = 480  # minutes
SEEDS = 200


def seen(found: int, inspections: int) -> Seen:
    return Seen(found, inspections, inspections * VISIT)


def others(before: int = 2, after: int = 2, count: int = 40) -> list[Unit]:
    """Mines of 20 inspections before and after, with none to twice as many findings as said."""
    return [Unit(seen(before * (n % 5) // 2, 20), seen(after * (n % 5) // 2, 20)) for n in range(count)]


def test_a_rate_that_fell_by_the_measures_is_shown() -> None:
    found = measured(Unit(seen(16, 24), seen(2, 30)), others(), 365)
    assert found.verdict == "shown"
    assert found.low < found.ratio < found.high < 1
    assert found.shrunk < found.before.rate


def test_what_became_less_everywhere_is_not_the_measures_doing() -> None:
    found = measured(Unit(seen(14, 24), seen(13, 48)), others(before=6, after=3), 365)
    assert found.trend < 0.6
    assert found.after.rate < 0.5 * found.before.rate
    assert found.verdict == "not_yet"


def test_fewer_inspections_are_no_success() -> None:
    found = measured(Unit(seen(16, 24), seen(1, 2)), others(), 365)
    assert found.verdict == "too_little"
    assert set(found.lacking) == {"inspections", "expected"}
    assert found.wanted_minutes is not None
    assert found.wanted_minutes > 2 * VISIT


def test_measures_of_last_week_show_nothing_yet() -> None:
    found = measured(Unit(seen(16, 24), seen(2, 30)), others(), 7)
    assert (found.verdict, found.lacking) == ("too_little", ("days",))


def test_a_rate_that_rose_is_worse_however_short_the_time() -> None:
    assert measured(Unit(seen(6, 24), seen(20, 21)), others(), 30).verdict == "worse"


def test_without_others_nothing_can_be_compared() -> None:
    assert "others" in measured(Unit(seen(16, 24), seen(1, 30)), [], 365).lacking
    nothing = measured(Unit(Seen(), Seen()), [Unit(Seen(), Seen())], 365)
    assert (nothing.verdict, nothing.high) == ("too_little", float("inf"))


def test_the_order_of_the_others_changes_no_bit() -> None:
    unit, rest = Unit(seen(16, 24), seen(4, 30)), others()
    assert measured(unit, random.Random(1).sample(rest, len(rest)), 365) == measured(unit, rest, 365)


def test_what_was_reached_has_held_or_rose_back() -> None:
    before = seen(16, 24)
    assert later(measured(Unit(before, seen(2, 30)), others(), 365), 0.3, 0.8) == "held"
    assert later(measured(Unit(before, seen(17, 30)), others(), 365), 0.3, 0.8) == "rose_back"
    assert later(measured(Unit(before, seen(1, 2)), others(), 365), 0.3, 0.8) == "too_little"


@pytest.fixture(scope="module")
def never_changed() -> list[Measured]:
    """Of each of 200 invented offices the highest of 1,200 cells, where nobody does anything."""
    return [_story(seed, 1.0) for seed in range(SEEDS)]


def test_what_only_regresses_to_the_mean_is_not_closed(never_changed: list[Measured]) -> None:
    raw = sum(one.after.rate < 0.75 * one.before.rate for one in never_changed)
    assert raw > 0.5 * SEEDS, "counted rates alone would have closed most of them"
    assert sum(one.verdict == "shown" for one in never_changed) <= 0.10 * SEEDS


def test_what_was_halved_is_closed_once_enough_was_inspected() -> None:
    """A company of many mines; one mine of which less is known must fall further."""
    for effect, inspections, most in ((0.5, 400, 2.0), (0.2, 96, 2.0)):
        little, much = (
            [_story(seed, effect, times, inspections).verdict for seed in range(25)] for times in (0.02, most)
        )
        assert little.count("shown") <= 2
        assert much.count("shown") >= 20


def _story(seed: int, effect: float, times: float = 1.0, inspections: int = 0) -> Measured:
    """An invented office a year on, when ``times`` as much was inspected as in the year before."""
    named = office(seed, effect, inspections)
    visits = np.maximum(1, (named.visits * times).astype(int))
    return named.tried(visits, named.chance.binomial(visits, 1 - np.exp(-named.now)), 365)


def test_looking_every_month_does_not_help_luck() -> None:
    """Nothing changed: what is found is Poisson about what there would have been, which is known as well as it is."""
    wanted, spread, tries = 1 / limits().ever, 0.2, 24
    chance = np.random.default_rng(3)
    ever = alone = 0
    for _ in range(200):
        monthly = 3 * np.exp(chance.normal(0, spread))
        found = np.cumsum(chance.poisson(monthly, tries))
        told = [evidence(int(n), float(np.log(3 * (month + 1))), spread) for month, n in enumerate(found)]
        ever += max(told) >= wanted
        alone += any(n < 3 * (month + 1) - 1.96 * np.sqrt(3 * (month + 1)) for month, n in enumerate(found))
    assert ever <= limits().ever * 200, "one in twenty at most, however often it is tried"
    assert alone > 0.1 * 200, "the day's interval would have closed many"


def test_evidence_grows_with_what_is_not_found_and_is_nothing_where_nothing_is_known() -> None:
    assert evidence(2, float(np.log(20)), 0.1) > 1 / limits().ever > evidence(18, float(np.log(20)), 0.1)
    assert evidence(0, -np.inf, 1.0) == 0
    assert evidence(0, float(np.log(1e6)), 0.0) > 1e300


def test_limits_are_settings() -> None:
    lax = Limits(0, 1, 0.1, 1.0, 0.6, ever=0.9)
    assert limits().days > lax.days
    unit = Unit(seen(6, 24), seen(1, 20))
    assert measured(unit, others(), 10, lax).verdict == "shown"
    assert measured(unit, others(), 10).verdict == "too_little"
