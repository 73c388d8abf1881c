"""A recording of a moment ago, shown over and over instead of what is before the camera."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from .effects import Fault
from .script import Spell
from .truth import FrameTruth
from .view import Picture


class Recording:
    """The frames before a LOOPED spell, as many as its ``ramp`` has seconds, which the spell then repeats."""

    def __init__(self, spells: Iterable[Spell], fps: int) -> None:
        spell = next((spell for spell in spells if spell.kind is Fault.LOOPED), None)
        self._from = 0 if spell is None else round(spell.start * fps)
        self._until = 0 if spell is None else round(spell.end * fps)
        self._length = 0 if spell is None else min(max(1, round(spell.ramp * fps)), max(1, self._from))
        self._frames: list[tuple[Picture, FrameTruth]] = []

    def keep(self, index: int, picture: Picture, truth: FrameTruth) -> None:
        """A frame that was drawn."""
        if self._from - self._length <= index < self._from:
            self._frames.append((picture, truth))

    def shown(self, index: int, at: float) -> tuple[Picture, FrameTruth] | None:
        """What is shown instead of frame ``index`` of the time ``at`` (s); None: what is before the camera."""
        if not self._from <= index < self._until or not self._frames:
            return None
        picture, truth = self._frames[(index - self._from) % len(self._frames)]
        return picture, replace(truth, at=round(at, 3))
