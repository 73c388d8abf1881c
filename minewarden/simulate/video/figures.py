"""The figures of a place: drawn when they are first wanted, kept for the next time."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np

from .actor import Actor
from .figure import Aspect, Sprite, sprite
from .place import Place

# A figure is drawn for the nearest of so many headings, steps of height (radians), sides of the light and sizes
# (pixels): finer steps are not seen, and coarser ones jump.
HEADINGS = 20
PITCH_STEP = 0.14
LIGHT_SIDES = 6
SPRITE_SIZES = (40, 56, 78, 110, 155, 220, 310)
CACHED_SPRITES = 1500


class Figures:
    """The figures of one place, the longest unused forgotten first."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._sprites: OrderedDict[tuple[object, ...], Sprite] = OrderedDict()

    def of(self, actor: Actor, tall: float) -> Sprite:
        """The nearest of the figures that are drawn once and kept."""
        x, high, z = self.place.view.position
        aside, ahead = actor.spot[0] - x, actor.spot[1] - z
        line = float(np.arctan2(aside, ahead))
        step = 2 * np.pi / HEADINGS
        turn = round((actor.heading - line) / step) % HEADINGS
        pitch = round(float(np.arctan2(high - 0.9, np.hypot(aside, ahead))) / PITCH_STEP)
        size = next((size for size in SPRITE_SIZES if size >= tall), SPRITE_SIZES[-1])
        lamp = self._light_bin(actor, line)
        key = (actor.look, actor.person, actor.posture, actor.phase, turn, pitch, size, lamp)
        if key not in self._sprites:
            side = 2 * np.pi / LIGHT_SIDES
            towards = (float(np.sin(lamp * side)), 1.1, -float(np.cos(lamp * side)))
            length = float(np.linalg.norm(towards))
            light = (towards[0] / length, towards[1] / length, towards[2] / length)
            aspect = Aspect(actor.posture, actor.phase, turn * step, pitch * PITCH_STEP, light)
            self._sprites[key] = sprite(actor.look, aspect, size, actor.person)
            if len(self._sprites) > CACHED_SPRITES:
                self._sprites.popitem(last=False)
        self._sprites.move_to_end(key)
        return self._sprites[key]

    def _light_bin(self, actor: Actor, line: float) -> int:
        """From which of the sides most light comes, as the viewer sees it: 0 from beyond the person."""
        x, z = actor.spot
        if self.place.sky.sun is not None:
            to_x, to_z = self.place.sky.sun[0], self.place.sky.sun[2]
        else:
            to_x = to_z = 0.0
            for lamp in self.place.lamps:
                way = np.array(lamp.position) - (x, 1.0, z)
                weight = max(lamp.power) / float(way @ way + 0.3)
                to_x, to_z = to_x + weight * way[0], to_z + weight * way[2]
        return round(float(np.arctan2(to_x, to_z) - line) / (2 * np.pi) * LIGHT_SIDES) % LIGHT_SIDES
