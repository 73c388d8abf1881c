"""no_helmet: a bare head that belongs to a tracked person."""

from __future__ import annotations

import pytest

from tests.vision.scenes.seen import BLIND, EMPTY, Thing, found, look
from tests.vision.scenes.watched import Watched

PERSON: Thing = ("person", 0.9, (400, 100, 500, 400), 7)
HEAD: Thing = ("head", 0.8, (430, 105, 470, 150))
HELMET: Thing = ("helmet", 0.8, (428, 98, 472, 128))


def test_a_bare_head_is_a_claim_about_its_track() -> None:
    findings = look("no_helmet", found(PERSON, HEAD))
    assert list(findings) == ["track-7"]
    assert findings["track-7"].holds is True
    assert findings["track-7"].rows == (0, 1)


def test_a_helmet_is_none() -> None:
    assert look("no_helmet", found(PERSON, HELMET))["track-7"].holds is False


def test_a_head_under_a_helmet_is_not_bare() -> None:
    assert look("no_helmet", found(PERSON, HEAD, HELMET))["track-7"].holds is False


def test_of_head_and_helmet_in_one_place_the_surer_is_believed() -> None:
    for helmet, bare in [(0.3, True), (0.75, None), (0.85, False)]:
        outcome = found(PERSON, HEAD, ("helmet", helmet, (428, 98, 472, 128)))
        assert look("no_helmet", outcome)["track-7"].holds is bare


def test_a_helmet_in_the_hand_does_not_help() -> None:
    in_hand: Thing = ("helmet", 0.8, (480, 280, 520, 310))
    assert look("no_helmet", found(PERSON, HEAD, in_hand))["track-7"].holds is True


def test_a_person_whose_head_is_not_seen_cannot_be_told() -> None:
    assert look("no_helmet", found(PERSON))["track-7"].holds is None


def test_a_head_without_a_person_is_no_claim() -> None:
    assert look("no_helmet", found(HEAD)) == {}


def test_a_bare_head_without_a_track_yet_cannot_be_told_and_is_looked_at_closely() -> None:
    new: Thing = ("person", 0.9, (400, 100, 500, 400))
    (finding,) = look("no_helmet", found(new, HEAD)).values()
    assert (finding.holds, finding.closely) == (None, True)
    assert look("no_helmet", found(new, HELMET)) == {}


def test_whoever_comes_and_shows_neither_head_nor_helmet_is_looked_at_closely_if_near_enough() -> None:
    near: Thing = ("person", 0.9, (400, 100, 500, 400))
    far: Thing = ("person", 0.9, (400, 100, 430, 180))
    (finding,) = look("no_helmet", found(near)).values()
    assert (finding.holds, finding.closely) == (None, True)
    assert look("no_helmet", found(far)) == {}
    assert look("no_helmet", found(PERSON))["track-7"].closely is False


def test_a_bare_head_that_is_soon_large_enough_is_looked_at_closely() -> None:
    for height, closely in [(9, True), (6, False)]:
        head: Thing = ("head", 0.8, (440, 105, 455, 105 + height))
        finding = look("no_helmet", found(PERSON, head))["track-7"]
        assert (finding.holds, finding.closely) == (None, closely)


def test_a_head_behind_somebody_who_is_nearer_tells_nothing() -> None:
    for before, holds in [((380, 80, 620, 490), None), ((470, 80, 620, 490), True), ((380, 80, 470, 300), True)]:
        other: Thing = ("person", 0.9, before, 8)
        assert look("no_helmet", found(PERSON, HEAD, other))["track-7"].holds is holds


@pytest.mark.parametrize(("worn", "told"), [(5, 1), (3, 0)])
def test_on_most_of_the_looks_the_head_must_be_bare(worn: int, told: int) -> None:
    """Of every so many looks one shows the helmet, ten looks a second."""
    watched = Watched("no_helmet")
    for number in range(60):
        watched.look(found(PERSON, HELMET if number % worn == 0 else HEAD), after=0.1)
    assert len(watched.began()) == told


def test_the_look_at_who_was_no_track_yet_counts() -> None:
    watched = Watched("no_helmet")
    watched.look(found(("person", 0.9, (400, 100, 500, 400)), HEAD), after=0.1)
    first = watched.at
    for _ in range(20):
        watched.look(found(PERSON, HEAD), after=0.1)
    (event,) = watched.began()
    assert event.started_at == pytest.approx(first)


def test_heads_too_small_or_too_doubtful_are_not_told() -> None:
    small: Thing = ("head", 0.8, (445, 105, 455, 114))
    doubtful: Thing = ("head", 0.3, (430, 105, 470, 150))
    assert look("no_helmet", found(PERSON, small))["track-7"].holds is None
    assert look("no_helmet", found(PERSON, doubtful))["track-7"].holds is None


def test_of_two_people_side_by_side_each_has_its_own_head() -> None:
    other: Thing = ("person", 0.9, (470, 110, 570, 400), 8)
    helmet: Thing = ("helmet", 0.8, (500, 108, 545, 140))
    findings = look("no_helmet", found(PERSON, other, HEAD, helmet))
    assert {key: finding.holds for key, finding in findings.items()} == {"track-7": True, "track-8": False}


def test_nothing_found_and_nobody_looked_claim_nothing() -> None:
    assert look("no_helmet", EMPTY) == {}
    assert look("no_helmet", BLIND) == {}
