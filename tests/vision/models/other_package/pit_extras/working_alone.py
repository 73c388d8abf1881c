"""Somebody works alone (单人作业) where two must be: exactly one person in the picture for a while."""

from __future__ import annotations

from dataclasses import dataclass

from minewarden.vision.detections import Detected, NotAnalysed
from minewarden.vision.scene import Finding, Need, Observation, SceneKind
from minewarden.vision.scenes.settings import setting

NAME = "working_alone"


@dataclass(frozen=True, slots=True)
class WorkingAloneSettings:
    """``onset`` is how long somebody may be alone; the rest is the lifecycle's, as in every scene."""

    confidence: float = setting(0.0, "persons less sure than this are not counted", low=0, high=1)
    onset: float = setting(60.0, "how long somebody may be alone", unit="s", low=0, high=3600)
    gap: float = setting(2.0, "it may fail on the way for less than this", unit="s", low=0, high=60)
    hold: float = setting(5.0, "how long it must be over", unit="s", low=0, high=3600)
    cool_down: float = setting(0.0, "no new event for so long after", unit="s", low=0, high=86400)
    looks: int = setting(2, "on how many looks at least", low=1, high=1000)


def look(settings: WorkingAloneSettings, memory: None, seen: Observation) -> tuple[None, tuple[Finding, ...]]:
    """One look: is there exactly one person? Cannot be told where nobody looked."""
    if isinstance(seen.outcome, NotAnalysed):
        return None, (Finding(NAME, NAME, None),)
    if not isinstance(seen.outcome, Detected):
        return None, (Finding(NAME, NAME, False),)
    found = seen.outcome.detections
    people = [
        row
        for row in range(len(found))
        if found.label(row) == "person" and found.confidence[row] >= settings.confidence
    ]
    alone = len(people) == 1
    sure = float(found.confidence[people[0]]) if alone else 0.0
    return None, (Finding(NAME, NAME, alone, sure, tuple(people) if alone else ()),)


WORKING_ALONE = SceneKind(
    id=NAME,
    name_zh="单人作业",
    name_en="Working alone",
    need=Need.PATROL,
    promotes=False,
    classes=("person",),
    settings=WorkingAloneSettings,
    start=lambda settings: None,
    look=look,
)
