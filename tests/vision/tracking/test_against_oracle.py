"""Our tracker gives the numbers that the ByteTrack of the package ``trackers`` gives, up to their names."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from minewarden.vision.detections import UNTRACKED, Detections
from minewarden.vision.models import Detector, load_model
from minewarden.vision.tracking import Tracker, TrackSettings

supervision = pytest.importorskip("supervision", reason="the oracle is not installed: see requirements-oracle.txt")
trackers = pytest.importorskip("trackers", reason="the oracle is not installed: see requirements-oracle.txt")

AGREEMENT = 0.95
# The oracle's own defaults, in our words: it knows one overlap for both stages and counts its patience in pictures.
SETTINGS = TrackSettings(
    strong=0.5, weak=0.1, strong_iou=0.1, weak_iou=0.1, weak_for=1.0, confirm_looks=2, lost_for=1.0, longest_gap=0.0
)

Sequence = list[tuple[float, Detections]]
Numbers = list[np.ndarray]


def ours(sequence: Sequence) -> Numbers:
    """The number of each row of each picture; boxes that we drop have none."""
    tracker, numbers = Tracker(SETTINGS), []
    for at, detections in sequence:
        # Rows are found again by their boxes, which the tracker hands through untouched.
        found = np.full(len(detections), UNTRACKED)
        tracked = tracker.update(detections, at)
        rows = {tuple(box): row for row, box in enumerate(detections.xyxy.tolist())}
        for box, number in zip(tracked.xyxy.tolist(), tracked.tracker_id, strict=True):
            found[rows[tuple(box)]] = number
        numbers.append(found)
    return numbers


def theirs(sequence: Sequence, rate: float, timed: bool) -> Numbers:
    tracker = trackers.ByteTrackTracker(
        lost_track_buffer=int(30 * SETTINGS.lost_for),
        frame_rate=rate,
        track_activation_threshold=SETTINGS.strong,
        minimum_consecutive_frames=SETTINGS.confirm_looks,
        minimum_iou_threshold=SETTINGS.strong_iou,
        high_conf_det_threshold=SETTINGS.strong,
    )
    numbers = []
    for at, detections in sequence:
        found = np.full(len(detections), UNTRACKED)
        given = supervision.Detections(
            xyxy=detections.xyxy,
            confidence=detections.confidence,
            class_id=detections.class_id,
            data={"row": np.arange(len(detections))},
        )
        tracked = tracker.update(given, timestamp=at if timed else None)
        if len(tracked):
            found[tracked.data["row"]] = tracked.tracker_id
        numbers.append(found)
    return numbers


def agreement(mine: Numbers, other: Numbers) -> float:
    """Share of boxes on which both say the same, names of tracks paired so that they say the same most often."""
    a, b = np.concatenate(mine), np.concatenate(other)
    table = np.zeros((a.max(initial=0) + 1, b.max(initial=0) + 1))
    both = (a != UNTRACKED) & (b != UNTRACKED)
    np.add.at(table, (a[both], b[both]), 1)
    rows, columns = linear_sum_assignment(table, maximize=True)
    same = table[rows, columns].sum() + ((a == UNTRACKED) & (b == UNTRACKED)).sum()
    return float(same / len(a))


def crowd(seed: int, people: int, rate: float, *, lanes: bool, irregular: bool = False) -> tuple[Sequence, Numbers]:
    """People who walk through a 1280x720 picture for 30 s, and who each box is (UNTRACKED for noise).

    Boxes jitter, are missed, weaken, and noise flashes up. In ``lanes`` each keeps to a strip of the picture's height;
    else they wander everywhere and cover one another.
    """
    random = np.random.default_rng(seed)
    low, high = np.array([60.0, 60.0]), np.array([1220.0, 660.0])
    place, speed = random.uniform(low, high, (people, 2)), random.normal(0, 60, (people, 2))
    height = random.uniform(60, 160, people)
    if lanes:
        place[:, 1], height = np.linspace(80, 640, people), np.minimum(height, 480 / people)
    sequence, truth, at = [], [], 0.0
    while at < 30:
        gap = random.uniform(0.3, 1.7) / rate if irregular else 1 / rate
        at += gap
        # Nobody is faster than a brisk walk: one height a second.
        speed = np.clip(speed + random.normal(0, 25, (people, 2)) * np.sqrt(gap), -height[:, None], height[:, None])
        speed = np.where((place <= low) | (place >= high), np.copysign(speed, (low + high) / 2 - place), speed)
        speed[:, 1] *= not lanes
        place += speed * gap
        seen = random.random(people) > 0.1
        centre = (place + random.normal(0, 1.5, place.shape))[seen]
        size = np.stack([height * 0.4, height], axis=1)[seen] * random.normal(1, 0.03, (int(seen.sum()), 1))
        noise = random.uniform(low, high, (random.poisson(0.1), 2))
        centre = np.concatenate([centre, noise])
        half = np.concatenate([size, np.full((len(noise), 2), (15, 40))]) / 2
        confidence = random.beta(6, 2.5, len(centre))
        xyxy = np.hstack([centre - half, centre + half])
        found = Detections.of(xyxy, confidence, np.zeros(len(centre)), ("person",))
        kept = found.confidence >= SETTINGS.weak
        sequence.append((at, found.where(kept)))
        truth.append(np.concatenate([np.flatnonzero(seen), np.full(len(noise), UNTRACKED)])[kept])
    return sequence, truth


@pytest.mark.parametrize("people", [1, 3, 6])
@pytest.mark.parametrize(("rate", "irregular"), [(25.0, False), (10.0, False), (10.0, True)])
def test_people_in_their_lanes_get_the_same_numbers(people: int, rate: float, irregular: bool) -> None:
    """Where one sequence falls below the bar it is the oracle that lost a walker at a missed picture: see the truth."""
    mine, other, same = [], [], []
    for seed in range(3):
        sequence, truth = crowd(seed, people, rate, lanes=True, irregular=irregular)
        ours_, theirs_ = ours(sequence), theirs(sequence, rate, timed=irregular)
        mine.append(agreement(ours_, truth))
        other.append(agreement(theirs_, truth))
        same.append(agreement(ours_, theirs_))
    assert np.mean(same) >= AGREEMENT
    assert all(score > AGREEMENT or mine[seed] > other[seed] for seed, score in enumerate(same))


def test_in_crowds_that_cover_one_another_ours_stays_with_its_person_as_often_as_the_oracle() -> None:
    """Who is who after one has stood before the other is a guess: there both are held against the truth instead."""
    cases = [(seed, people, rate) for seed in range(4) for people in (4, 8) for rate in (25.0, 10.0, 5.0)]
    mine, other = [], []
    for seed, people, rate in cases:
        sequence, truth = crowd(seed, people, rate, lanes=False)
        mine.append(agreement(ours(sequence), truth))
        other.append(agreement(theirs(sequence, rate, timed=False), truth))
    print(f"kept with their person: ours {np.mean(mine):.3f}, oracle {np.mean(other):.3f}")
    assert np.mean(mine) >= np.mean(other) - 0.02


@pytest.fixture(scope="module")
def walkers(yolox_nano_card: Path, data_dir: Path) -> Sequence:
    """People who come and go one at a time, as a real detector sees them three times a second."""
    detector = Detector(load_model(yolox_nano_card), confidence=SETTINGS.weak)
    return list(_looked_at(detector, data_dir / "video" / "one-by-one-person-detection.mp4", every=3))


def _looked_at(detector: Detector, clip: Path, every: int) -> Iterator[tuple[float, Detections]]:
    with av.open(str(clip)) as container:
        for number, picture in enumerate(container.decode(video=0)):
            if number % every == 0 and picture.time is not None:
                yield picture.time, detector.look(picture.to_ndarray(format="bgr24")).of_class("person")


@pytest.mark.data
@pytest.mark.timeout(900)  # hundreds of looks of a real detector, on a machine that may be busy
def test_real_people_get_the_same_numbers(walkers: Sequence) -> None:
    assert sum(len(detections) for _, detections in walkers) > 200
    assert agreement(ours(walkers), theirs(walkers, 10 / 3, timed=False)) >= AGREEMENT


@pytest.mark.data
@pytest.mark.timeout(900)
def test_real_people_seen_at_irregular_times_get_the_same_numbers(walkers: Sequence) -> None:
    random = np.random.default_rng(3)
    thinned = [look for look in walkers if random.random() < 0.7]
    assert agreement(ours(thinned), theirs(thinned, 10 / 3, timed=True)) >= AGREEMENT


def test_the_measure_of_agreement_itself_can_tell_a_swap() -> None:
    looks = [np.array([1, 2])] * 10
    swapped = [np.array([1, 2])] * 5 + [np.array([2, 1])] * 5
    assert agreement(looks, [numbers + 6 for numbers in looks]) == 1.0
    assert agreement(looks, swapped) == 0.5
    assert agreement(looks, [np.full(2, UNTRACKED)] * 10) == 0.0


def test_the_oracle_has_not_brought_a_second_opencv() -> None:
    installed = {name for name in ("opencv-python", "opencv-contrib-python") if _is_installed(name)}
    assert not installed, "it writes over opencv-python-headless: install requirements-oracle.txt with --no-deps"


def _is_installed(name: str) -> bool:
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True
