"""Invented texts of inspectors: there for every clause, in two manners, the same for the same seed."""

from __future__ import annotations

import random

import pytest

from minewarden.simulate.hazard_texts import (
    FAMILIES,
    TITLE_MOST,
    UnknownClause,
    codes,
    habits_of,
    hazard_text,
    ordinary_catalogue,
)
from minewarden.standards.major_hazards import editions


def test_every_clause_of_both_editions_and_of_the_invented_catalogue_has_texts_in_both_manners():
    chance = random.Random(1)
    assert {item.code for edition in editions().values() for item in edition.items} < set(codes())
    assert {clause.code for clause in ordinary_catalogue().clauses} < set(codes())
    for code in codes():
        for family in FAMILIES:
            title, description = hazard_text(chance, code, family)
            assert 4 <= len(title) <= TITLE_MOST
            assert len(description) >= 8
            assert not set("{}|()") & set(title + description), code


def test_the_same_seed_writes_the_same_words():
    first, second = (hazard_text(random.Random(7), "2026-14.7", "field") for _ in range(2))
    assert first == second


def test_the_two_manners_share_hardly_a_sentence():
    chance = random.Random(3)
    office, field = ({hazard_text(chance, code, family) for code in codes() for _ in range(3)} for family in FAMILIES)
    assert not office & field


def test_texts_are_not_copied_from_the_clause():
    chance = random.Random(5)
    for edition in editions().values():
        for item in edition.items:
            assert all(item.text not in hazard_text(chance, item.code, family)[1] for family in FAMILIES)


def test_a_mine_keeps_to_its_own_words():
    one, other = habits_of("990101000001"), habits_of("990201000002")
    assert one == habits_of("990101000001")
    assert one.words != other.words
    assert one.names != other.names


def test_an_unknown_clause_is_refused():
    with pytest.raises(UnknownClause):
        hazard_text(random.Random(1), "2026-99.1")


def test_the_invented_catalogue_says_that_it_is_invented_and_grades_from_a_to_e():
    catalogue = ordinary_catalogue()
    assert "虚构" in catalogue.name
    assert {clause.grade for clause in catalogue.clauses} == set("ABCDE")
    assert len({clause.code for clause in catalogue.clauses}) == len(catalogue.clauses) >= 40
