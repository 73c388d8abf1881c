"""Test clips made on the spot: small moving pictures, encoded as cameras encode them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

ENCODERS = {"h264": "libx264", "hevc": "libx265", "mjpeg": "mjpeg"}


@dataclass(frozen=True)
class Recipe:
    """What a test clip is. ``gop`` counts pictures between key frames, ``b_frames`` between two references."""

    codec: str = "h264"
    frames: int = 100
    fps: int = 25
    gop: int = 25
    b_frames: int = 0
    width: int = 192
    height: int = 144


def pictures(recipe: Recipe) -> list[av.VideoFrame]:
    """A bright bar that wanders over grain; every picture differs from the others."""
    random = np.random.default_rng(7)
    grain = random.integers(40, 80, (recipe.height, recipe.width), np.uint8)
    frames = []
    for index in range(recipe.frames):
        luma = grain.copy()
        x = index * 3 % (recipe.width - 16)
        luma[:, x : x + 16] = 200
        frame = av.VideoFrame.from_ndarray(np.repeat(luma[:, :, None], 3, axis=2), format="bgr24")
        frames.append(frame.reformat(format="yuvj420p" if recipe.codec == "mjpeg" else "yuv420p"))
    return frames


def encoder(recipe: Recipe, container: av.container.OutputContainer) -> av.VideoStream:
    options = {"g": str(recipe.gop), "bf": str(recipe.b_frames)}
    if recipe.codec == "h264":
        options |= {"preset": "ultrafast", "sc_threshold": "0", "threads": "1"}
    if recipe.codec == "hevc":
        options = {
            "preset": "ultrafast",
            "x265-params": f"keyint={recipe.gop}:min-keyint={recipe.gop}:scenecut=0:bframes={recipe.b_frames}"
            ":log-level=none:pools=1:frame-threads=1:repeat-headers=1",
        }
    stream = container.add_stream(ENCODERS[recipe.codec], rate=recipe.fps, options=options)
    stream.width, stream.height = recipe.width, recipe.height
    stream.pix_fmt = "yuvj420p" if recipe.codec == "mjpeg" else "yuv420p"
    return stream


def write_clip(path: Path, recipe: Recipe | None = None) -> Path:
    """A clip in the container that the path's suffix names."""
    recipe = recipe or Recipe()
    with av.open(str(path), "w") as container:
        stream = encoder(recipe, container)
        for frame in pictures(recipe):
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def access_units(recipe: Recipe, folder: Path) -> list[bytes]:
    """Each picture's bytes in Annex B form, as an RTSP server wants them; parameter sets before every key frame."""
    path = write_clip(folder / f"units.{recipe.codec}", recipe)
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


def without_key_frames(units: list[bytes]) -> list[bytes]:
    """H.264 units whose key pictures (NAL type 5) are taken out; the parameter sets stay."""
    kept = []
    for unit in units:
        nals = [nal for nal in unit.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1") if nal]
        nals = [nal for nal in nals if nal[0] & 0x1F != 5]
        if nals:
            kept.append(b"".join(b"\0\0\0\1" + nal for nal in nals))
    return kept
