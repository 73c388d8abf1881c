"""The proposals hold their bar on a small office; ``python -m bench suggestion`` measures a large one."""

from __future__ import annotations

from bench.suggestion import clauses, invent, measured


def test_among_three_is_the_right_clause_for_mines_it_has_not_learnt_from():
    cases = invent(900, 6, seed=5)
    result = measured("a", cases, ["field"], "field", folds=2)
    assert result.asked == 900
    assert result.top_3 >= 0.90
    assert result.top_3 >= result.top_1


def test_the_cases_are_the_same_for_the_same_seed_and_of_clauses_in_force():
    cases = invent(50, 4, seed=9)
    assert cases == invent(50, 4, seed=9)
    assert {case.code for case in cases} <= set(clauses())
    assert len(clauses()) == 123 + 42
