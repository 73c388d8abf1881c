from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from minewarden.center.ranking.figures import RedLineRaised, Tally
from minewarden.center.ranking.index import rank_mines
from minewarden.center.ranking.lists import Removal, UnfoundedRemoval, capacity, screening

from .made import FORMULA, changed, province

TODAY = date(2026, 11, 23)
LINE = RedLineRaised("hidden_face", "云矿安监〔2026〕7号", date(2026, 10, 2))
BAD = {
    "major_hazards": Tally(40, 100),
    "enforcement": Tally(15, 100),
    "lookback": Tally(9, 15),
    "accidents": Tally(60, 400_000, 200),
}
ROWS = changed(changed(province(), "K005", **BAD), "K017", **BAD, overdue=Tally(25, 30))
ROWS = [replace(row, red_lines=(LINE,)) if row.mine == "K030" else row for row in ROWS]
RANKED = rank_mines(ROWS, FORMULA)
SCREENED = screening(RANKED)


def test_a_red_line_lists_a_mine_whatever_its_score() -> None:
    assert RANKED.of("K030").score < FORMULA.list_from
    assert RANKED.of("K030").listed
    assert [one.mine for one in SCREENED[:3]] == ["K030", "K017", "K005"]


def test_screening_knows_nothing_of_how_many_people_there_are() -> None:
    assert {one.mine for one in SCREENED} == {
        one.mine for one in RANKED.standings if one.score >= FORMULA.list_from or one.red_lines
    }
    assert [place.standing for place in capacity(SCREENED, 1)] == list(SCREENED)
    assert [place.state for place in capacity(SCREENED, 1)][:3] == ["team", "waiting", "waiting"]


def test_who_was_taken_off_stays_visible_and_the_next_one_gets_the_team() -> None:
    removal = Removal("K030", "封闭到位，已现场复核", "李处长", TODAY)
    places = capacity(SCREENED, 1, [removal])
    assert [(place.standing.mine, place.state) for place in places[:2]] == [("K030", "removed"), ("K017", "team")]
    assert places[0].removal == removal


@pytest.mark.parametrize(("reason", "by"), [("", "李处长"), ("  ", "李处长"), ("封闭到位", " ")])
def test_taking_a_mine_off_needs_a_reason_and_a_name(reason: str, by: str) -> None:
    with pytest.raises(UnfoundedRemoval, match="reason and a name"):
        Removal("K030", reason, by, TODAY)


def test_only_a_mine_on_the_list_is_taken_off_and_once() -> None:
    with pytest.raises(UnfoundedRemoval, match="not on the list"):
        capacity(SCREENED, 3, [Removal("NOBODY", "x", "y", TODAY)])
    with pytest.raises(UnfoundedRemoval, match="twice"):
        capacity(SCREENED, 3, [Removal("K030", "x", "y", TODAY)] * 2)
