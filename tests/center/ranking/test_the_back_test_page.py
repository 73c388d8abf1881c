"""The page of the back-test says no more than its ranges allow."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from minewarden.center.ranking import services
from minewarden.center.ranking.backtest import first_of
from minewarden.center.ranking.forest import forest
from minewarden.center.ranking.models import BackTestRun
from minewarden.center.ranking.verdicts import tables_of
from tests.center.world import World

WIDE = [0.62, 0.31, 0.88]


def result(index: list[float | None], ahead: list[float | None], first: int = 3) -> dict[str, Any]:
    """Of twelve mines, the same in all outcomes: the index, and four rules of which it is so far ahead."""
    rules = ("index", "raw_count", "raw_rate", "last_year", "spi")
    return {
        "times": ["2025-07-01", "2025-10-01"],
        "mines": 12,
        "first": first,
        "happened": {key: [6, 24] for key in ("accidents", "major_hazards", "lookbacks")},
        "results": [
            {
                "rule": rule,
                "outcome": outcome,
                "auc": index if rule == "index" else WIDE,
                "precision": [0.5, 0.0, 1.0],
                "lift": [1.8, 0.4, 3.1],
                "ahead": None if rule == "index" else ahead,
            }
            for outcome in ("accidents", "major_hazards", "lookbacks")
            for rule in rules
        ],
    }


@pytest.mark.parametrize(
    ("index", "ahead", "tone", "said"),
    [
        ([0.62, 0.31, 0.88], [0.0, -0.2, 0.3], "warning", "看不出差别"),
        ([0.80, 0.66, 0.93], [0.2, 0.05, 0.3], "success", "优于"),
        ([0.30, 0.11, 0.44], [-0.2, -0.3, -0.1], "error", "不及"),
        ([0.62, None, None], [0.0, None, None], "warning", "不能下结论"),
        ([None, None, None], [None, None, None], "warning", "不能下结论"),
    ],
)
def test_a_verdict_says_what_the_range_allows(index, ahead, tone: str, said: str) -> None:
    table = tables_of(result(index, ahead))[0]
    assert table.tone == tone
    assert said in "".join(table.said)


def test_the_first_are_twenty_or_a_quarter_of_the_mines() -> None:
    assert [first_of(mines) for mines in (1, 3, 12, 79, 80, 300)] == [1, 1, 3, 19, 20, 20]


def test_a_chart_stays_within_its_frame_and_draws_nothing_of_what_is_not_known() -> None:
    chart = forest([("一", [0.5, 0.2, 1.3], True), ("二", [None, None, None], False)], 0.5, percent=True)
    known, unknown = chart.lines
    assert 0 < known.low < (known.x or 0) < known.high < chart.width
    assert (unknown.x, unknown.said) == (None, "–")
    assert known.said == "50 (20 – 130)"


def test_the_page_is_honest_about_twelve_mines(world: World) -> None:
    version = services.sync_packaged()
    columns = {"formula": version, "until": date(2026, 9, 30), "quarters": 13, "needed": 12, "mines": 12}
    BackTestRun(result=result(WIDE, [0.0, -0.2, 0.3]), made_at=timezone.now(), **columns).save()
    client = Client()
    client.force_login(world.users["office_head"])
    page = client.get("/watch-list/back-test/").content.decode()
    assert "只有 12 处煤矿，因此区间很宽" in page
    assert "前 3 名煤矿的命中率" in page
    assert page.count('<svg class="forest-chart"') == 6
    assert "0.62 (0.31 – 0.88)" in page
    assert "上一年的名单" in page or "一年前的名单" in page
