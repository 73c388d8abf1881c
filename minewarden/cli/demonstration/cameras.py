"""The demonstration's cameras: clips rendered once, played in a loop as if live, and what each is watched for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from minewarden.simulate.province import PlannedMine
from minewarden.simulate.video.clip import render_clip
from minewarden.simulate.video.demo import demo_scripts
from minewarden.simulate.video.script import Script
from minewarden.simulate.video.truth import Truth, belt_outline, read_truth, truth_path

SIZE = (640, 360)
FPS = 10
# A clip plays in a loop and would raise its events again every minute: the same camera tells them once in so long.
QUIET_SECONDS = 1800.0

# Place class → which of twelve mines plays which clip. Most have nothing wrong, as in life.
_DISPATCH, _HEADING = "dispatch_manned", "rail_roadway_quiet"
_BELT, _SHAFT, _YARD = "belt_roadway_patrol", "shaft_mouth_shift", "yard_morning"
CLIPS: dict[str, tuple[str, ...]] = {
    "40": ("dispatch_vacated", *[_DISPATCH] * 11),
    "10": (_HEADING, _HEADING, "face_over_limit", "roadway_dusty", *[_HEADING] * 8),
    "14": ("belt_crossed", "belt_running", _BELT, "roadway_covered", *[_BELT] * 8),
    "43": (_SHAFT, "shaft_mouth_no_helmet", _SHAFT, _SHAFT, "shaft_mouth_blurred", *[_SHAFT] * 7),
    "53": (*[_YARD] * 5, "yard_moved", *[_YARD] * 6),
}


def render_all(folder: Path, advance: Callable[[str], None]) -> dict[str, Truth]:
    """Render every clip that is not there yet, on all cores; ``advance`` is called with the name of each one done.

    A clip is written under another name and renamed, so an interrupted start leaves no half clip behind.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = sorted({name for clips in CLIPS.values() for name in clips})
    scripts = demo_scripts()
    missing = [name for name in names if not clip_path(folder, name).is_file()]
    for name in set(names) - set(missing):
        advance(name)
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        running = {pool.submit(_render, scripts[name], folder): name for name in missing}
        try:
            for done in as_completed(running):
                done.result()
                advance(running[done])
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return {name: read_truth(truth_path(clip_path(folder, name))) for name in names}


def clip_path(folder: Path, name: str) -> Path:
    """Where a clip lies."""
    return folder / f"{name}.mp4"


def _render(script: Script, folder: Path) -> None:
    draft = folder / f"{script.name}.draft.mp4"
    render_clip(script, draft, SIZE, FPS)
    truth_path(draft).replace(truth_path(clip_path(folder, script.name)))
    draft.replace(clip_path(folder, script.name))


def sources_of(mines: Iterable[PlannedMine], folder: Path) -> Mapping[str, str]:
    """Each camera's source by its code: its clip, played from its own offset."""
    return {
        camera.code: f"file:{clip_path(folder, camera.script)}?loop=1&realtime=1&offset={camera.offset_s}"
        for mine in mines
        for camera in mine.cameras
    }


def scenes_of(truths: Mapping[str, Truth]) -> dict[str, list[dict[str, Any]]]:
    """What each clip's camera is watched for, with the zones that the renderer drew."""
    scripts = demo_scripts()
    return {name: _scenes(scripts[name], truth) for name, truth in truths.items()}


def _scenes(script: Script, truth: Truth) -> list[dict[str, Any]]:
    quiet = {"cool_down": QUIET_SECONDS}
    # Every one of these cameras plays a recording in a loop, which would be told of every one.
    scenes: list[dict[str, Any]] = [{"scene": "camera_health", "settings": {"without": ["looped"], **quiet}}]
    if script.helmets:
        scenes.append({"scene": "no_helmet", "settings": quiet})
    if script.limit is not None:
        scenes.append({"scene": "over_limit", "settings": {"max": script.limit, "onset": 3.0, **quiet}})
    if script.forbidden is not None:
        zone = [list(point) for point in truth.zones[script.forbidden]]
        scenes.append({"scene": "forbidden_zone", "settings": {"zone": zone, "name": "皮带", **quiet}})
    if script.belts:
        outline = [list(point) for point in belt_outline(script.build(), SIZE)]
        scenes.append({"scene": "belt_state", "settings": {"belt": outline, **quiet}})
    if script.post is not None:
        zone = [list(point) for point in truth.zones[script.post]]
        scenes.append({"scene": "post_vacant", "settings": {"zone": zone, "vacant_after": 20.0, **quiet}})
    return scenes
