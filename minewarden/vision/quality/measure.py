"""The figures of one picture: light, sharpness, noise, colour, change. About 1 ms for a 1080p picture.

The brightness plane is brought down once to a width of ``WORK_WIDTH`` and everything but noise and freezing is
measured there; the same small picture serves the motion gate. Noise does not survive the averaging, so it is measured
on a few tiles of the full picture.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from minewarden.vision.frame import Frame, Image

from .breaks import WHOLE, Breaks, breaks_of

WORK_WIDTH = 320
# Limited-range video has black at 16 and white at 235 (ITU-R BT.709). A margin of one JND-sized step (16) above black
# takes in what compression and sensor offset add; of white, compression takes a level or two.
DARK_LUMA = 32
BRIGHT_LUMA = 232
# Tiles of the full picture for noise and freezing: 4 × 3 of them, spread evenly, 64 × 48 pixels each.
TILE_COLUMNS, TILE_ROWS, TILE_WIDTH, TILE_HEIGHT = 4, 3, 64, 48
# A difference that the eye or a re-quantised key frame makes: more than one grey level after averaging.
CHANGED_BY = 2
# Up to this much difference between two pictures (grey levels) need not be asked whether it is noise or movement.
CALM = 3.0

FloatImage = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Quality:
    """One picture's figures. Grey levels are 0…255; shares are 0…1.

    ``small`` is the picture at work size. ``saturation`` is the mean distance of the chroma from grey (grey levels),
    None where the pixel format gives no chroma planes. ``noise`` is the standard deviation of what is neither
    structure nor movement, ``small_noise`` what is left of it in ``small``. ``changed`` is the share of small pixels
    that differ from the look before, ``stir`` the mean absolute difference on the full-size tiles; both None on the
    first look. ``breaks`` is what of it looks like lost packets or a bad line, ``damaged`` whether the decoder itself
    says that the picture is not whole.
    """

    small: Image
    mean: float
    deviation: float
    median: float
    p95: float
    dark_share: float
    bright_share: float
    entropy: float
    sharpness: float
    noise: float
    small_noise: float
    saturation: float | None
    changed: float | None
    stir: float | None
    breaks: Breaks = WHOLE
    damaged: bool = False


class QualityMeter:
    """Measures one camera's pictures, one after the other; remembers the picture before."""

    def __init__(self) -> None:
        self._small: Image | None = None
        self._tiles: NDArray[np.uint8] | None = None

    def measure(self, frame: Frame) -> Quality:
        """The figures of this picture; the change is that since the last call."""
        return self.measure_planes(frame.luma, frame.chroma(), damaged=frame.damaged)

    def measure_planes(self, luma: Image, chroma: tuple[Image, Image] | None, *, damaged: bool = False) -> Quality:
        """As :meth:`measure`, from the planes: luma (H, W) and the two chroma planes, all uint8."""
        small = shrink(luma)
        tiles = _tiles_of(luma)
        counted = cv2.calcHist([small], [0], None, [256], [0, 256])
        histogram = np.asarray(counted, np.float64).ravel() / small.size
        levels = np.cumsum(histogram)
        mean, deviation = cv2.meanStdDev(small)
        changed = stir = None
        if self._small is not None and self._small.shape == small.shape:
            changed = float(np.count_nonzero(cv2.absdiff(small, self._small) >= CHANGED_BY)) / small.size
        noise = np.inf
        if self._tiles is not None and self._tiles.shape == tiles.shape:
            stir = float(_spread(tiles, self._tiles).mean())
            noise = _temporal_noise(tiles, self._tiles)
        if noise > CALM:
            noise = min(noise, _spatial_noise(tiles))
        self._small, self._tiles = small, tiles
        return Quality(
            small=small,
            mean=float(mean[0, 0]),
            deviation=float(deviation[0, 0]),
            median=float(np.searchsorted(levels, 0.5)),
            p95=float(np.searchsorted(levels, 0.95)),
            dark_share=float(levels[DARK_LUMA]),
            bright_share=float(1 - levels[BRIGHT_LUMA - 1]),
            entropy=_entropy(histogram),
            sharpness=float(cv2.meanStdDev(cv2.Laplacian(small, cv2.CV_16S))[1][0, 0]),
            noise=float(noise),
            small_noise=noise * small.shape[1] / luma.shape[1],
            saturation=None if chroma is None else _saturation(*chroma),
            changed=changed,
            stir=stir,
            breaks=breaks_of(luma),
            damaged=damaged,
        )


def shrink(luma: Image) -> Image:
    """The picture at work size: ``WORK_WIDTH`` wide, same shape, each pixel the mean of what it covers.

    A copy even where nothing is to be shrunk, because ``luma`` may be a view into a buffer of the decoder.
    """
    height, width = luma.shape
    if width <= WORK_WIDTH:
        return luma.copy()
    size = (WORK_WIDTH, max(1, round(height * WORK_WIDTH / width)))
    return np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_AREA), np.uint8)


def small_chroma(frame: Frame, small: Image) -> tuple[Image, Image]:
    """The (U, V) planes of a picture at half the size of ``small``, its brightness at work size.

    From the decoder's own planes where there are any, which costs 0.2 ms at 1080p; else by a conversion.
    """
    planes = frame.chroma()
    if planes is None:
        planes = replace(frame, picture=frame.picture.reformat(format="yuv420p")).chroma()
        assert planes is not None
    size = (small.shape[1] // 2, small.shape[0] // 2)
    u, v = (np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.uint8) for plane in planes)
    return u, v


def _tiles_of(luma: Image) -> NDArray[np.uint8]:
    """(tiles, h, w): parts of the full picture, the middles of a 4 × 3 grid. Copied."""
    height, width = luma.shape
    tile_h, tile_w = min(TILE_HEIGHT, height // TILE_ROWS), min(TILE_WIDTH, width // TILE_COLUMNS)
    tops = [(2 * row + 1) * height // (2 * TILE_ROWS) - tile_h // 2 for row in range(TILE_ROWS)]
    lefts = [(2 * column + 1) * width // (2 * TILE_COLUMNS) - tile_w // 2 for column in range(TILE_COLUMNS)]
    return np.stack([luma[top : top + tile_h, left : left + tile_w] for top in tops for left in lefts])


# Immerkær, "Fast Noise Variance Estimation" (1996): this mask is blind to constant and linear parts of a picture.
_IMMERKAER = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)


def _spatial_noise(tiles: NDArray[np.uint8]) -> float:
    """Noise by Immerkær's mask on each tile; the lower quartile, because texture looks like noise to it."""
    estimates = []
    for tile in tiles:
        response = cv2.filter2D(tile, cv2.CV_32F, _IMMERKAER)[1:-1, 1:-1]
        estimates.append(float(np.abs(response).mean()) * np.sqrt(np.pi / 2) / 6)
    return float(np.quantile(estimates, 0.25))


def _spread(tiles: NDArray[np.uint8], before: NDArray[np.uint8]) -> NDArray[np.float64]:
    """(tiles,): the mean absolute difference of each tile from that of the picture before."""
    return np.array([cv2.mean(cv2.absdiff(now, then))[0] for now, then in zip(tiles, before, strict=True)])


def _temporal_noise(tiles: NDArray[np.uint8], before: NDArray[np.uint8]) -> float:
    """Noise by what differs between two pictures, but for light that rises or falls over a tile as a whole; the lower
    quartile, because movement differs too."""
    apart = np.subtract(tiles, before, dtype=np.int16)
    light = apart.mean(axis=(1, 2), dtype=np.float32)
    spread = [float(np.abs(tile - level).mean()) for tile, level in zip(apart, light, strict=True)]
    return float(np.quantile(spread, 0.25)) * float(np.sqrt(np.pi / 2) / np.sqrt(2))


def _entropy(histogram: NDArray[np.float64]) -> float:
    """Shannon's entropy of the brightness, in bits (0…8)."""
    shares = histogram[histogram > 0]
    return float(-(shares * np.log2(shares)).sum())


def _saturation(u: Image, v: Image) -> float:
    """Mean distance from grey over a sixteenth of the chroma samples: colour is a matter of areas, not of pixels."""
    across = np.abs(u[::4, ::4].astype(np.int16) - 128).mean()
    along = np.abs(v[::4, ::4].astype(np.int16) - 128).mean()
    return float(across + along)
