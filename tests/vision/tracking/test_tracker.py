"""Things keep their number from picture to picture, whatever the time between pictures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minewarden.vision.detections import UNTRACKED, Detections
from minewarden.vision.tracking import Tracker, Tracks, TrackSettings, step

CLASSES = ("person", "helmet")


def things(*rows: tuple[float, ...]) -> Detections:
    """Rows of (x, y, confidence[, class]): boxes 40 wide and 80 high with their centre at (x, y)."""
    table = np.array([(*row, 0)[:4] for row in rows], float).reshape(-1, 4)
    half = np.array([20, 40])
    xyxy = np.hstack([table[:, :2] - half, table[:, :2] + half])
    return Detections.of(xyxy, table[:, 2], table[:, 3], CLASSES)


def ids(detections: Detections) -> list[int]:
    return detections.tracker_id.tolist()


def test_a_thing_gets_its_number_at_its_second_look_and_keeps_it() -> None:
    tracker = Tracker()
    given = [ids(tracker.update(things((100 + 5 * look, 100, 0.9)), at=look / 10)) for look in range(6)]
    assert given == [[UNTRACKED], [1], [1], [1], [1], [1]]


def test_things_that_are_not_confirmed_share_no_number() -> None:
    tracked = Tracker().update(things((100, 100, 0.9), (300, 100, 0.9)), at=0.0)
    assert ids(tracked) == [UNTRACKED, UNTRACKED]


def test_a_flash_of_one_look_is_forgotten() -> None:
    tracker = Tracker()
    tracker.update(things((100, 100, 0.9)), at=0.0)
    tracker.update(Detections.empty(CLASSES), at=0.1)
    assert ids(tracker.update(things((100, 100, 0.9)), at=0.2)) == [UNTRACKED]


def test_numbers_do_not_depend_on_the_order_of_the_rows() -> None:
    tracker = Tracker()
    tracker.update(things((100, 100, 0.9), (300, 100, 0.8)), at=0.0)
    first = ids(tracker.update(things((100, 100, 0.9), (300, 100, 0.8)), at=0.1))
    second = ids(tracker.update(things((300, 100, 0.8), (100, 100, 0.9)), at=0.2))
    assert sorted(first) == [1, 2]
    assert second == first[::-1]


def test_a_walker_hidden_for_a_second_is_found_again_further_on() -> None:
    tracker = Tracker()
    for look in range(20):
        before = ids(tracker.update(things((100 + 8 * look, 100, 0.9)), at=look / 10))
    for look in range(20, 28):
        tracker.update(Detections.empty(CLASSES), at=look / 10)
    assert ids(tracker.update(things((100 + 8 * 28, 100, 0.9)), at=2.8)) == before == [1]


def test_what_stays_away_longer_than_allowed_comes_back_as_another() -> None:
    tracker = Tracker(TrackSettings(lost_for=1.0))
    for at in (0.0, 0.1, 0.2):
        tracker.update(things((100, 100, 0.9)), at=at)
    tracker.update(Detections.empty(CLASSES), at=0.5)
    tracker.update(Detections.empty(CLASSES), at=1.3)
    tracker.update(things((100, 100, 0.9)), at=1.4)
    assert ids(tracker.update(things((100, 100, 0.9)), at=1.5)) == [2]


def test_on_patrol_a_gap_longer_than_that_does_not_lose_who_stands_there() -> None:
    tracker = Tracker(TrackSettings(lost_for=1.0, longest_gap=10.0))
    given = [ids(tracker.update(things((100, 100, 0.9)), at=at)) for at in (0.0, 4.0, 8.0, 12.0, 30.0, 34.0)]
    assert given == [[UNTRACKED], [1], [1], [1], [UNTRACKED], [2]]


def test_a_weak_box_continues_a_track_but_begins_none() -> None:
    tracker = Tracker(TrackSettings(strong=0.5, weak=0.1))
    for at in (0.0, 0.1):
        tracker.update(things((100, 100, 0.9), (300, 100, 0.3)), at=at)
    tracked = tracker.update(things((100, 100, 0.2), (300, 100, 0.3)), at=0.2)
    assert ids(tracked) == [1]
    assert tracked.confidence.tolist() == [np.float32(0.2)]


def test_by_default_every_box_that_the_detector_gives_counts() -> None:
    tracker = Tracker()
    assert len(tracker.update(things((100, 100, 0.05)), at=0.0)) == 1
    assert ids(tracker.update(things((100, 100, 0.05)), at=0.1)) == [1]


def test_a_weak_box_wakes_no_track_that_was_lost_more_than_a_moment_ago() -> None:
    for away, woken in ((0.3, 1), (0.9, 0)):
        tracker = Tracker(TrackSettings(strong=0.5, weak=0.1, weak_for=0.5))
        for at in (0.0, 0.1):
            tracker.update(things((100, 100, 0.9)), at=at)
        tracker.update(Detections.empty(CLASSES), at=0.2)
        assert len(tracker.update(things((100, 100, 0.2)), at=0.1 + away)) == woken


def test_a_helmet_never_takes_the_number_of_a_person() -> None:
    tracker = Tracker()
    for at in (0.0, 0.1):
        both = tracker.update(things((100, 100, 0.9, 0), (102, 101, 0.9, 1)), at=at)
    person, helmet = ids(both)
    assert person != helmet
    assert ids(tracker.update(things((102, 101, 0.9, 1)), at=0.2)) == [helmet]


def test_two_who_pass_each_other_keep_their_numbers() -> None:
    tracker = Tracker()
    for look in range(60):
        left, right = 100 + 6 * look, 460 - 6 * look
        tracked = tracker.update(things((left, 100, 0.9), (right, 130, 0.9)), at=look / 10)
        if look == 1:
            first = ids(tracked)
    assert ids(tracked) == first == [1, 2]


def test_pictures_at_irregular_times_change_nothing() -> None:
    tracker, random, at = Tracker(), np.random.default_rng(7), 0.0
    for look in range(80):
        at += random.uniform(0.02, 0.4)
        tracked = tracker.update(things((100 + 60 * at, 100, 0.9)), at=at)
        if look:
            assert ids(tracked) == [1]


def test_a_clock_that_jumps_neither_revives_nor_kills() -> None:
    tracker = Tracker()
    for at in (1000.0, 1000.1, 1000.2):
        tracker.update(things((100, 100, 0.9)), at=at)
    assert ids(tracker.update(things((100, 100, 0.9)), at=10.0)) == [1]
    assert ids(tracker.update(things((100, 100, 0.9)), at=10.1)) == [1]
    assert ids(tracker.update(things((100, 100, 0.9)), at=5000.0)) == [UNTRACKED]


def test_after_a_reset_no_number_is_given_twice() -> None:
    tracker = Tracker()
    for at in (0.0, 0.1):
        tracker.update(things((100, 100, 0.9)), at=at)
    tracker.reset()
    tracker.update(things((100, 100, 0.9)), at=0.2)
    assert ids(tracker.update(things((100, 100, 0.9)), at=0.3)) == [2]


def test_a_step_leaves_its_arguments_as_they_were() -> None:
    settings, detections = TrackSettings(), things((100, 100, 0.9))
    first, _ = step(settings, Tracks.none(), detections, 0.0)
    again = [step(settings, first, detections, 0.1) for _ in range(2)]
    assert [ids(tracked) for _, tracked in again] == [[1], [1]]
    assert first.id.tolist() == [UNTRACKED]
    assert ids(detections) == [UNTRACKED]


LOOK = st.lists(
    st.tuples(st.floats(0, 600), st.floats(0, 400), st.floats(0.01, 1), st.integers(0, 1)), min_size=0, max_size=8
)


@given(looks=st.lists(st.tuples(LOOK, st.floats(0, 5)), max_size=12))
def test_whatever_is_seen_no_number_stands_twice_in_one_picture_and_no_strong_box_is_lost(looks) -> None:
    tracker, at = Tracker(TrackSettings(strong=0.3)), 0.0
    for rows, gap in looks:
        at += gap
        detections = things(*rows)
        tracked = tracker.update(detections, at)
        numbered = [number for number in ids(tracked) if number != UNTRACKED]
        assert len(numbered) == len(set(numbered))
        assert (detections.confidence >= 0.3).sum() == (tracked.confidence >= 0.3).sum()
        weak = tracked.confidence < 0.3
        assert (tracked.tracker_id[weak] != UNTRACKED).all()
        assert np.isfinite(tracker._tracks.motion.place).all()


@pytest.mark.parametrize("gap", [0.0, 0.04, 0.5, 3.0, 10.0])
def test_uncertainty_only_grows_with_time_and_stays_a_variance(gap: float) -> None:
    from minewarden.vision.tracking.motion import begin, correct, predict

    motion = begin(np.array([[0, 0, 40, 80]]))
    for _ in range(50):
        later = predict(motion, gap)
        assert (later.place_variance >= motion.place_variance).all()
        motion = correct(later, np.array([[0, 0, 40, 80]]))
        assert (motion.place_variance > 0).all()
        determinant = motion.place_variance * motion.velocity_variance - motion.covariance**2
        assert (determinant[:, :2] > -1e-9).all()
