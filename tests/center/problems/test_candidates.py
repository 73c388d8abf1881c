"""What is named and what is not, on small made-up records."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

from minewarden.center.problems.candidates import Candidate, candidates
from minewarden.center.problems.course import burst, trend
from minewarden.center.problems.records import Finding, Mine, Records, Visit

CLAUSES = [f"c{number}" for number in range(8)]
MINES = [Mine(f"m{number:02d}", f"g{number // 5}", f"t{number % 3}") for number in range(30)]
FIRST = date(2024, 1, 3)


def years(more: dict[str, dict[str, float]] | None = None, visits: int = 20, seed: int = 1) -> Records:
    """Two years of even inspections; ``more``: mine → clause → chance of it in an inspection (else 10 %)."""
    chance = random.Random(seed)
    made = [
        Visit(f"{mine.code}-{number:02d}", mine.code, FIRST + timedelta(days=number * 720 // visits), 480)
        for mine in MINES
        for number in range(visits)
    ]
    found = [
        Finding(f"{visit.key}-{clause}", visit.key, clause, f"{visit.key} {clause}", f"text of {clause}")
        for visit in made
        for clause in CLAUSES
        if chance.random() < (more or {}).get(visit.mine, {}).get(clause, 0.10)
    ]
    return Records(MINES, made, found)


def named(records: Records) -> Iterator[tuple[str, str, str]]:
    return ((one.kind, one.scope, one.topic.clause) for one in candidates(records)[0])


def test_nothing_is_named_where_mines_differ_by_chance_alone() -> None:
    assert list(named(years())) == []


def test_a_mine_with_a_cause_is_named_with_its_numbers() -> None:
    found, _ = candidates(years({"m03": {"c2": 0.8}}))
    (one,) = [one for one in found if one.kind == "mine"]
    assert isinstance(one, Candidate)
    assert (one.scope, one.topic.clause) == ("m03", "c2")
    assert (one.list == "head") is (one.doubts == ())
    assert one.n > 10
    assert one.low <= one.mean <= one.high
    assert (one.peers, one.peers_above, one.minutes) == (29, 0, 20 * 480)
    assert len(one.keys) == one.findings == one.n


def test_a_companys_failing_is_named_once_and_not_for_each_of_its_mines() -> None:
    whole = {mine.code: {"c1": 0.5} for mine in MINES if mine.group == "g2"}
    assert list(named(years(whole))) == [("group", "g2", "c1")]


def test_one_bad_mine_is_not_its_company() -> None:
    assert list(named(years({"m03": {"c2": 0.9}}))) == [("mine", "m03", "c2")]


def test_a_mine_bad_in_everything_has_no_problem_of_one_clause() -> None:
    assert list(named(years({"m03": dict.fromkeys(CLAUSES, 0.5)}))) == []


def test_one_finding_is_never_named_however_rare_its_clause() -> None:
    records = years()
    rare = Finding("rare", records.visits[0].key, "never seen", "x", "x")
    found = candidates(Records(records.mines, records.visits, [*records.findings, rare]))[0]
    assert found == []


def test_the_same_fault_five_times_in_one_visit_is_one_observation() -> None:
    records = years()
    same = [Finding(f"again {number}", "m03-01", "c2", f"x{number}", "x") for number in range(30)]
    assert candidates(Records(records.mines, records.visits, [*records.findings, *same]))[0] == []


def test_a_campaign_is_not_a_problem_recorded_as_one_or_not() -> None:
    records = years()
    for name in ("campaign", ""):
        looked = [
            Visit(f"{mine.code}-look-{number}", mine.code, date(2024, 6, 3 + number), 300, name)
            for mine in MINES[:10]
            for number in range(4)
        ]
        found = [Finding(f"{visit.key}-f", visit.key, "c4", visit.key, "text of c4") for visit in looked]
        both = Records(records.mines, [*records.visits, *looked], [*records.findings, *found])
        assert [one for one in named(both) if one[2] == "c4"] == []


def test_a_form_filled_in_alike_is_set_aside_and_said() -> None:
    records = years()
    copied = [
        Finding(f"{visit.key}-form", visit.key, "c5", "as always", "as always")
        for visit in records.visits
        if visit.mine in {"m00", "m01", "m02", "m03", "m04"}
    ]
    found, counted = candidates(Records(records.mines, records.visits, [*records.findings, *copied]))
    assert found == []
    (form,) = counted.forms
    assert (form.clause, form.area, form.mines, form.share, form.exact) == ("c5", ("group", "g0"), 5, 1.0, True)


def test_a_season_that_comes_back_is_named() -> None:
    records = years()
    summer = [
        Finding(f"{visit.key}-hot", visit.key, "c6", visit.key, "text of c6")
        for visit in records.visits
        if visit.day.month in (6, 7, 8) and sum(map(ord, visit.key)) % 2
    ]
    found, _ = candidates(Records(records.mines, records.visits, [*records.findings, *summer]))
    assert [(one.kind, one.topic.clause, one.season) for one in found] == [("season", "c6", (6, 7, 8))]


def test_the_order_of_rows_changes_nothing() -> None:
    records = years({"m03": {"c2": 0.8}, "m17": {"c5": 0.7}})
    chance = random.Random(2)
    turned = Records(*(chance.sample(rows, len(rows)) for rows in (records.mines, records.visits, records.findings)))
    assert candidates(turned)[0] == candidates(records)[0]


def test_nothing_recorded_is_no_candidate() -> None:
    assert candidates(Records([], [], []))[0] == []


def test_a_trend_goes_by_hours_and_not_by_counts() -> None:
    visits = [Visit(f"v{day}", "m", FIRST + timedelta(days=day), 60 if day < 300 else 600) for day in range(0, 600, 10)]
    by_hours = {visit.key for number, visit in enumerate(visits) if visit.minutes == 600 or number % 10 == 0}
    found = trend(visits, by_hours)
    assert found is not None
    assert found.after > 5 * found.before
    assert found.low < 1 < found.high
    assert trend([], set()) is None


def test_a_burst_is_the_largest_part_within_so_many_months() -> None:
    assert burst([1, 1, 2, 9], 2) == 0.75
