"""A camera that somebody pushes aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from .actor import XYXY, Actor, Seen
from .moving import moving_of
from .script import Script, Spell
from .stage import Stage
from .view import Floats, Picture, View, as_floats, as_picture

# Radians to the right and down at amount 1.
TURN, TILT = 0.30, 0.07


class Push:
    """The view before, the view after, and the half second between.

    A push turns the camera where it hangs, so each view is a homography of the other: between the two, the pixels of
    both are used, and only the two ends are drawn.
    """

    def __init__(self, stage: Stage, spell: Spell, script: Script) -> None:
        self._spell = spell
        self._before = stage
        place = stage.place
        self._end = place.view.turned(TURN * spell.amount, TILT * spell.amount, 0.05 * spell.amount)
        self._after = Stage(replace(place, view=self._end), stage.size, stage.seed, fine=1.5, light=stage.exposure)
        self._moving = tuple(moving_of(one, script) for one in (self._before, self._after))

    def strength(self, at: float) -> float:
        """How far the camera is turned at a time, 0…1."""
        return self._spell.strength(at) / max(self._spell.amount, 1e-6)

    def draw(self, actors: Sequence[Actor], at: float) -> tuple[Picture, list[Seen], list[tuple[str, XYXY]]]:
        """The picture at a time, who is seen in it, and the labelled things; none of these while it turns."""
        share = self.strength(at)
        before, after = (None if one is None else one.scenery(at) for one in self._moving)
        if share <= 0 or share >= 1:
            stage, scenery = (self._before, before) if share <= 0 else (self._after, after)
            picture, seen = stage.draw(actors, scenery)
            return picture, seen, stage.things() if scenery is None else list(scenery.things)
        spell, start = self._spell, self._before.place.view
        part = spell.amount * share
        now = start.turned(TURN * part, TILT * part, 0.05 * part)
        first, seen = self._before.draw(actors, before)
        second, _ = self._after.draw(actors, after)
        size = self._before.size
        forth = self._between(start, now)
        turned = cv2.warpPerspective(first, forth, size)
        held = cv2.warpPerspective(np.full(first.shape[:2], 255, np.uint8), forth, size)
        other = cv2.warpPerspective(second, self._between(self._end, now), size, borderMode=cv2.BORDER_REPLICATE)
        picture = np.where(held[..., None] > 250, turned, other)
        moved = [one for one in (self._moved(one, forth) for one in seen) if one is not None]
        return as_picture(picture), moved, []

    def _between(self, one: View, other: View) -> Floats:
        """The homography from the pixels of one view to those of the other."""
        width, height = self._before.size
        focal = one.focal(self._before.size)
        lens = np.array([[focal, 0, width / 2], [0, -focal, height / 2], [0, 0, 1]])
        return as_floats(lens @ other.axes() @ one.axes().T @ np.linalg.inv(lens))

    def _moved(self, seen: Seen, warp: Floats) -> Seen | None:
        box = self._warped(seen.box, warp)
        if box is None:
            return None
        parts = [None if part is None else self._warped(part, warp) for part in (seen.helmet, seen.head, seen.vest)]
        return Seen(seen.person, box, seen.visible, parts[0], parts[1], parts[2])

    def _warped(self, box: XYXY, warp: Floats) -> XYXY | None:
        left, top, right, bottom = box
        corners = np.array([[[left, top], [right, top], [left, bottom], [right, bottom]]], np.float32)
        spots = as_floats(cv2.perspectiveTransform(corners, warp))[0]
        low = np.clip(np.rint(spots.min(0)), 0, self._before.size).astype(int)
        high = np.clip(np.rint(spots.max(0)), 0, self._before.size).astype(int)
        if (high - low).min() < 2:
            return None
        return int(low[0]), int(low[1]), int(high[0]), int(high[1])
