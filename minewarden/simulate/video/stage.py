"""Puts people into the picture of a place: size, light, shadow, what hides them, and where each of them is seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from .actor import XYXY, Actor, Seen
from .figure import Sprite
from .figures import Figures
from .light import exposure, lamp_light, radiance, tone, trace
from .look import Part
from .patches import blend, blob, box_of, middle_of
from .place import Place, Spot
from .pose import Posture
from .solids import Ground
from .view import Floats, Picture, Size, as_floats, as_picture

if TYPE_CHECKING:
    from .moving import Scenery

TONE_STEPS = 4096
TONE_TOP = 6.0
# Bits of the layer that says what a pixel of the picture shows of a person.
HEAD, HELMET, VEST = 1, 2, 4
HEAD_PARTS = (Part.SKIN, Part.HAIR, Part.FEATURE)
HELMET_PARTS = (Part.HELMET, Part.LAMP)


@dataclass(frozen=True, slots=True)
class _Drawn:
    actor: Actor
    window: tuple[slice, slice]
    area: float
    lamp: tuple[float, float] | None


def _tones() -> Picture:
    steps = np.linspace(0, TONE_TOP, TONE_STEPS, dtype=np.float32)
    return as_picture(np.clip(np.rint(tone(steps) * 255), 0, 255).astype(np.uint8))


class Stage:
    """A place drawn once, in which people are then drawn again and again.

    ``size`` is (width, height); ``fine`` is how many times larger the empty place is drawn before it is reduced.
    ``light`` is the exposure; None lets the camera choose it.
    ``base`` (h, w, 3) is its picture. The same place, size and seed give the same pixels.
    """

    def __init__(self, place: Place, size: Size, seed: int, fine: float = 2.0, light: float | None = None) -> None:
        self.place, self.size, self.seed = place, size, seed
        large = round(size[0] * fine), round(size[1] * fine)
        traced = trace(place, large)
        empty = as_floats(cv2.resize(radiance(place, traced, large, seed), size, interpolation=cv2.INTER_AREA))
        self.exposure = exposure(empty, place.level) if light is None else light
        self.base: Picture = np.clip(np.rint(tone(empty * self.exposure) * 255), 0, 255).astype(np.uint8)
        self.depth: Floats = as_floats(cv2.resize(traced.depth, size, interpolation=cv2.INTER_NEAREST))
        self._now = self.depth  # of the picture that is being drawn
        solid = cv2.resize(traced.solid, size, interpolation=cv2.INTER_NEAREST)
        self.solid: NDArray[np.int16] = np.asarray(solid, np.int16)
        grounds = [index for index, solid in enumerate(place.solids) if isinstance(solid, Ground)]
        self._floor = np.isin(self.solid, grounds)
        self._tones = _tones()
        self._figures = Figures(place)
        self._shadow = blob(64)

    def draw(self, actors: Sequence[Actor], scenery: Scenery | None = None) -> tuple[Picture, list[Seen]]:
        """The picture with these people in it, and what is seen of each of them, nearest last.

        ``scenery`` is the place as it is now, where something moves in it; otherwise it is as it always is.
        """
        picture = self.base.copy() if scenery is None else scenery.picture.copy()
        self._now = self.depth if scenery is None else scenery.depth
        owner = np.zeros(picture.shape[:2], np.uint8)
        kind = np.zeros(picture.shape[:2], np.uint8)
        ordered = sorted(actors, key=lambda actor: -self._distance(actor))
        for actor in ordered:
            self._cast_shadow(picture, actor)
        drawn: list[_Drawn] = []
        for actor in ordered:
            one = self._draw_one(picture, (owner, kind), actor, len(drawn) + 1)
            if one is not None:
                drawn.append(one)
        for one in drawn:
            self._shine(picture, one)
        seen = [self._seen(one, index, owner, kind) for index, one in enumerate(drawn, start=1)]
        return picture, [one for one in seen if one is not None]

    def things(self) -> list[tuple[str, XYXY]]:
        """The labelled things that stand in the place and the boxes of what is seen of them."""
        found: list[tuple[str, XYXY]] = []
        for label, indices in self.place.things:
            box = box_of(np.isin(self.solid, indices), (0, 0))
            if box is not None and (box[2] - box[0]) * (box[3] - box[1]) > 100:
                found.append((label, box))
        return found

    def _distance(self, actor: Actor) -> float:
        x, _, z = self.place.view.position
        return float(np.hypot(actor.spot[0] - x, actor.spot[1] - z))

    def _light_at(self, actor: Actor) -> Floats:
        point = np.array([[actor.spot[0], 1.2, actor.spot[1]]], np.float32)
        light = lamp_light(self.place.lamps, point)[0] + as_floats(self.place.sky.ambient)
        if self.place.sky.sun is not None:
            light += 0.8 * as_floats(self.place.sky.sunlight)
        return as_floats(light)

    def _placed(self, actor: Actor) -> tuple[Floats, float] | None:
        """(2, 2) pixels of feet and crown and the depth in metres; None behind or far beside the camera."""
        x, z = actor.spot
        spots = self.place.view.project(
            np.array([[x, actor.lift, z], [x, actor.lift + actor.look.height, z]]), self.size
        )
        if spots[:, 2].min() < 0.7:
            return None
        width, height = self.size
        tall = float(np.linalg.norm(spots[1, :2] - spots[0, :2]))
        if tall < 4 or tall > 4 * height or not -tall < spots[0, 0] < width + tall:
            return None
        return spots[:, :2], float(spots[0, 2])

    def _draw_one(self, picture: Picture, layers: tuple[Picture, Picture], actor: Actor, index: int) -> _Drawn | None:
        placed = self._placed(actor)
        if placed is None:
            return None
        ends, depth = placed
        tall = float(np.linalg.norm(ends[1] - ends[0]))
        figure = self._figures.of(actor, tall)
        warp, window = self._warp(figure, ends)
        if window is None:
            return None
        rows, columns = window
        shape = (columns.stop - columns.start, rows.stop - rows.start)
        colour = cv2.warpAffine(figure.colour, warp, shape, flags=cv2.INTER_LINEAR)
        part = cv2.warpAffine(figure.part, warp, shape, flags=cv2.INTER_NEAREST)
        area = float(np.count_nonzero(colour[..., 3] > 0.5))
        # A person is half a metre deep: things up to that much nearer hide nothing of it.
        front = self._now[window] > depth - 0.45
        cover = colour[..., 3:] * front[..., None]
        gain = self._light_at(actor) * self.exposure * np.float32(np.exp(-self.place.dust * depth))
        haze = picture[window].astype(np.float32)
        lit = self._toned(colour[..., :3] * gain / np.maximum(colour[..., 3:], 1e-3))
        veil = 1 - float(np.exp(-self.place.dust * depth))
        lit = lit * (1 - 0.5 * veil) + haze * (0.5 * veil)
        glow = cv2.warpAffine(figure.glow, warp, shape, flags=cv2.INTER_LINEAR)[..., None]
        lit = np.minimum(lit + 235 * glow, 255)
        picture[window] = np.rint(haze * (1 - cover) + lit * cover).astype(np.uint8)
        owner, kind = layers
        mine = cover[..., 0] > 0.5
        owner[window][mine] = index
        vest = cv2.warpAffine(figure.vest, warp, shape, flags=cv2.INTER_NEAREST)
        marks = np.isin(part, HEAD_PARTS) * HEAD + np.isin(part, HELMET_PARTS) * HELMET + vest * VEST
        kind[window][mine] = marks[mine]
        return _Drawn(actor, window, area, middle_of(glow[..., 0] * cover[..., 0], window))

    def _warp(self, figure: Sprite, ends: Floats) -> tuple[Floats, tuple[slice, slice] | None]:
        """The affine map from sprite to window that puts its feet and crown where they belong."""
        foot, crown = np.array(figure.foot), np.array(figure.crown)
        before, after = complex(*(crown - foot)), complex(*(ends[1] - ends[0]))
        ratio = after / before
        linear = np.array([[ratio.real, -ratio.imag], [ratio.imag, ratio.real]])
        shift = ends[0] - linear @ foot
        height, width = figure.part.shape
        outline = np.array([[0, 0], [width, 0], [0, height], [width, height]]) @ linear.T + shift
        left, top = np.clip(np.floor(outline.min(0)), 0, self.size).astype(int)
        right, bottom = np.clip(np.ceil(outline.max(0)), 0, self.size).astype(int)
        if right - left < 2 or bottom - top < 2:
            return linear.astype(np.float32), None
        warp = np.column_stack([linear, shift - (left, top)]).astype(np.float32)
        return warp, (slice(int(top), int(bottom)), slice(int(left), int(right)))

    def _toned(self, light: NDArray[np.floating]) -> Floats:
        steps = np.clip(light * ((TONE_STEPS - 1) / TONE_TOP), 0, TONE_STEPS - 1).astype(np.int32)
        return as_floats(self._tones[steps])

    def _cast_shadow(self, picture: Picture, actor: Actor) -> None:
        """A soft dark patch on the floor under the feet, drawn out away from the light."""
        if actor.lift > 0.1:
            return
        x, z = actor.spot
        reach = 0.42 if actor.posture is not Posture.SIT else 0.55
        self.shade(picture, ((x - reach, z - reach), (2 * reach, 0.0), (0.0, 2 * reach)), -0.75)
        sky = self.place.sky
        if sky.sun is not None and max(sky.sunlight) > 0.25:
            length = -1.5 / sky.sun[1]
            along = np.array([sky.sun[0] * length, sky.sun[2] * length])
            across = np.array([-along[1], along[0]]) / max(float(np.linalg.norm(along)), 0.1) * 0.35
            start = np.array([x, z]) - across - 0.12 * along
            strength = -min(0.6, 0.5 * max(sky.sunlight))
            self.shade(picture, (tuple(start), tuple(1.2 * along), tuple(2 * across)), strength)

    def shade(self, picture: Picture, patch: tuple[Spot, Spot, Spot], strength: float) -> None:
        """A soft patch on the floor by one corner and two sides (x, z) in metres."""
        start, one, two = (np.array(part) for part in patch)
        corners = np.array([[spot[0], 0, spot[1]] for spot in (start, start + one, start + two)])
        spots = self.place.view.project(corners, self.size)
        if spots[:, 2].min() < 0.5:
            return
        side = float(self._shadow.shape[0])
        source = np.array([[0, 0], [side, 0], [0, side]], np.float32)
        warp = cv2.getAffineTransform(source, spots[:, :2].copy())
        blend(picture, as_floats(warp), (self._shadow, strength), self._floor)

    def _shine(self, picture: Picture, one: _Drawn) -> None:
        """The glare of a cap lamp that looks at the camera."""
        actor = one.actor
        if one.lamp is None or self.place.sky.sun is not None:
            return
        x, _, z = self.place.view.position
        away = np.array([actor.spot[0] - x, actor.spot[1] - z])
        facing = -float(np.sin(actor.heading) * away[0] + np.cos(actor.heading) * away[1]) / float(np.linalg.norm(away))
        if facing < 0.35:
            return
        reach = one.area**0.5 * 0.45 * facing + 3
        scale = 2 * reach / self._shadow.shape[0]
        warp = np.array([[scale, 0, one.lamp[0] - reach], [0, scale, one.lamp[1] - reach]])
        blend(picture, warp, (self._shadow**3, 0.8 * facing))

    def _seen(self, one: _Drawn, index: int, owner: Picture, kind: Picture) -> Seen | None:
        window = one.window
        mine = owner[window] == index
        count = int(np.count_nonzero(mine))
        if count < 12:
            return None
        offset = (window[1].start, window[0].start)
        kinds = np.where(mine, kind[window], 0)
        bare = one.actor.look.helmet is None
        box = box_of(mine, offset)
        if box is None:  # a sliver one pixel wide
            return None
        return Seen(
            one.actor.person,
            box,
            min(1.0, count / max(one.area, 1.0)),
            None if bare else box_of((kinds & HELMET) > 0, offset),
            box_of((kinds & HEAD) > 0, offset) if bare else None,
            box_of((kinds & VEST) > 0, offset) if one.actor.look.vest else None,
        )
