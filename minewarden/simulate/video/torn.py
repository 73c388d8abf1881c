"""Pictures as a decoder shows them after packets were lost, and as a bad line shows them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .view import Picture, Size, as_picture

BLOCK = 16
# One damage stays for so many frames, until the next key frame mends it; one in so many is not damaged at all.
LASTS, MENDED = 6, 5


class Torn:
    """Damages pictures of one size. What is damaged, and how, changes every ``LASTS`` frames."""

    def __init__(self, size: Size, seed: int) -> None:
        self._size = size
        self._seed = seed
        self._first = int(np.random.default_rng([seed, 41]).integers(len(WAYS)))

    def damage(self, picture: Picture, amount: float, index: int) -> Picture:
        """The picture of frame ``index``, damaged over about ``amount`` (0…1) of its height."""
        turn = index // LASTS
        if amount <= 0 or turn % MENDED == MENDED - 1:
            return picture
        random = np.random.default_rng([self._seed, 43, turn])
        way = WAYS[(self._first + turn // MENDED) % len(WAYS)]
        rows = self._size[1] // BLOCK
        high = max(2, round(rows * min(1.0, amount) * float(random.uniform(0.4, 0.8))))
        top = int(random.integers(1, max(2, rows - high))) * BLOCK
        torn = picture.copy()
        way(torn, random, top, high * BLOCK)
        return as_picture(torn)


def _mosaic(picture: Picture, random: np.random.Generator, top: int, height: int) -> None:
    """Blocks from elsewhere, shifted or of a wrong colour."""
    source = picture.copy()
    rows, columns = picture.shape[0] // BLOCK, picture.shape[1] // BLOCK
    for row in range(top // BLOCK, min(rows, (top + height) // BLOCK)):
        for column in range(columns):
            if random.random() < 0.3:
                continue
            y, x = row * BLOCK, column * BLOCK
            from_y, from_x = int(random.integers(rows)) * BLOCK, int(random.integers(columns)) * BLOCK
            block = source[from_y : from_y + BLOCK, from_x : from_x + BLOCK].astype(np.int16)
            if random.random() < 0.5:
                block = block + random.integers(-90, 91, 3)
            picture[y : y + BLOCK, x : x + BLOCK] = np.clip(block, 0, 255)


def _smear(picture: Picture, random: np.random.Generator, top: int, height: int) -> None:
    """The last row that came stands down to the end of the picture."""
    picture[top:] = picture[top - 1]


def _grey(picture: Picture, random: np.random.Generator, top: int, height: int) -> None:
    """Nothing came below a line, from somewhere in a row of blocks on."""
    from_x = int(random.integers(picture.shape[1] // BLOCK // 3)) * BLOCK
    picture[top : top + BLOCK, from_x:] = 128
    picture[top + BLOCK :] = 128


def _tear(picture: Picture, random: np.random.Generator, top: int, height: int) -> None:
    """Bands of the picture stand far aside, as after a lost synchronisation."""
    line = top
    while line < min(top + height, picture.shape[0]):
        band = int(random.integers(12, 60))
        aside = int(random.integers(picture.shape[1] // 10, picture.shape[1] // 2)) * int(random.choice([-1, 1]))
        picture[line : line + band] = np.roll(picture[line : line + band], aside, axis=1)
        line += band


WAYS: tuple[Callable[[Picture, np.random.Generator, int, int], None], ...] = (_mosaic, _smear, _grey, _tear)
