"""A trial's clip drawn, if it was not drawn before, and watched as a camera is."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import minewarden.simulate.video
from minewarden.simulate.trials import Trial
from minewarden.simulate.video.clip import render_clip
from minewarden.simulate.video.truth import truth_path
from minewarden.vision.pipeline import (
    CameraPlan,
    EventRecord,
    EvidenceFile,
    EvidenceSettings,
    FileSettings,
    OwnDetector,
    ScenePlan,
    WatchSettings,
    watch_file,
)
from minewarden.vision.scenes import scene_kind, settings_from
from minewarden.vision.sources import Mode, parse_address

from .match import Told

DRAWING = ("*.py", "*.toml")


@cache
def renderer_version() -> str:
    """A digest of the code that draws: clips drawn by another one are drawn anew."""
    folder = Path(minewarden.simulate.video.__path__[0])
    digest = hashlib.sha256()
    for path in sorted(path for pattern in DRAWING for path in folder.glob(pattern)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def clip_of(trial: Trial, folder: Path) -> Path:
    """The trial's clip in the folder, drawn now or kept from before. Several processes may ask for it at once."""
    what = repr((trial.script, trial.size, trial.fps, renderer_version()))
    path = folder / f"{trial.name}-{hashlib.sha256(what.encode()).hexdigest()[:16]}.mp4"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    for older in folder.glob(f"{trial.name}-*.mp4"):
        older.unlink(missing_ok=True)
        truth_path(older).unlink(missing_ok=True)
    partly = path.with_name(f"{os.getpid()}.{path.name}")
    render_clip(trial.script, partly, trial.size, trial.fps)
    truth_path(partly).replace(truth_path(path))
    return partly.replace(path)


class Ear:
    """An event sink that remembers the last that was said of each event."""

    def __init__(self) -> None:
        self.records: dict[str, EventRecord] = {}

    def take(self, record: EventRecord) -> None:
        self.records[str(record.event_id)] = record

    begin = update = end = complete = take

    def evidence(self, record: EventRecord, file: EvidenceFile) -> None:
        self.take(record)


def plan_of(scene: str, values: Mapping[str, Any]) -> ScenePlan:
    """The scene with these settings.

    Raises:
        SceneSettingsError: the scene or a value is not allowed.
    """
    kind = scene_kind(scene)
    return ScenePlan(kind, settings_from(kind, values))


def watched(
    clip: Path,
    plans: Sequence[ScenePlan],
    detector: OwnDetector | None,
    *,
    starts_at: float = 0.0,
    keep: Path | None = None,
    closely: bool = False,
) -> dict[str, tuple[Told, ...]]:
    """What the watch tells of a clip, by scene: watched as a camera is, on patrol until a scene asks for more, or
    ``closely`` throughout.

    ``starts_at``: Unix time of the first picture. ``keep``: a folder for the events' pictures and clips.

    Raises:
        SceneSettingsError: the detector lacks a class that a scene needs.
        SourceError: the clip cannot be read.
    """
    ear = Ear()
    folder = Path(tempfile.mkdtemp(prefix="minewarden-bench-"))
    asked = any(plan.kind.classes for plan in plans)
    try:
        watch_file(
            CameraPlan(clip.stem, parse_address(str(clip)), tuple(plans)),
            ear,
            EvidenceSettings(folder, annotate=keep is not None),
            detector=detector if asked else None,
            settings=FileSettings(
                start=starts_at, watch=WatchSettings(Mode.WATCH if closely else None), parallel=False
            ),
        )
        if keep is not None:
            shutil.copytree(folder, keep, dirs_exist_ok=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    by_scene = {plan.kind.id: plan for plan in plans}
    told: dict[str, list[Told]] = {scene: [] for scene in by_scene}
    for record in ear.records.values():
        told[record.scene].append(_told(by_scene[record.scene], record, starts_at))
    return {scene: tuple(sorted(events, key=lambda one: one.told)) for scene, events in told.items()}


def _told(plan: ScenePlan, record: EventRecord, starts_at: float) -> Told:
    started, detail = record.started_at - starts_at, record.detail
    timing = plan.kind.timing(plan.settings, str(detail["key"]))
    running = record.ended_at is None or detail.get("ended") == "closed"
    timing = plan.kind.timing(plan.settings, str(detail["key"]))
    return Told(
        record.label,
        round(started, 3),
        round(started + float(detail["told_after_s"]), 3),
        None if running or record.ended_at is None else round(record.ended_at - starts_at, 3),
        timing.onset + timing.judged,
        record.confidence,
        detail,
    )
