"""The lifecycle of one claim, told by examples."""

from __future__ import annotations

import pytest

from minewarden.vision.lifecycle import TRANSITIONS, Began, Ended, EndReason, Lifecycle, State, Transition, Updated
from minewarden.vision.scene import Finding, Timing

TIMING = Timing(onset=2.0, hold=3.0, cool_down=10.0, looks=2, unknown_after=20.0)


class Claim:
    """One key looked at once a second."""

    def __init__(self, timing: Timing = TIMING) -> None:
        self.life = Lifecycle(lambda key: timing)
        self.at = 100.0

    def say(self, words: str, confidence: float = 0.5) -> list[Transition]:
        """``+`` so, ``-`` not so, ``?`` cannot be told: a look each."""
        came: list[Transition] = []
        for word in words:
            holds = {"+": True, "-": False, "?": None}[word]
            came += self.life.step(self.at, [Finding("key", "label", holds, confidence)])
            self.at += 1.0
        return came


def test_it_begins_when_it_has_held_long_enough_and_started_when_it_first_held() -> None:
    came = Claim().say("--+++")
    assert [(type(item), item.at, item.started_at) for item in came] == [(Began, 104.0, 102.0)]


def test_it_ends_when_it_has_failed_long_enough_and_ended_when_it_last_held() -> None:
    (began, ended) = Claim().say("+++++---")
    assert isinstance(began, Began)
    assert ended == Ended("key", 107.0, 100.0, 104.0, EndReason.OVER)


def test_a_short_interruption_is_the_same_event() -> None:
    assert [type(item) for item in Claim().say("+++--++--+++---")] == [Began, Ended]


def test_a_claim_that_fails_before_its_time_begins_anew() -> None:
    assert Claim().say("++-++-++-++-") == []


def test_what_is_known_to_have_been_so_before_the_first_look_counts_from_then() -> None:
    life = Lifecycle(lambda key: TIMING)
    came = [life.step(at, [Finding("key", "label", True, since=at - 1.5)]) for at in (100.0, 101.0, 102.0)]
    assert [(item.at, item.started_at) for items in came for item in items] == [(101.0, 98.5)]
    far = Lifecycle(lambda key: TIMING).step(100.0, [Finding("key", "label", True, since=0.0)])
    assert far == [], "one look is one look, however long it was so"


def test_a_gap_that_is_allowed_for_does_not_begin_it_anew() -> None:
    (began,) = Claim(Timing(onset=3.0, looks=2, gap=2.0)).say("++-++-++")
    assert isinstance(began, Began)
    assert began.started_at == 100.0
    assert Claim(Timing(onset=3.0, looks=2, gap=2.0)).say("++--++--++--") == []


def test_many_looks_in_no_time_are_not_long_enough_and_one_look_is_not_enough() -> None:
    life = Lifecycle(lambda key: TIMING)
    assert [life.step(5.0, [Finding("key", "label", True)]) for _ in range(10)] == [[]] * 10
    assert Claim(Timing(onset=0.0, looks=2)).say("+") == []


def test_what_cannot_be_told_neither_begins_nor_ends_anything() -> None:
    assert Claim().say("?????") == []
    claim = Claim()
    assert [type(item) for item in claim.say("+++")] == [Began]
    assert claim.say("??????????") == []
    assert claim.say("+") == []


def test_an_event_of_which_nothing_can_be_told_for_too_long_ends_with_that_reason() -> None:
    came = Claim().say("+++" + "?" * 25)
    assert came[-1] == Ended("key", 122.0, 100.0, 102.0, EndReason.UNKNOWN)


def test_no_new_event_in_the_cool_down_but_one_that_lasts_is_told_after_it() -> None:
    claim = Claim()
    assert [type(item) for item in claim.say("+++---")] == [Began, Ended]
    assert claim.say("+++---") == []
    came = claim.say("++++++++++")
    assert [(type(item), item.started_at) for item in came] == [(Began, 112.0)]


def test_a_key_that_is_not_named_is_not_so_unless_nobody_looked() -> None:
    life = Lifecycle(lambda key: Timing(onset=0.0, hold=2.0, looks=1))
    life.step(0.0, [Finding("track-1", "label", True)])
    assert life.step(10.0, [], told=False) == []
    assert [type(item) for item in life.step(12.0, [])] == [Ended]


def test_it_says_more_only_when_it_is_clearly_surer() -> None:
    claim = Claim()
    claim.say("+++", 0.5)
    assert claim.say("+", 0.52) == []
    assert [type(item) for item in claim.say("+", 0.9)] == [Updated]
    assert claim.say("+", 0.9) == []


def test_an_hour_back_or_forth_changes_the_waiting_by_no_more_than_a_minute() -> None:
    claim = Claim(Timing(onset=90.0, hold=3.0, looks=2))
    claim.say("++")
    claim.at -= 3600
    assert claim.say("++") == []
    claim.at += 7200
    assert claim.say("++") == []


def test_an_event_that_the_clock_overtook_still_ends_after_its_start() -> None:
    claim = Claim()
    claim.say("+++")
    claim.at -= 1000
    ended = claim.say("+----")[-1]
    assert isinstance(ended, Ended)
    assert ended.ended_at == ended.started_at == 100.0


def test_closing_ends_what_is_open_and_forgets_what_was_on_its_way() -> None:
    claim = Claim()
    claim.say("++++")
    claim.life.step(claim.at, [Finding("key", "", True), Finding("other", "", True)])
    assert claim.life.pending
    (ended,) = claim.life.close(claim.at)
    assert isinstance(ended, Ended)
    assert ended.reason is EndReason.CLOSED
    assert not claim.life.pending


@pytest.mark.parametrize("state", State)
def test_every_state_can_be_reached_and_left(state: State) -> None:
    assert any(source is state for source, _ in TRANSITIONS)
    assert any(target is state for _, target in TRANSITIONS)
