"""no_helmet: a bare head that belongs to a tracked person."""

from __future__ import annotations

from tests.vision.scenes.seen import BLIND, EMPTY, Thing, found, look

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
