"""The body of a person: joints for walking, standing, working and sitting, in metres, x right, y up, z ahead."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Joint = NDArray[np.float64]
PHASES = 12
HEIGHT = 1.74


class Posture(StrEnum):
    WALK = "walk"
    STAND = "stand"
    WORK = "work"
    SIT = "sit"
    CROUCH = "crouch"
    DESK = "desk"
    DOZE = "doze"
    SLUMPED = "slumped"
    FALLEN = "fallen"


@dataclass(frozen=True, slots=True)
class Body:
    """Joint positions; pairs are (left, right). ``facing`` is the pitch of the head in radians, down positive."""

    pelvis: Joint
    chest: Joint
    neck: Joint
    head: Joint
    facing: float
    shoulders: tuple[Joint, Joint]
    elbows: tuple[Joint, Joint]
    hands: tuple[Joint, Joint]
    hips: tuple[Joint, Joint]
    knees: tuple[Joint, Joint]
    ankles: tuple[Joint, Joint]


def body(posture: Posture, phase: int) -> Body:
    """The body in one of ``PHASES`` moments of its movement; for still postures the phases are a slight sway."""
    turn = 2 * np.pi * phase / PHASES
    if posture is Posture.WALK:
        legs = [_leg_angles(turn), _leg_angles(turn + np.pi)]
        arms = [(-0.5 * np.sin(turn), 0.35), (0.5 * np.sin(turn), 0.35)]
        return _assemble(0.93 + 0.02 * np.cos(2 * turn), 0.07, 0.1, (legs[0], legs[1]), (arms[0], arms[1]))
    sway = 0.05 * np.sin(turn)
    if posture is Posture.STAND:
        return _assemble(0.94, 0.02, 0.12 + sway, ((0.05, 0.05), (-0.06, 0.02)), ((sway, 0.25), (0.1, 0.4 - sway)))
    if posture is Posture.WORK:
        reach = 0.25 * np.sin(turn)
        return _assemble(
            0.90, 0.45, 0.35, ((0.35, 0.35), (-0.15, 0.25)), ((0.7 + reach, 0.8), (0.9 - reach, 0.6 + reach))
        )
    if posture is Posture.CROUCH:
        return _assemble(0.42, 0.4, 0.2, ((1.5, 2.1), (0.9, 2.1)), ((0.8 + sway, 0.5), (0.6, 0.7 - sway)))
    if posture is Posture.DESK:
        reach = 0.4 * np.sin(turn)
        return _assemble(
            0.50,
            0.22 + 0.4 * reach,
            0.2 + reach,
            ((1.45, 1.45), (1.45, 1.4)),
            ((0.9 + reach, 0.8), (1.0 - reach, 0.5 + reach)),
        )
    if posture is Posture.DOZE:
        breath = 0.3 * sway
        return _assemble(0.50, 0.4 + breath, 0.6, ((1.45, 1.45), (1.45, 1.4)), ((0.9, 1.1), (0.95, 1.05)))
    if posture is Posture.SLUMPED:  # on the ground, the knees up, the head on the chest: nothing moves
        return _middled(_assemble(0.14, 0.25, 0.7, ((1.95, 1.25), (1.85, 1.2)), ((0.5, 0.7), (0.3, 0.9))))
    if posture is Posture.FALLEN:  # prone, the knees drawn up, an arm under the head: nothing moves
        return _middled(_assemble(0.17, 1.42, 1.2, ((1.45, 2.9), (1.3, 2.6)), ((1.3, -2.3), (-1.45, 0.2))))
    return _assemble(0.50, 0.12, 0.15 + sway, ((1.45, 1.45), (1.45, 1.4)), ((0.6 + sway, 0.9), (0.65, 0.85 - sway)))


def _middled(figure: Body) -> Body:
    """The same body pushed along z, so that what lies on the ground is as far before the spot as behind it."""
    ends = [part[2] for part in (figure.head, figure.pelvis, *figure.knees, *figure.ankles, *figure.hands)]
    push = np.array([0.0, 0.0, -(min(ends) + max(ends)) / 2])

    def pushed(pair: tuple[Joint, Joint]) -> tuple[Joint, Joint]:
        return pair[0] + push, pair[1] + push

    return Body(
        figure.pelvis + push,
        figure.chest + push,
        figure.neck + push,
        figure.head + push,
        figure.facing,
        pushed(figure.shoulders),
        pushed(figure.elbows),
        pushed(figure.hands),
        pushed(figure.hips),
        pushed(figure.knees),
        pushed(figure.ankles),
    )


def _leg_angles(turn: float) -> tuple[float, float]:
    """Thigh angle (ahead positive) and bend of the knee in a walking cycle."""
    return 0.42 * float(np.sin(turn)), 0.12 + 0.75 * max(0.0, float(np.cos(turn))) ** 2


def _swing(length: float, angle: float) -> Joint:
    """A limb hanging down, swung ahead by ``angle``."""
    return np.array([0.0, -length * np.cos(angle), length * np.sin(angle)])


def _assemble(
    height: float,
    lean: float,
    facing: float,
    legs: tuple[tuple[float, float], tuple[float, float]],
    arms: tuple[tuple[float, float], tuple[float, float]],
) -> Body:
    """From angles to joints: ``height`` of the pelvis, ``lean`` of the trunk, (thigh, knee) and (shoulder, elbow)."""
    pelvis = np.array([0.0, height, 0.0])
    upright = np.array([0.0, np.cos(lean), np.sin(lean)])
    neck = pelvis + 0.56 * upright
    shoulders, elbows, hands, hips, knees, ankles = [], [], [], [], [], []
    for sign, (thigh, bend), (shoulder, elbow) in zip((-1, 1), legs, arms, strict=True):
        hip = pelvis + np.array([0.09 * sign, -0.02, 0])
        knee = hip + _swing(0.44, thigh)
        joint = pelvis + 0.465 * upright + [0.178 * sign, 0, 0]
        bent = joint + _swing(0.29, shoulder) + [0.035 * sign, 0, 0]
        shoulders.append(joint)
        elbows.append(bent)
        hands.append(bent + _swing(0.27, shoulder + elbow) - [0.02 * sign, 0, 0])
        hips.append(hip)
        knees.append(knee)
        ankles.append(knee + _swing(0.42, thigh - bend))
    tilt = lean * 0.6
    head = neck + 0.14 * np.array([0.0, np.cos(tilt), np.sin(tilt)]) + [0, 0.01, 0.02]
    return Body(
        pelvis,
        pelvis + 0.3 * upright,
        neck,
        head,
        facing,
        (shoulders[0], shoulders[1]),
        (elbows[0], elbows[1]),
        (hands[0], hands[1]),
        (hips[0], hips[1]),
        (knees[0], knees[1]),
        (ankles[0], ankles[1]),
    )
