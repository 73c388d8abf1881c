"""What a camera normally shows, learnt slowly, and how a picture differs from it.

Three questions, each answered so that light does not matter:

* *Is the structure still there?* In each cell of a grid the directions of the coarse gradients are compared with the
  reference's. Brightness, contrast and even their reversal (infrared) leave the direction of an edge as it is; blur
  leaves it too at this scale; something before the lens does not.
* *Is it as sharp as normal?* The ratio of fine to coarse gradients in the cells whose structure is still there, over
  the same ratio of the reference. More light or contrast changes both parts alike.
* *Is it the same view, shifted?* Phase correlation, asked only when structure is missing, and believed only when the
  shifted structure really agrees.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from minewarden.vision.frame import Image

FloatImage = NDArray[np.float32]

COLUMNS, ROWS = 8, 6
COARSE_WIDTH = 80
# A coarse gradient weaker than this (grey levels a coarse pixel, mean over the cell) is shading or noise: sensor noise
# of 8 levels averaged over a coarse pixel of 1080p (24 × 24) leaves 0.3.
STRUCTURE = 1.5
# Fewer cells than this with structure are too few to judge a view by: one tenth of the grid.
ENOUGH_CELLS = 5
# The mean of cos 2Δ is 1 for the same structure and 0 for any other: below the middle, it is more gone than there.
LOST_BELOW = 0.5
# Below this mean agreement it is worth asking for a shift; traffic and people leave four fifths of a view alone.
DOUBTFUL_BELOW = 0.85
# A shift is believed when what it brings together agrees nearly fully, and clearly better than without it.
SHIFT_AGREES, SHIFT_GAINS = 0.7, 0.2
# Of the old view at least a third must still be seen each way, or there is too little to recognise it by.
LARGEST_SHIFT = 2 / 3
# The Laplacian (4 neighbours less 4 times the middle) makes noise of variance v into variance (4 + 16) v.
LAPLACIAN_OF_NOISE = 20.0
# Cells in which nothing can be seen for want or excess of light are not told: black + 8 levels, white.
CELL_DARK, CELL_BRIGHT = 24.0, 232.0
# As bright as before: by no more of itself than this, or by no more than compression leaves of a dark cell (levels).
AS_BRIGHT_BY, AS_BRIGHT_LEVELS = 0.15, 3.0


@dataclass(frozen=True, slots=True)
class Reference:
    """The learnt view. ``background`` is the mean small picture (h, w) float32, learnt over ``seconds``, ``looks``.

    ``learnt_at`` is the time (s, UTC) of the last picture learnt.
    """

    background: FloatImage
    saturation: float | None
    looks: int
    seconds: float
    learnt_at: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """How one picture differs from the reference.

    ``told`` is the number of cells that could be judged. ``lost`` (told ≥ ``ENOUGH_CELLS``) is the share of them
    whose structure is gone, (rows, columns) of those in ``lost_cells``. ``richness`` is the fineness of the lost cells
    over that of the reference. ``agreement`` is the mean agreement of the cells told (about 0…1).
    ``sharpness`` is the fineness of the kept cells over normal, None with too few of them.
    ``shift`` is (dx, dy) in fractions of the picture when the view is the reference's, shifted.
    """

    told: int
    lost: float
    lost_cells: NDArray[np.bool_]
    agreement: float
    richness: float
    sharpness: float | None
    shift: tuple[float, float] | None

    @property
    def comparable(self) -> bool:
        """Whether there was enough structure to judge by."""
        return self.told >= ENOUGH_CELLS

    @property
    def doubtful(self) -> bool:
        """Whether so much of the structure does not agree that it may be another view."""
        return self.comparable and self.agreement < DOUBTFUL_BELOW

    def without(self, hidden: NDArray[np.bool_]) -> Comparison:
        """The same, but what is lost in the ``hidden`` cells is not counted as lost."""
        lost_cells = self.lost_cells & ~hidden
        return replace(self, lost_cells=lost_cells, lost=float(lost_cells.sum()) / self.told if self.told else 0.0)


def learn(reference: Reference | None, small: Image, saturation: float | None, at: float, horizon: float) -> Reference:
    """The reference after one more picture; ``horizon`` (s) is the time over which older pictures fade.

    The first pictures weigh equally, so that the reference is good from the first second on.
    """
    if reference is None or reference.background.shape != small.shape:
        return Reference(small.astype(np.float32), saturation, 1, 0.0, at)
    elapsed = min(max(at - reference.learnt_at, 0.0), horizon)
    weight = max(1 / (reference.looks + 1), elapsed / horizon) if reference.seconds < horizon else elapsed / horizon
    background = cv2.addWeighted(reference.background, 1 - weight, small.astype(np.float32), weight, 0)
    colour = reference.saturation
    if saturation is not None:
        colour = saturation if colour is None else (1 - weight) * colour + weight * saturation
    seconds = min(reference.seconds + elapsed, horizon)
    return Reference(np.asarray(background, np.float32), colour, reference.looks + 1, seconds, at)


def compare(reference: Reference, small: Image, noise: float = 0.0) -> Comparison:
    """How this picture (same shape as the reference's) differs from the reference.

    ``noise`` is the standard deviation of the noise that is left in the small picture (grey levels): it is not taken
    for fine structure.
    """
    now, then = _Structure(small.astype(np.float32)), _Structure(reference.background)
    seen = _per_cell(small.astype(np.float32))
    told = (_per_cell(then.strength) >= STRUCTURE) & (seen > CELL_DARK) & (seen < CELL_BRIGHT)
    count = int(told.sum())
    agreements = _agreement(now, then)
    lost_cells = told & (agreements < LOST_BELOW)
    agreement = float(agreements[told].mean()) if count else 0.0
    kept = told & ~lost_cells
    lost = float(lost_cells.sum()) / count if count else 0.0
    fine_now, fine_then = now.fineness(noise), then.fineness(0.0)
    richness = float(np.median(fine_now[lost_cells] / fine_then[lost_cells])) if lost_cells.any() else 1.0
    sharpness = None
    if int(kept.sum()) >= ENOUGH_CELLS:
        normal = fine_then[kept] / _per_cell(then.strength)[kept]
        present = fine_now[kept] / np.maximum(_per_cell(now.strength)[kept], 1e-6)
        sharpness = float(np.median(present / normal))
    doubtful = count >= ENOUGH_CELLS and agreement < DOUBTFUL_BELOW
    return Comparison(
        told=count,
        lost=lost,
        lost_cells=lost_cells,
        agreement=agreement,
        richness=richness,
        sharpness=sharpness,
        shift=_shift(now, then, agreement) if doubtful else None,
    )


def as_bright(reference: Reference, small: Image) -> float:
    """The share of all cells that are as bright as in the reference: another light changes most of them, people few."""
    now, then = _per_cell(small.astype(np.float32)), _per_cell(reference.background)
    return float((np.abs(now - then) <= np.maximum(AS_BRIGHT_BY * then, AS_BRIGHT_LEVELS)).mean())


class _Structure:
    """A picture's coarse gradients; the fine ones on demand."""

    def __init__(self, small: FloatImage) -> None:
        self.small = small
        height, width = small.shape
        size = (min(COARSE_WIDTH, width), max(ROWS, round(height * min(COARSE_WIDTH, width) / width)))
        shrunk = cv2.resize(small, size, interpolation=cv2.INTER_AREA)
        self.coarse: FloatImage = np.asarray(cv2.GaussianBlur(shrunk, (0, 0), 1.0), np.float32)
        self.dx, self.dy, self.strength = _gradient(self.coarse)

    def fineness(self, noise: float) -> FloatImage:
        """(ROWS, COLUMNS): root mean square of the Laplacian, which blur takes first, less noise; grey levels."""
        laplacian = np.asarray(cv2.Laplacian(self.small, cv2.CV_32F), np.float32)
        energy = _per_cell(laplacian * laplacian) - LAPLACIAN_OF_NOISE * noise * noise
        return np.asarray(np.sqrt(np.maximum(energy, 1e-3)), np.float32)


def _gradient(picture: FloatImage) -> tuple[FloatImage, FloatImage, FloatImage]:
    """Gradient across, down, and its length, in grey levels a pixel."""
    dx = cv2.Sobel(picture, cv2.CV_32F, 1, 0, scale=1 / 8)
    dy = cv2.Sobel(picture, cv2.CV_32F, 0, 1, scale=1 / 8)
    return np.asarray(dx, np.float32), np.asarray(dy, np.float32), np.asarray(cv2.magnitude(dx, dy), np.float32)


def _per_cell(values: FloatImage) -> FloatImage:
    """(ROWS, COLUMNS) means."""
    return np.asarray(cv2.resize(values, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA), np.float32)


def _agreement(now: _Structure, then: _Structure) -> FloatImage:
    """(ROWS, COLUMNS): mean cos 2Δ of the two gradient directions, weighted by the reference's strength."""
    return _agree(now.dx, now.dy, now.strength, then.dx, then.dy, then.strength)


def _agree(*fields: FloatImage) -> FloatImage:
    dx, dy, strength, then_dx, then_dy, weight = fields
    along = dx * then_dx + dy * then_dy
    cosine = 2 * np.clip(along / np.maximum(strength * weight, 1e-3), -1, 1) ** 2 - 1
    cells = _per_cell(np.asarray(weight * cosine, np.float32)) / np.maximum(_per_cell(weight), 1e-6)
    return np.asarray(cells, np.float32)


def _shift(now: _Structure, then: _Structure, unshifted: float) -> tuple[float, float] | None:
    """The shift (fractions of width and height) that brings the reference's structure to where it is now, or None."""
    height, width = then.coarse.shape
    window = cv2.createHanningWindow((width, height), cv2.CV_32F)
    # phaseCorrelate multiplies the window into its arguments where their size needs no padding: give it copies.
    (across, down), _ = cv2.phaseCorrelate(then.strength.copy(), now.strength.copy(), window)
    # It takes the middle of an odd number of samples half a sample too far.
    across -= 0.5 * (cv2.getOptimalDFTSize(width) % 2)
    down -= 0.5 * (cv2.getOptimalDFTSize(height) % 2)
    if abs(across) > width * LARGEST_SHIFT or abs(down) > height * LARGEST_SHIFT:
        return None
    move = np.array([[1, 0, across], [0, 1, down]], np.float32)
    brought = cv2.warpAffine(then.coarse, move, (width, height), borderMode=cv2.BORDER_REPLICATE)
    inside = cv2.warpAffine(np.ones_like(then.coarse), move, (width, height))
    dx, dy, strength = _gradient(np.asarray(brought, np.float32))
    strength = np.asarray(strength * inside, np.float32)
    told = _per_cell(strength) >= STRUCTURE
    agreement = _agree(now.dx, now.dy, now.strength, dx, dy, strength)
    if int(told.sum()) < ENOUGH_CELLS or float(agreement[told].mean()) < max(SHIFT_AGREES, unshifted + SHIFT_GAINS):
        return None
    return across / width, down / height
