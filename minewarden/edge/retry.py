"""How long to wait before trying the center again: as a camera is dialled again, but any success begins anew."""

from __future__ import annotations

from random import Random

from minewarden.vision.sources.dial import BackOff, BackOffSettings


def center_back_off(first: float = 0.5, longest: float = 60.0, chance: Random | None = None) -> BackOff:
    """A back-off in seconds; ``was_good_for(0)`` tells it of a success."""
    return BackOff(BackOffSettings(first=first, longest=longest, good=0.0), chance or Random())
