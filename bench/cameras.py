"""Cameras per core: every method over every clip, in turns, so that what else the machine does hits all alike."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from minewarden.vision.models import Model
from minewarden.vision.sources import Mode

from .clips import Clip
from .methods import METHODS, Done, Job, Method
from .spent import cpu_seconds

BASE, LIMIT = "opencv_read", "limit"


@dataclass(frozen=True, slots=True)
class Effort:
    """``rounds`` of all methods; in each a method goes over its clip until it has spent ``least`` CPU seconds."""

    rounds: int = 3
    least: float = 0.8


@dataclass(frozen=True, slots=True)
class Row:
    """One method on one clip.

    ``cameras_per_core`` is seconds of video by CPU seconds spent (median of the rounds; ``lowest``, ``highest`` of
    them). ``times_opencv`` is that over the OpenCV loop's, ``of_limit`` over what decoding alone would allow.
    ``looks`` of the detector, ``pictures`` that came out and ``events`` are of one go over the clip.
    """

    clip: str
    way: str
    method: str
    title: str
    cameras_per_core: float
    lowest: float
    highest: float
    times_opencv: float
    of_limit: float
    looks: int
    pictures: int
    events: int


def measure(
    clips: Sequence[Clip], model: Model, effort: Effort, progress: Callable[[str], None] = lambda text: None
) -> list[Row]:
    """All methods over all clips on patrol and on watch."""
    jobs = [Job(clip, way, model) for clip in clips for way in (Mode.PATROL, Mode.WATCH)]
    turns = [(job, method) for job in jobs for method in METHODS if job.way in method.ways]
    found: dict[tuple[str, str, str], list[float]] = {}
    done: dict[tuple[str, str, str], Done] = {}
    for job in jobs[:1]:
        for method in METHODS:
            method.run(job)  # what happens once in a process is nobody's cost a camera
    for number in range(effort.rounds):
        for job, method in turns:
            key = _key(job, method)
            progress(f"round {number + 1}/{effort.rounds}: {' '.join(key)}")
            speed, done[key] = _one(job, method, effort.least)
            found.setdefault(key, []).append(speed)
    return [_row(job, method, found, done[_key(job, method)]) for job, method in turns]


def _key(job: Job, method: Method) -> tuple[str, str, str]:
    return job.clip.name, job.way.value, method.name


def _one(job: Job, method: Method, least: float) -> tuple[float, Done]:
    """Seconds of video a CPU second, and what one go did."""
    seconds, start = 0.0, cpu_seconds()
    while True:
        done = method.run(job)
        seconds += job.clip.settings.seconds
        spent = cpu_seconds() - start
        if spent >= max(least, 1e-6):
            return seconds / spent, done


def _row(job: Job, method: Method, found: dict[tuple[str, str, str], list[float]], done: Done) -> Row:
    clip, way, name = key = _key(job, method)
    medians = {other: statistics.median(found[clip, way, other]) for other in (name, BASE, LIMIT)}
    return Row(
        clip=clip,
        way=way,
        method=name,
        title=method.title,
        cameras_per_core=medians[name],
        lowest=min(found[key]),
        highest=max(found[key]),
        times_opencv=medians[name] / medians[BASE],
        of_limit=medians[name] / medians[LIMIT],
        looks=done.looks,
        pictures=done.pictures,
        events=done.events,
    )
