"""What a person wears, and the parts a body is drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from .place import Colour
from .pose import Body, Joint

# Linear blue, green, red.
HELMETS: dict[str, Colour] = {
    "yellow": (0.02, 0.50, 0.80),
    "red": (0.04, 0.03, 0.62),
    "white": (0.75, 0.78, 0.78),
    "blue": (0.55, 0.17, 0.03),
    "orange": (0.02, 0.22, 0.80),
    "black": (0.03, 0.03, 0.03),
}
VESTS: dict[str, Colour] = {"lime": (0.04, 0.75, 0.55), "orange": (0.02, 0.17, 0.75)}
SUITS: dict[str, Colour] = {
    "navy": (0.13, 0.06, 0.03),
    "blue": (0.30, 0.13, 0.06),
    "grey": (0.16, 0.15, 0.14),
    "green": (0.07, 0.11, 0.07),
    "black": (0.03, 0.028, 0.028),
    "khaki": (0.11, 0.18, 0.22),
    "orange": (0.03, 0.12, 0.50),
    "white": (0.50, 0.52, 0.53),
    "red": (0.04, 0.03, 0.30),
}
SKINS: tuple[Colour, ...] = ((0.20, 0.30, 0.52), (0.26, 0.37, 0.60), (0.14, 0.21, 0.38), (0.09, 0.13, 0.24))


class Part(IntEnum):
    """What a pixel of a figure belongs to; values are stored in the sprite's part layer."""

    NOTHING = 0
    JACKET = 1
    TROUSERS = 2
    BOOT = 3
    SKIN = 4
    HAIR = 5
    FEATURE = 6
    HELMET = 7
    LAMP = 8
    GEAR = 9
    HAND = 10


# The trunk as four ellipsoids: share of the spine, half width, half height, half depth in metres.
TRUNK = ((0.14, 0.170, 0.13, 0.125), (0.34, 0.172, 0.15, 0.125), (0.56, 0.185, 0.15, 0.13), (0.74, 0.182, 0.13, 0.118))


@dataclass(frozen=True, slots=True)
class Look:
    """A person's clothes. ``helmet`` and ``vest`` are colour names or None; ``stout`` widens the body."""

    helmet: str | None = "yellow"
    vest: str | None = None
    jacket: str = "navy"
    trousers: str = "navy"
    lamp: bool = True
    stripes: bool = True
    skin: int = 0
    height: float = 1.74
    stout: float = 1.0

    @classmethod
    def drawn(cls, random: np.random.Generator, bare: float = 0.3) -> Look:
        """Somebody at random; ``bare`` is the share of people without a helmet."""
        helmeted = bool(random.random() >= bare)
        jacket = str(random.choice(list(SUITS)))
        same = bool(random.random() < 0.5)
        return cls(
            helmet=str(random.choice(["yellow", "red", "white", "blue", "orange"])) if helmeted else None,
            vest=str(random.choice(list(VESTS))) if random.random() < 0.35 else None,
            jacket=jacket,
            trousers=jacket if same else str(random.choice(["navy", "black", "grey", "khaki", "blue"])),
            lamp=bool(helmeted and random.random() < 0.6),
            stripes=bool(random.random() < 0.5),
            skin=int(random.integers(len(SKINS))),
            height=float(random.uniform(1.6, 1.85)),
            stout=float(random.uniform(0.92, 1.18)),
        )


@dataclass(frozen=True, slots=True)
class Limb:
    """A round limb from ``start`` to ``end`` (metres), its radius going from ``thick`` to ``thin``."""

    part: Part
    start: Joint
    end: Joint
    thick: float
    thin: float


@dataclass(frozen=True, slots=True)
class Bulb:
    """An ellipsoid; ``tilt`` turns it about the x axis (nose down positive), ``above`` cuts it off below its centre."""

    part: Part
    centre: Joint
    radii: tuple[float, float, float]
    tilt: float = 0.0
    above: float | None = None


def parts(body: Body, look: Look) -> list[Limb | Bulb]:
    """All pieces of a dressed person."""
    return [*_legs(body), *_trunk(body, look), *_arms(body), *_head(body, look)]


def _legs(body: Body) -> list[Limb | Bulb]:
    pieces: list[Limb | Bulb] = []
    for hip, knee, ankle in zip(body.hips, body.knees, body.ankles, strict=True):
        shin = ankle - knee
        toe = ankle + np.array([0.0, -0.03, 0.15]) if shin[1] < -0.25 else ankle + np.array([0.0, -0.12, 0.05])
        pieces += [
            Limb(Part.TROUSERS, hip, knee, 0.098, 0.07),
            Limb(Part.TROUSERS, knee, knee + 0.6 * shin, 0.07, 0.064),
            Limb(Part.BOOT, knee + 0.55 * shin, ankle, 0.066, 0.055),
            Limb(Part.BOOT, ankle + np.array([0.0, -0.025, -0.03]), toe, 0.052, 0.042),
        ]
    return pieces


def _trunk(body: Body, look: Look) -> list[Limb | Bulb]:
    spine = body.neck - body.pelvis
    wide = look.stout
    pieces: list[Limb | Bulb] = [Bulb(Part.TROUSERS, body.pelvis, (0.17 * wide, 0.13, 0.125 * wide))]
    rows = (
        (0.14, 0.170, 0.13, 0.125),
        (0.34, 0.172, 0.15, 0.125),
        (0.56, 0.185, 0.15, 0.130),
        (0.74, 0.182, 0.13, 0.118),
    )
    for share, x, y, z in rows:
        pieces.append(Bulb(Part.JACKET, body.pelvis + share * spine, (x * wide, y, z * wide)))
    pieces.append(Limb(Part.JACKET, body.shoulders[0], body.shoulders[1], 0.066, 0.066))
    for shoulder in body.shoulders:
        pieces.append(Limb(Part.JACKET, body.neck - [0, 0.035, 0.01], shoulder, 0.066, 0.06))
    pieces.append(Limb(Part.SKIN, body.neck - [0, 0.05, 0], body.head, 0.06, 0.055))
    if look.lamp:
        pieces.append(Bulb(Part.GEAR, body.pelvis + np.array([0.17 * wide, 0.06, -0.03]), (0.05, 0.09, 0.06)))
        pieces.append(Bulb(Part.GEAR, body.pelvis + np.array([-0.16 * wide, 0.04, -0.06]), (0.055, 0.1, 0.06)))
    return pieces


def _arms(body: Body) -> list[Limb | Bulb]:
    pieces: list[Limb | Bulb] = []
    for shoulder, elbow, hand in zip(body.shoulders, body.elbows, body.hands, strict=True):
        pieces += [
            Limb(Part.JACKET, shoulder, elbow, 0.066, 0.054),
            Limb(Part.JACKET, elbow, elbow + 0.88 * (hand - elbow), 0.054, 0.044),
            Bulb(Part.HAND, hand + 0.12 * (hand - elbow), (0.042, 0.062, 0.05)),
        ]
    return pieces


def _head(body: Body, look: Look) -> list[Limb | Bulb]:
    tilt = body.facing
    cos, sin = np.cos(tilt), np.sin(tilt)

    def at(x: float, y: float, z: float) -> Joint:
        return np.asarray(body.head + np.array([x, y * cos - z * sin, y * sin + z * cos]))

    pieces: list[Limb | Bulb] = [
        Bulb(Part.SKIN, at(0, 0, 0.0), (0.077, 0.115, 0.098), tilt),
        Bulb(Part.SKIN, at(0, -0.055, 0.035), (0.056, 0.062, 0.06), tilt),
        Bulb(Part.SKIN, at(0, -0.015, 0.098), (0.014, 0.026, 0.018), tilt),
        Bulb(Part.SKIN, at(-0.078, -0.01, 0), (0.012, 0.03, 0.02), tilt),
        Bulb(Part.SKIN, at(0.078, -0.01, 0), (0.012, 0.03, 0.02), tilt),
        Bulb(Part.FEATURE, at(-0.032, 0.018, 0.084), (0.019, 0.011, 0.012), tilt),
        Bulb(Part.FEATURE, at(0.032, 0.018, 0.084), (0.019, 0.011, 0.012), tilt),
        Bulb(Part.FEATURE, at(0, -0.062, 0.089), (0.024, 0.006, 0.012), tilt),
        Bulb(Part.HAIR, at(0, 0.035, -0.022), (0.086, 0.1, 0.098), tilt),
    ]
    if look.helmet is not None:
        pieces += [
            Bulb(Part.HELMET, at(0, 0.05, -0.005), (0.118, 0.115, 0.142), tilt, above=0.0),
            Bulb(Part.HELMET, at(0, 0.052, 0.012), (0.134, 0.013, 0.172), tilt),
            Bulb(Part.HELMET, at(0, 0.062, -0.005), (0.02, 0.115, 0.143), tilt, above=0.0),
        ]
        if look.lamp:
            pieces.append(Bulb(Part.LAMP, at(0, 0.1, 0.135), (0.032, 0.032, 0.024), tilt))
    return pieces
