"""The example of docs/watch-list.md, by the program: the figures here are those of the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from minewarden.center.problems.shrinkage import Gamma, Prior
from minewarden.center.ranking.figures import Tally, canonical
from minewarden.center.ranking.index import Ranking, measured
from minewarden.center.ranking.takes_off import Fewer, takes_off
from minewarden.center.ranking.yardstick import PeerClass, Yardstick

from .made import FORMULA, mine

PAGE = (Path(__file__).parents[3] / "docs" / "watch-list.md").read_text(encoding="utf-8")
# indicator: what was counted; peers' n and exposure; a and b; m
COUNTED = {
    "major_hazards": (Tally(8, 100), (120, 6_000), 2, 1),
    "enforcement": (Tally(3, 100), (60, 6_000), 3, 1),
    "overdue": (Tally(4, 25), (160, 2_000), 4, 1),
    "lookback": (Tally(2, 16), (50, 800), 2, 1),
    "honesty": (Tally(4, 8), (30, 120), 4, 1),
    "accidents": (Tally(63, 500_000, 3_609), (90, 10_000_000), 1, 45),
    "video": (Tally(0, 30), (100, 10_000), 3, 1),
}
# indicator: E, λ, points, as on the page
BY_HAND = {
    "major_hazards": ("2.0", "2.500", "16.67"),
    "enforcement": ("1.0", "1.500", "7.50"),
    "overdue": ("2.0", "1.333", "4.44"),
    "lookback": ("1.0", "1.333", "6.67"),
    "honesty": ("2.0", "1.333", "4.44"),
    "accidents": ("4.5", "2.182", "14.55"),
    "video": ("0.3", "0.909", "3.33"),
}


def example() -> Ranking:
    yardsticks = {
        key: Yardstick(
            FORMULA.indicator(key),
            {"K": PeerClass((), 40, n, exposure)},
            Prior((Gamma(spread, spread),), (1.0,), True, 0.0, 40),
            lump,
        )
        for key, (_, (n, exposure), spread, lump) in COUNTED.items()
    }
    rows = canonical([mine("K", **{key: one[0] for key, one in COUNTED.items()})], FORMULA)
    return measured(rows, yardsticks, FORMULA)


@pytest.mark.parametrize("key", COUNTED)
def test_each_line_is_as_by_hand_and_stands_on_the_page(key: str) -> None:
    part = example().of("K").part(key)
    found = (f"{part.expected:.1f}", f"{part.ratio:.3f}", f"{part.points:.2f}")
    assert found == BY_HAND[key]
    line = next(line for line in PAGE.splitlines() if line.startswith(f"| {key} "))
    assert [cell.strip() for cell in line.split("|")][-4:-1] == list(BY_HAND[key])


def test_the_score_and_what_takes_the_mine_off_stand_on_the_page() -> None:
    ranking = example()
    assert f"{ranking.of('K').score:.2f}" == "57.60"
    assert "57.60" in PAGE
    found = takes_off(ranking, "K")
    alone = {one.key: one for one in found.alone}
    assert alone["major_hazards"].fewer == 8
    assert f"{alone['major_hazards'].score_at_none:.2f}" == "44.27"
    assert "44.27" in PAGE
    assert f"{alone['accidents'].score_at_none:.2f}" == "49.12"
    assert "49.12" in PAGE
    assert [one.key for one in found.alone if one.fewer is not None] == ["major_hazards"]
    assert found.together == (("major_hazards", 8),)
    assert isinstance(found.alone[0], Fewer)
