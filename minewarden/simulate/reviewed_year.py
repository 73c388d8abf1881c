"""Alarms of the last weeks and what reviewers thought of them, drawn from a seed. All of it is invented.

Some cameras raise far more false alarms than others, as in life: that is what the page of learning is for.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from .province import PlannedMine

# place class → (scene, label, box label, share that is right)
RAISED: dict[str, tuple[str, str, str, float]] = {
    "40": ("post_vacant", "post_vacant", "", 0.7),
    "10": ("no_helmet", "no_helmet", "head", 0.55),
    "14": ("forbidden_zone", "皮带", "person", 0.5),
    "43": ("no_helmet", "no_helmet", "head", 0.6),
}
REASONS = ("false_alarm", "false_alarm", "false_alarm", "allowed", "repeated", "maintenance")
# The one camera at which a lamp on the wall is taken for a bare head again and again.
NUISANCE = 0.3


@dataclass(frozen=True, slots=True)
class PlannedReview:
    """An alarm, when it came, and the verdict so many seconds later. ``reason`` is empty for a confirmed one."""

    at: datetime
    camera: str
    scene: str
    label: str
    confidence: float
    model_version: str
    box: tuple[str, tuple[float, float, float, float]] | None
    reviewed_at: datetime
    reason: str


def reviewed_alarms(
    mines: tuple[PlannedMine, ...], now: datetime, count: int, days: int = 45, seed: int = 20261123
) -> list[PlannedReview]:
    """``count`` alarms of the last ``days`` before ``now``, in order of time; timezone-aware."""
    chance = random.Random(seed)
    cameras = [camera for mine in mines for camera in mine.cameras if camera.place_class in RAISED]
    nuisance = next(camera for camera in cameras if RAISED[camera.place_class][2] == "head")
    planned = []
    done_at = now - timedelta(days=days)
    for at in sorted(now - timedelta(days=days * chance.random(), hours=2) for _ in range(count)):
        camera = nuisance if chance.random() < NUISANCE else chance.choice(cameras)
        scene, label, thing, share = RAISED[camera.place_class]
        is_right = camera is not nuisance and chance.random() < share
        # Somebody sits down to them twice a day and takes some ten seconds for each.
        begin = at + timedelta(hours=12 - (at.hour + at.minute / 60) % 12)
        done_at = max(done_at, begin) + timedelta(seconds=chance.lognormvariate(2.2, 0.5))
        planned.append(
            PlannedReview(
                at=at,
                camera=camera.code,
                scene=scene,
                label=label,
                confidence=round(chance.uniform(0.55, 0.95) if is_right else chance.uniform(0.4, 0.7), 3),
                model_version="2" if at > now - timedelta(days=days / 3) else "1",
                box=(thing, _box(chance, thing, lamp=camera is nuisance)) if thing else None,
                reviewed_at=min(done_at, now - timedelta(minutes=1)),
                reason="" if is_right else chance.choice(REASONS),
            )
        )
    return planned


def _box(chance: random.Random, thing: str, *, lamp: bool) -> tuple[float, float, float, float]:
    left, top = (0.71, 0.24) if lamp else (chance.uniform(0.1, 0.8), chance.uniform(0.2, 0.5))
    wide, high = (0.05, 0.09) if thing == "head" else (0.09, 0.4)
    shake = chance.uniform(-0.004, 0.004)
    return round(left + shake, 4), round(top + shake, 4), round(left + shake + wide, 4), round(top + shake + high, 4)
