"""All clips of the scenes asked for, one after the other or in several processes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

from minewarden.simulate.trials import Trial
from minewarden.simulate.trials.trial import MORNING
from minewarden.vision.models import load_model
from minewarden.vision.pipeline import OwnDetector

from .match import match
from .real import RealClip
from .run import clip_of, plan_of, watched
from .score import Clip

RENDERED, REAL = "rendered", "real"
Work = Trial | RealClip


@dataclass(frozen=True, slots=True)
class Bench:
    """``card``: the detector's card; ``cache``: where drawn clips are kept; ``keep``: where the events' pictures and
    clips are put, None: nowhere.
    """

    card: str
    cache: Path
    keep: Path | None = None


def run(bench: Bench, work: Sequence[Work], jobs: int) -> Iterator[tuple[Work, tuple[Clip, ...]]]:
    """Each piece of work as it is done, in any order, with its clips: one of a trial, one a scene of a real clip.

    Raises:
        SceneSettingsError, SourceError, ModelError: a scene, clip or detector that cannot be used.
    """
    if jobs == 1:
        for one in work:
            yield one, watch_one(bench, one)
        return
    # Not by fork: the detector's threads would not come along.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        tasks = {pool.submit(watch_one, bench, one): one for one in work}
        try:
            for task in as_completed(tasks):
                yield tasks[task], task.result()
        finally:
            for task in tasks:
                task.cancel()


def watch_one(bench: Bench, work: Work) -> tuple[Clip, ...]:
    """Draw the clip, watch it and compare."""
    keep = None if bench.keep is None else bench.keep / work.name
    detector = _detector(bench.card)
    if isinstance(work, Trial):
        plans = [plan_of(work.scene, work.settings)]
        path = clip_of(work, bench.cache)
        story = work.story
        told = watched(path, plans, detector, starts_at=story.starts_at, keep=keep, closely=story.closely)[work.scene]
        if work.story.due is not None:
            told = tuple(replace(one, due=work.story.due) for one in told)
        matched = match(work.expected, told)
        return (Clip(work.scene, work.name, RENDERED, str(work.condition), work.expected, told, matched),)
    plans = [plan_of(tried.scene, tried.settings) for tried in work.scenes]
    by_scene = watched(work.path, plans, detector, starts_at=MORNING, keep=keep)
    return tuple(
        Clip(
            tried.scene,
            work.name,
            REAL,
            "",
            tried.expected,
            by_scene[tried.scene],
            match(tried.expected, by_scene[tried.scene]),
        )
        for tried in work.scenes
    )


_loaded: dict[str, OwnDetector] = {}


def _detector(card: str) -> OwnDetector:
    """Loaded once a process."""
    if card not in _loaded:
        _loaded[card] = OwnDetector.of(load_model(card))
    return _loaded[card]
