"""Whether a picture is worth the detector: has anything moved since the place was last found empty?

Works on the small brightness picture that quality has made already, so it costs a tenth of a millisecond.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .frame import Image

GRID_WIDTH = 80


@dataclass(frozen=True, slots=True)
class MotionSettings:
    """When a picture differs from one that was found empty.

    ``changed_by``: grey levels by which a cell (an 80th of the width) must differ. Sensor noise of σ = 10 leaves 0.4
    after the mean over a cell of 1080p (24 × 24 pixels); what compression and a flickering lamp add stays below 3. A
    person's clothes differ from what is behind by far more. ``cells``: of so many cells at least: two are 1/40 of the
    width by 1/45 of the height, a person 25 pixels high at 1080p. ``forced`` (s): a look at least so often even if
    nothing moves, for who came too slowly or in too little light to be noticed.
    """

    changed_by: float = 5.0
    cells: int = 2
    forced: float = 5.0


class MotionGate:
    """One camera's gate. Ask it for every picture; tell it what every look found, in the same order."""

    def __init__(self, settings: MotionSettings | None = None) -> None:
        self.settings = settings or MotionSettings()
        self._asked: NDArray[np.float32] | None = None
        self._empty: NDArray[np.float32] | None = None
        self._empty_at = 0.0

    def wants(self, small: Image, at: float) -> bool:
        """Whether this picture (h, w) of time ``at`` (s) should be looked at.

        It should unless the last look found nothing, was not long ago, and nothing has moved since.
        """
        height, width = small.shape
        size = (min(GRID_WIDTH, width), max(1, round(height * min(GRID_WIDTH, width) / width)))
        cells = np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_AREA), np.float32)
        # A clock that was set back must not put the next look off.
        due = self._empty is None or not 0 <= at - self._empty_at < self.settings.forced
        if due or self._moved(cells):
            self._asked = cells
            return True
        return False

    def looked(self, at: float, *, empty: bool) -> None:
        """The picture of time ``at`` that was wanted last was looked at; ``empty``: nothing asked for was there."""
        self._empty = self._asked if empty else None
        self._empty_at = at

    def not_looked(self) -> None:
        """A picture that was wanted was not looked at: the next one is wanted as well."""
        self._empty = None

    def _moved(self, cells: NDArray[np.float32]) -> bool:
        if self._empty is None or self._empty.shape != cells.shape:
            return True
        return int((np.abs(cells - self._empty) > self.settings.changed_by).sum()) >= self.settings.cells
