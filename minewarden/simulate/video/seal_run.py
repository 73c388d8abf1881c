"""A seal wall on one stage, closed and opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2

from .seals import Opening, opened
from .view import Picture, as_picture

if TYPE_CHECKING:
    from .stage import Stage


class SealRun:
    """The wall before, the wall after, and the bricks that fall between the two."""

    def __init__(self, stage: Stage, opening: Opening) -> None:
        self._opening = opening
        self._after = type(stage)(
            opened(stage.place, opening.breach), stage.size, stage.seed, fine=1.5, light=stage.exposure
        ).base

    def draw(self, picture: Picture, at: float) -> Picture:
        """The empty place at a time (s)."""
        share = (at - self._opening.at) / max(self._opening.takes, 1e-3)
        if share <= 0:
            return picture
        if share >= 1:
            return self._after.copy()
        return as_picture(cv2.addWeighted(picture, 1 - share, self._after, share, 0))
