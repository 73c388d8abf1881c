"""Short stories for the tests, and how to read a clip back."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from minewarden.simulate.video.effects import Disturbance, Fault
from minewarden.simulate.video.look import Look
from minewarden.simulate.video.pose import Posture
from minewarden.simulate.video.script import Script, Spell, Stay, Visit, Walk

SIZE = (320, 180)
FPS = 5
MINER = Look(helmet="yellow", vest="lime")
BARE = Look(helmet=None, jacket="white", lamp=False)


def roadway(seconds: float, *visits: Visit, spells: tuple[Spell, ...] = (), limit: int | None = None) -> Script:
    return Script("test", "rail_roadway", 9, seconds, visits, spells, limit=limit)


def standing(look: Look, at: float, seconds: float, spot: tuple[float, float] = (0.3, 5.0)) -> Visit:
    return Visit(look, at, spot, (Stay(seconds, Posture.STAND, heading=3.1),))


def walking(look: Look, at: float) -> Visit:
    return Visit(look, at, (0.2, 4.0), (Walk((0.2, 7.0)),))


def spell(kind: Fault | Disturbance, start: float, end: float, amount: float = 1.0) -> tuple[Spell, ...]:
    return (Spell(kind, start, end, amount),)


def frames(path: Path) -> list[NDArray[np.uint8]]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="bgr24") for frame in container.decode(video=0)]
