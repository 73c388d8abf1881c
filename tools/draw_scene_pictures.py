"""Draws docs/images/scenes/<scene>.jpg: the picture of an event of a rendered trial, with what was drawn for the scene.

python tools/draw_scene_pictures.py no_helmet truck_out …
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from minewarden.bench.accuracy.run import clip_of, plan_of, watched
from minewarden.simulate.trials import Condition, Trial, trials_of
from minewarden.vision.models import load_model
from minewarden.vision.pipeline import OwnDetector

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "images" / "scenes"
DRAWN = (80, 220, 80)  # BGR; boxes are orange
QUALITY = 80
ZONES, LINES = ("zone", "belt", "roadway", "haulage"), ("line",)


def picture_of(scene: str, detector: OwnDetector, work: Path) -> np.ndarray:
    """The first trial in plain light whose event has a picture (h, w, 3) BGR, drawn on.

    Raises:
        LookupError: no trial of the scene raised an event.
    """
    for trial in trials_of(scene):
        if not trial.positive or trial.condition is not Condition.PLAIN:
            continue
        keep = work / trial.name
        plan = plan_of(scene, trial.settings)
        watched(clip_of(trial, work), [plan], detector, starts_at=trial.story.starts_at, keep=keep)
        pictures = sorted(keep.rglob("*.jpg"), key=lambda path: path.stat().st_mtime_ns)
        if pictures:
            return drawn_on(cv2.imread(str(pictures[0])), trial, plan.values())
    raise LookupError(f"no plain trial of {scene} raised an event")


def drawn_on(picture: np.ndarray, trial: Trial, settings: Mapping[str, Any]) -> np.ndarray:
    """With the zones and lines of the settings."""
    for name in ZONES:
        if settings.get(name):
            _poly(picture, settings[name], closed=True)
    for name in LINES:
        if settings.get(name):
            _poly(picture, settings[name], closed=False)
    return picture


def _poly(picture: np.ndarray, corners: Sequence[Sequence[float]], *, closed: bool) -> None:
    height, width = picture.shape[:2]
    points = np.round(np.array(corners) * [width, height]).astype(int)
    cv2.polylines(picture, [points.reshape(-1, 1, 2)], closed, DRAWN, 2, cv2.LINE_AA)
    if not closed:
        (x1, y1), (x2, y2) = points[0], points[-1]
        middle, across = (points[0] + points[-1]) // 2, np.array([-(y2 - y1), x2 - x1])
        tip = middle + (across / max(1.0, float(np.hypot(*across))) * height / 12).astype(int)
        cv2.arrowedLine(picture, middle.tolist(), tip.tolist(), DRAWN, 2, cv2.LINE_AA, tipLength=0.35)


def main(scenes: Sequence[str]) -> None:
    """Draw the pictures of these scenes."""
    detector = OwnDetector.of(load_model("starter"))
    FOLDER.mkdir(parents=True, exist_ok=True)
    for scene in scenes:
        with tempfile.TemporaryDirectory() as work:
            picture = picture_of(scene, detector, Path(work))
        cv2.imwrite(str(FOLDER / f"{scene}.jpg"), picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])


if __name__ == "__main__":
    main(sys.argv[1:])
