from __future__ import annotations

from statistics import fmean

from minewarden.simulate.bad_mines import SimulatedMine, World, bad_mines

PROVINCE = bad_mines(1)


def rate(mines: list[SimulatedMine], name: str, over: str) -> float:
    quarters = [one for mine in mines for one in mine.quarters]
    return sum(getattr(one, name) for one in quarters) / sum(getattr(one, over) for one in quarters)


def test_the_same_seed_makes_the_same_province_and_another_another() -> None:
    assert bad_mines(1) == PROVINCE
    assert bad_mines(2) != PROVINCE


def test_fifteen_of_three_hundred_are_bad_and_have_higher_rates_in_everything() -> None:
    many = [mine for seed in range(6) for mine in bad_mines(seed)]
    bad, others = ([mine for mine in many if mine.bad[0] is which] for which in (True, False))
    assert (len(bad), len(many)) == (6 * 15, 6 * 300)
    pairs = [("major_hazards", "inspection_hours"), ("enforcement", "inspection_hours"), ("late", "due")]
    pairs += [("failed", "looked_back"), ("unreported", "major_hazards")]
    for name, over in pairs:
        assert rate(bad, name, over) > 1.5 * rate(others, name, over)
    for lumps, over in (("lost_days", "hours_worked"), ("outages", "camera_days")):
        one, other = (
            sum(len(getattr(q, lumps)) for mine in mines for q in mine.quarters)
            / sum(getattr(q, over) for mine in mines for q in mine.quarters)
            for mines in (bad, others)
        )
        assert one > 1.5 * other


def test_hours_of_inspection_are_very_unequal_and_say_nothing_of_who_is_bad() -> None:
    hours = sorted(sum(one.inspection_hours for one in mine.quarters) for mine in PROVINCE)
    assert hours[-3] > 30 * hours[3]
    many = [mine for seed in range(6) for mine in bad_mines(seed)]
    bad, others = ([mine.quarters[0].inspection_hours for mine in many if mine.bad[0] is one] for one in (True, False))
    assert 0.6 < fmean(bad) / fmean(others) < 1.6


def test_parts_never_exceed_their_whole() -> None:
    for one in (quarter for mine in PROVINCE for quarter in mine.quarters):
        assert one.late <= one.due
        assert one.failed <= one.looked_back <= one.due
        assert one.unreported <= one.major_hazards


def test_mines_mend_their_ways_and_others_become_bad_in_their_place() -> None:
    mines = bad_mines(3, World(quarters=10, turnover=0.2))
    assert {sum(mine.bad[quarter] for mine in mines) for quarter in range(10)} == {15}
    assert sum(any(mine.bad) for mine in mines) > 20
