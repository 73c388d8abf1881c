"""What is known of one seal wall."""

from __future__ import annotations

from dataclasses import dataclass, field

from minewarden.vision.frame import Image

from .lasting import Learnt


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known of one wall: by light and by infrared light (grey); the pictures of the last moments with their
    times; since when (Unix s) it looks otherwise; and how it looked before (JPEG), made when. ``version`` numbers what
    is held for normal.
    """

    coloured: Learnt | None = None
    grey: Learnt | None = None
    recent: tuple[tuple[float, Image], ...] = ()
    since: float | None = None
    picture: bytes | None = field(default=None, repr=False)
    pictured_at: float = 0.0
    version: int = 1
