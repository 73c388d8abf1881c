"""Whether the same sequence of pictures comes again: a recording that is played in a loop instead of what is there.

Of each look the change since the look before is kept as 256 bits (signs of random projections: two changes whose
correlation is r differ in about arccos(r) / π of them, two that have nothing to do with one another in 128 ± 8). For
each lag a running mean tells how much looks so far apart agree. A sensor's noise and people on their way are never
twice the same, so the mean stays about 0 at every lag; in a recording it rises at the recording's length, and does so
when the recording was encoded again, for many small agreements at one lag are as telling as a few large ones. Somebody
who sways agrees with himself roughly; a recording agrees but for the encoder's noise, and a look that leaves more than
that speaks against its lag.

What stands still is in no change: a place where nothing at all happens repeats nothing, by night as by day. Lamps that
flash and machines that turn repeat themselves at every multiple of a short period; they agree at short lags as well.
Kept are ``longest`` seconds, no more than ``MOST`` looks: 40 bytes a look and 4 a lag. A look costs 0.3 ms.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from minewarden.vision.frame import Image

WORDS = 4  # of 64 bits
BITS = WORDS * 64
CHANGE_WIDTH = 40
# Dates and names are burnt in at the upper and lower edge, by whoever stands behind the loop too.
EDGE = 1 / 8
# Below this (grey levels over a fortieth of the width, root mean square) nothing has changed: the decoder repeats.
ANY_CHANGE = 0.03
# Agreement is counted in standard deviations of chance (√BITS / 2 bits). One look counts for no more than this: the
# jump of a key frame, which comes every so many seconds and is much the same, must not weigh like many looks.
MOST_OF_A_LOOK = 4.0
# What another encoding leaves between two copies of one change: so many times the quietest looks' energy (no more than
# ``LOUDEST`` counts as quiet), and so much of the change itself, for 256 bits tell a correlation no better.
LEFT, LEFT_OF_CHANGE, QUIET, LOUDEST = 2.5, 0.1, 0.2, 0.4
# Each look is so much of the mean, which then scatters by 0.14 among looks of a close watch and by 0.23 among key
# frames; the best of all lags lies at 1.1 (two looks share a lag, the better counts). A recording encoded anew at
# 512 kb/s gives 3 to 4.
CLOSE_WEIGHT, KEY_WEIGHT = 1 / 24, 1 / 10
AGREES = 2.0
NEARLY = 0.75
# Changes are compared only between looks that are as far apart: looks of a close watch, no more than so many s apart.
CLOSE = 1.0
LOWEST = -0.5  # what spoke against a lag a minute ago must not outweigh what speaks for it now
LAG = 0.25  # s: so exactly does a round of a loop keep its time
# Periods of machines, lamps and breathing are shorter; what agrees there half as much as anywhere is one of them.
SHORTEST, SHORT_FROM = 5.0, 1.5
LONGEST_GOP = 60.0  # s: key frames farther apart tell nothing of one another
MOST = 6000
COSINES = np.cos(np.pi * np.arange(BITS + 1) / BITS)

Bits = NDArray[np.uint64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Repeats:
    """The changes between looks of the last ``longest`` seconds, each look ``weight`` of the means; after a pause of
    more than ``pause`` seconds no change is taken. ``times`` and ``energies`` (n,), ``bits`` (n, WORDS); ``means``
    (lags,) is how much looks agree at each lag of ``LAG`` seconds; ``changed`` whether the last look had changed.
    """

    longest: float
    weight: float
    pause: float
    times: Floats
    energies: Floats
    bits: Bits
    means: NDArray[np.float32]
    changed: bool = False
    looked_at: float = 0.0
    small: Image | None = None
    projections: NDArray[np.float32] | None = None

    @classmethod
    def none(cls, longest: float, weight: float = CLOSE_WEIGHT, pause: float = CLOSE) -> Repeats:
        """Nothing was seen yet."""
        means = np.zeros(int(longest / LAG) + 2, np.float32)
        return cls(longest, weight, pause, np.empty(0), np.empty(0), np.empty((0, WORDS), np.uint64), means)

    def after(self, small: Image, at: float) -> Repeats:
        """With one look more, at ``at`` (s). A clock that is set back or a picture of another size begins anew."""
        if self.small is None or self.small.shape != small.shape or at <= self.looked_at:
            fresh = Repeats.none(self.longest, self.weight, self.pause)
            return replace(fresh, small=small, looked_at=at, projections=self.projections)
        if at - self.looked_at > self.pause:
            return replace(self, small=small, looked_at=at, changed=False)
        change = _change(small, self.small)
        energy = float(np.sqrt(np.mean(change * change)))
        if energy < ANY_CHANGE:
            return replace(self, small=small, looked_at=at, changed=False)
        matrix = self.projections
        if matrix is None or len(matrix) != change.size:
            matrix = _projections(change.size)
        signs = np.packbits((change.ravel() @ matrix) > 0).view(np.uint64)
        kept = slice(max(int(np.searchsorted(self.times, at - self.longest)), len(self.times) + 1 - MOST), None)
        times, energies, bits = self.times[kept], self.energies[kept], self.bits[kept]
        apart = np.bitwise_count(bits ^ signs).sum(axis=1, dtype=np.int64)
        return Repeats(
            self.longest,
            self.weight,
            self.pause,
            np.append(times, at),
            np.append(energies, energy),
            np.concatenate((bits, signs[None])),
            _means_after(self.means, at - times, _agreement(apart, energies, energy), self.weight),
            True,
            at,
            small,
            matrix,
        )

    def period(self) -> tuple[bool | None, float, float]:
        """Whether what is seen was seen before, the period (s) and how much it agrees (0 or more, see ``AGREES``).

        None: nothing changes, so nothing can be told.
        """
        if not self.changed:
            return None, 0.0, 0.0
        short = self.means[int(SHORT_FROM / LAG) : int(SHORTEST / LAG)]
        long = self.means[int(SHORTEST / LAG) :]
        agrees = float(long.max())
        machine = float(short.max()) >= agrees / 2
        # All multiples of a period agree; the shortest is the period.
        first = int(np.argmax(long >= NEARLY * agrees)) if agrees > 0 else 0
        return agrees >= AGREES and not machine, (first + 0.5) * LAG + SHORTEST, agrees


def _agreement(apart: NDArray[np.int64], energies: Floats, energy: float) -> Floats:
    """How much a change of this energy agrees with others, of which it differs in so many bits; −4 … 4."""
    if not len(apart):
        return np.empty(0)
    left = energies**2 + energy**2 - 2 * energy * energies * COSINES[apart]
    quiet = min(float(np.quantile(energies, QUIET)), LOUDEST)
    agrees = np.minimum((BITS / 2 - apart) / (np.sqrt(BITS) / 2), MOST_OF_A_LOOK)
    return np.asarray(np.where(left > (LEFT * quiet + LEFT_OF_CHANGE * energy) ** 2, -MOST_OF_A_LOOK, agrees))


def _means_after(means: NDArray[np.float32], lags: Floats, agrees: Floats, weight: float) -> NDArray[np.float32]:
    """The running means after a look which is ``lags`` (s, falling) after others and agrees so much with each."""
    if not len(lags):
        return means
    places = np.minimum((lags / LAG).astype(np.int64), len(means) - 1)
    firsts = np.flatnonzero(np.diff(places, prepend=-1))
    best = np.maximum.reduceat(agrees, firsts)
    result = means.copy()
    at = places[firsts]
    result[at] = np.maximum(result[at] + weight * (best.astype(np.float32) - result[at]), LOWEST)
    return result


def _projections(size: int) -> NDArray[np.float32]:
    """(size, BITS) of ±1, always the same."""
    return np.random.default_rng(20_260).choice(np.array([-1, 1], np.float32), (size, BITS))


def _change(small: Image, before: Image) -> NDArray[np.float32]:
    """What changed between two small pictures, coarse, without the edges and without what changed everywhere alike."""
    rows = slice(round(small.shape[0] * EDGE), round(small.shape[0] * (1 - EDGE)))
    difference = small[rows].astype(np.float32) - before[rows]
    width = min(CHANGE_WIDTH, difference.shape[1])
    size = (width, max(1, round(difference.shape[0] * width / difference.shape[1])))
    coarse = np.asarray(cv2.resize(difference, size, interpolation=cv2.INTER_AREA), np.float32)
    return np.asarray(coarse - coarse.mean(), np.float32)


@dataclass(frozen=True, slots=True)
class Loops:
    """Key frames on their own, for on patrol there are no others and those of a file that is played again are the same
    to the pixel; and all looks of a close watch. ``keyed_at`` (s) is the last key frame's time."""

    keys: Repeats
    close: Repeats
    keyed_at: float | None = None

    @classmethod
    def none(cls, longest: float) -> Loops:
        """Nothing was seen yet."""
        return cls(Repeats.none(longest, KEY_WEIGHT, LONGEST_GOP), Repeats.none(longest))

    def after(self, small: Image, at: float, *, is_key: bool) -> Loops:
        """With one look more."""
        close = self.close.after(small, at)
        if not is_key or (self.keyed_at is not None and 0 <= at - self.keyed_at < CLOSE / 2):
            return replace(self, close=close)
        return Loops(self.keys.after(small, at), close, at)

    def period(self) -> tuple[bool | None, float, float]:
        """See :meth:`Repeats.period`; of the two that which agrees more."""
        keys, close = self.keys.period(), self.close.period()
        if close[0] is None or (keys[0] and not close[0]):
            return keys
        return max(keys, close, key=lambda told: told[2]) if keys[0] and close[0] else close
