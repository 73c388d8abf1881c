"""A veil that is followed, and whether it behaves as smoke does: it rises, spreads and is never still."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from minewarden.vision.detections import BoolArray

# A plume must have risen by so many cells since it was first seen, its middle by more than this share of what it went
# aside, and within the last so many seconds have grown by so much; one that still does when it is so old (s) is smoke
# for as long as it is there.
RISES, UPWARDS = 2, 0.6
GROWS_OVER, GROWS_BY, FIRM_AFTER = 2.0, 1.2, 3.0
# Such a column that covers so much of the picture need not grow any more: it came between two looks of a patrol.
LARGE = 0.07
# Smoke is never still: from look to look (no further apart than s) the brightness of its cells changes by so much, the
# median over so long (s) and at least so many looks; measured 0.6 to 2 %, on people who stand and on ghosts 0.25 %.
ALIVE, ALIVE_OVER, ALIVE_LOOKS = 0.0043, 1.5, 4
# A plume lost for so long (s) is gone.
LOST_AFTER = 1.5


@dataclass(frozen=True, slots=True)
class Size:
    """What a plume was at a time: how many cells, the row of its top, its middle (column, row); and by what share the
    brightness of its cells changed since the look before, None where that was too long ago.
    """

    at: float
    cells: int
    top: int
    x: float
    y: float
    stir: float | None = None


@dataclass(frozen=True, slots=True)
class Plume:
    """A veil that is followed. ``foot`` (rows, columns) are its lowest cells when it was first seen, ``cells`` where it
    is now, ``sizes`` what it was at each look. ``firm``: it has been smoke long enough to need no more growth;
    ``tall``: it stood there as a column when it was first seen.
    """

    since: float
    seen_at: float
    foot: BoolArray
    cells: BoolArray
    sizes: tuple[Size, ...]
    firm: bool = False
    tall: bool = False


def smokes(plume: Plume | None, at: float) -> bool:
    """Whether what is followed behaves as smoke as far as one can tell yet: it is there, and did not stop growing."""
    if plume is None or at - plume.seen_at > LOST_AFTER:
        return False
    return _alive(plume, at) and (plume.firm or at - plume.since < GROWS_OVER or grows(plume, at))


def _alive(plume: Plume, at: float) -> bool:
    """Whether it moves in itself, as far as that is known: somebody who stands there does not."""
    stirs = [size.stir for size in plume.sizes if size.stir is not None and at - size.at <= ALIVE_OVER]
    return len(stirs) < ALIVE_LOOKS or float(np.median(stirs)) >= ALIVE


def grows(plume: Plume, at: float) -> bool:
    """Whether it has risen, more than it was carried aside, and still becomes larger."""
    first, last = plume.sizes[0], plume.sizes[-1]
    risen = first.top - min(size.top for size in plume.sizes) >= RISES or plume.tall
    if not risen or first.y - last.y < UPWARDS * abs(last.x - first.x):
        return False
    area = _recent(plume, at, 0.5)
    large = plume.tall and area >= LARGE * plume.cells.size
    return large or area >= GROWS_BY * max(_recent(plume, at - GROWS_OVER, 0.7), 1.0)


def covers(plume: Plume) -> float:
    """The share of the picture that it covers."""
    return float(plume.cells.mean())


def _recent(plume: Plume, at: float, within: float) -> float:
    """The median of what it covered about a time; of the last before it where nobody looked then."""
    near = [size.cells for size in plume.sizes if abs(size.at - at) <= within]
    if near:
        return float(np.median(near))
    earlier = [size.cells for size in plume.sizes if size.at <= at]
    return float(earlier[-1] if earlier else plume.sizes[0].cells)
