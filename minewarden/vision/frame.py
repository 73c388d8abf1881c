"""One decoded picture on its way from a camera."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from av import VideoFrame

Image = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture and when it was taken.

    ``at`` is Unix time in seconds (UTC) of the wall clock for live sources, and ``source start + pts`` for files.
    ``luma`` is the (height, width) uint8 brightness plane, a view into the decoder's buffer wherever the pixel format
    has one. ``damaged``: the decoder says that parts of it were lost. Colour is converted only by :meth:`bgr`, on
    demand, because it costs more than the decoding of a key frame.
    """

    camera: str
    at: float
    is_key: bool
    luma: Image
    picture: VideoFrame
    damaged: bool = False

    @property
    def width(self) -> int:
        return int(self.luma.shape[1])

    @property
    def height(self) -> int:
        return int(self.luma.shape[0])

    def bgr(self) -> Image:
        """The picture in colour, (height, width, 3) uint8 in OpenCV's channel order. Converts at every call."""
        return cast("Image", self.picture.to_ndarray(format="bgr24"))

    def chroma(self) -> tuple[Image, Image] | None:
        """The (U, V) planes of a planar 4:2:0 picture as they were decoded, or None for other pixel formats."""
        if self.picture.format.name not in {"yuv420p", "yuvj420p"}:
            return None
        u, v = (_plane(self.picture, index) for index in (1, 2))
        return u, v


# Pixel formats whose first plane is 8-bit brightness, one byte a pixel.
LUMA_FIRST = frozenset({"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "nv12", "nv21", "gray"})


def luma_of(picture: VideoFrame) -> Image:
    """The brightness plane of a decoded picture: a view where the format has one, a conversion for everything else."""
    if picture.format.name in LUMA_FIRST:
        return _plane(picture, 0)
    return cast("Image", picture.to_ndarray(format="gray"))


def _plane(picture: VideoFrame, index: int) -> Image:
    plane = picture.planes[index]
    flat = np.frombuffer(memoryview(plane), np.uint8)
    return flat.reshape(-1, plane.line_size)[: plane.height, : plane.width]
