"""False alarms, misses, delays and counts by hand-made events."""

from __future__ import annotations

import pytest

from minewarden.bench.accuracy.match import Told, match
from minewarden.bench.accuracy.score import Clip, Share, score
from minewarden.simulate.trials import Expected


def told(at: float, label: str = "zone", since: float | None = None, due: float = 0.0) -> Told:
    return Told(label, at if since is None else since, at, due=due)


def clip(expected: tuple[Expected, ...], *events: Told) -> Clip:
    return Clip("scene", "clip", "rendered", "plain", expected, events, match(expected, events))


LASTS = (Expected("zone", 4.0, 9.0),)
PASSES = (Expected("in", 4.0, 4.0), Expected("in", 6.0, 6.0), Expected("out", 8.0, 8.0))


def test_an_event_told_while_it_goes_on_is_found_and_its_delay_is_what_is_beyond_the_set_duration() -> None:
    matched = match(LASTS, [told(8.0, since=4.5, due=3.0)])
    assert (len(matched.found), matched.missed, matched.wrong) == (1, (), ())
    assert matched.found[0].delay == pytest.approx(1.0)


def test_what_is_told_before_it_is_so_is_wrong_and_a_miss() -> None:
    matched = match(LASTS, [told(2.0)])
    assert (len(matched.missed), len(matched.wrong)) == (1, 1)


def test_what_is_already_so_though_nobody_need_see_it_yet_may_be_told_and_is_not_late() -> None:
    bare = (Expected("no_helmet", 4.0, 9.0, possible=1.0),)
    assert match(bare, [told(2.0, "no_helmet")]).found[0].delay == 0.0
    assert len(match(bare, [told(-0.5, "no_helmet")]).wrong) == 1


def test_a_moment_before_it_begins_is_early_enough_and_no_negative_delay() -> None:
    assert match(LASTS, [told(3.2)]).found[0].delay == 0.0


def test_what_began_only_after_it_was_over_is_wrong() -> None:
    matched = match(LASTS, [told(12.0, since=9.5)])
    assert (len(matched.missed), len(matched.wrong)) == (1, 1)


def test_another_label_is_another_thing() -> None:
    matched = match(LASTS, [told(5.0, "other")])
    assert (len(matched.missed), len(matched.wrong)) == (1, 1)


def test_what_lasts_and_is_told_again_is_a_repeat_and_not_false() -> None:
    matched = match(LASTS, [told(5.0), told(8.0)])
    assert (len(matched.found), len(matched.repeats), len(matched.wrong)) == (1, 1, 0)


def test_who_passes_and_is_told_twice_is_counted_twice_and_wrong() -> None:
    matched = match(PASSES, [told(4.4, "in"), told(6.4, "in"), told(6.9, "in"), told(8.3, "out")])
    assert (len(matched.found), len(matched.wrong), len(matched.repeats)) == (3, 1, 0)


def test_of_two_who_passed_the_nearer_in_time_is_the_one_that_was_told() -> None:
    (found,) = match(PASSES[:2], [told(6.3, "in")]).found
    assert found.expected.start == 6.0


def test_the_wrong_direction_is_a_miss_and_a_false_alarm() -> None:
    matched = match(PASSES[:1], [told(4.4, "out")])
    assert (len(matched.missed), len(matched.wrong)) == (1, 1)


def test_what_is_optional_is_neither_missed_nor_wrong() -> None:
    smoke = Expected("smoke", 2.0, 9.0, optional=True)
    silent, loud = clip((*LASTS, smoke), told(5.0)), clip((*LASTS, smoke), told(5.0), told(6.0, "smoke"))
    for one in (silent, loud):
        assert one.matched.right
        scored = score("scene", "real", [one])
        assert (scored.missed, scored.false_events.part) == (Share(0, 1), 0)
    assert score("scene", "real", [clip((smoke,))]).negatives == 1


def test_an_event_that_says_other_numbers_is_not_right() -> None:
    expected = (Expected("shift", 8.0, 8.0, {"in": 2, "out": 1}),)
    assert match(expected, [Told("shift", 8.1, 8.1, detail={"in": 2, "out": 1, "shift": "08:00"})]).right
    assert not match(expected, [Told("shift", 8.1, 8.1, detail={"in": 3, "out": 1})]).right


def test_the_figures_of_a_scene() -> None:
    clips = [
        clip(LASTS, told(5.0), told(8.0)),
        clip(LASTS, told(7.5)),
        clip(LASTS),
        clip(LASTS, told(4.0), told(13.0, since=12.0)),
        clip(()),
        clip((), told(3.0), told(6.0)),
    ]
    scored = score("scene", "rendered", clips)
    assert (scored.positives, scored.negatives) == (4, 2)
    assert (scored.false_clips, scored.false_events) == (Share(1, 2), Share(3, 7))
    assert (scored.missed, scored.repeats) == (Share(1, 4), 1)
    assert scored.delays == (1.0, 3.5, 0.0)
    assert scored.delay == 3.5
    assert scored.over == ("false alarms", "misses", "delay")
    assert scored.count_error is None


def test_counts_are_off_by_who_was_left_out_and_who_was_counted_twice() -> None:
    clips = [clip(PASSES, told(4.2, "in"), told(8.2, "out")), clip(PASSES[:1], told(4.2, "in"), told(4.9, "in"))]
    assert score("scene", "rendered", clips).count_error == Share(2, 4)


def test_a_scene_on_the_bar_is_within_it() -> None:
    clips = [clip(LASTS, told(6.0))] * 18 + [clip(LASTS)] * 2 + [clip(())] * 19 + [clip((), told(1.0))]
    scored = score("scene", "rendered", clips)
    assert (scored.false_clips.value, scored.missed.value, scored.delay) == (0.05, 0.1, 2.0)
    assert scored.over == ("false alarms",), "1 of 19 events is more than 5 %"


def test_the_interval_of_twenty_clips_without_a_fault_reaches_to_seventeen_percent() -> None:
    low, high = Share(0, 20).interval()
    assert (low, high) == (0.0, pytest.approx(0.168, abs=0.001))
    assert Share(20, 20).interval()[1] == 1.0
    assert Share(0, 0).value == 0.0
