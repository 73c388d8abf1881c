"""Detectors as the watch uses them: with weak boxes, for the tracker to follow what it has seen clearly before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from minewarden.contract import ModelReference
from minewarden.vision.models import Detector, DetectorPool, Model
from minewarden.vision.models.pool import Looks
from minewarden.vision.tracking import TrackSettings

# What the detector gives at all. Below it a box is as likely nothing as something, even where something was before.
WEAK = 0.1


@dataclass(frozen=True, slots=True)
class Knows:
    """Which model it is, the classes that it knows, and from which boxes on it is sure enough (by its card)."""

    reference: ModelReference
    classes: tuple[str, ...]
    tracks: TrackSettings

    @classmethod
    def of(cls, model: Model) -> Self:
        strong = model.card.thresholds.confidence
        return cls(model.reference, model.classes, TrackSettings(strong=strong, weak=min(WEAK, strong)))


@dataclass(frozen=True, slots=True)
class OwnDetector:
    """A detector for one thread alone."""

    looks: Looks
    knows: Knows

    @classmethod
    def of(cls, model: Model) -> Self:
        knows = Knows.of(model)
        return cls(Detector(model, confidence=knows.tracks.weak), knows)


@dataclass(frozen=True, slots=True)
class SharedDetector:
    """The detector of all cameras: a pool that runs until it is stopped."""

    pool: DetectorPool
    knows: Knows

    @classmethod
    def over(cls, model: Model, workers: int = 1) -> Self:
        """``workers`` threads over one model, which should be loaded with as many ``requests``."""
        knows = Knows.of(model)
        return cls(DetectorPool.over(model, confidence=knows.tracks.weak, workers=workers), knows)
