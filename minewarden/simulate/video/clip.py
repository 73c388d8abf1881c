"""Renders a script into an MP4 file and tells the truth about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.stream import VideoStream

from .actor import XYXY, Actor, Seen
from .coco import boxes_of
from .effects import SENSOR_NOISE, Disturbance, Effects, Fault
from .moving import Machines, moving_of, place_of
from .push import Push
from .recording import Recording
from .script import Cast, Script, Spell
from .stage import Stage
from .truth import FrameTruth, Judged, TrueBox, Truth, counts, frame_truth, intervals, truth_path, zone_polygon
from .view import Picture, Size, as_picture

DEFAULT_SIZE: Size = (960, 540)
LOW_BIT_RATE = 512_000
# Covered so far that nobody is seen any more.
HIDDEN_AT = 0.8


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a clip is encoded: H.264, a key frame every ``gop`` frames (None: every 2 seconds), no B-frames.

    ``bitrate`` in bit/s; without it the quality is constant.
    """

    size: Size = DEFAULT_SIZE
    fps: int = 12
    bitrate: int | None = None
    gop: int | None = None


def render_clip(
    script: Script,
    path: Path,
    size: Size = DEFAULT_SIZE,
    fps: int = 12,
    bitrate: int | None = None,
    gop: int | None = None,
) -> Truth:
    """Write the script's clip to ``path`` (MP4, H.264) and its truth beside it (``.truth.json``).

    ``size`` is (width, height) in pixels, both even. The same script, size and rate give the same frames.

    Raises:
        ValueError: an odd size, or a script that names marks or areas that its place does not have.
    """
    if size[0] % 2 or size[1] % 2:
        raise ValueError(f"width and height must be even, not {size[0]}x{size[1]}")
    if bitrate is None and any(spell.kind is Disturbance.LOW_BIT_RATE for spell in script.spells):
        bitrate = LOW_BIT_RATE
    encoding = Encoding(size, fps, bitrate, gop)
    film = Film(script, size, fps)
    path.parent.mkdir(parents=True, exist_ok=True)
    _encode(path, (picture for picture, _ in film), encoding)
    truth = film.truth()
    truth.write(truth_path(path))
    return truth


def _encode(path: Path, pictures: Iterator[Picture], encoding: Encoding) -> None:
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=Fraction(encoding.fps))
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = encoding.size
        stream.pix_fmt = "yuv420p"
        gop = encoding.gop or 2 * encoding.fps
        stream.gop_size = gop
        stream.max_b_frames = 0
        # One thread and a fixed scene cut: the same input gives the same bytes.
        stream.codec_context.thread_count = 1
        options: dict[str, object] = {"preset": "superfast", "sc_threshold": "0", "keyint_min": str(gop)}
        if encoding.bitrate is None:
            options["crf"] = "27"
        else:
            stream.bit_rate = encoding.bitrate
            options |= {"maxrate": str(encoding.bitrate), "bufsize": str(encoding.bitrate)}
        stream.options = options
        for index, picture in enumerate(pictures):
            planes = cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420)
            frame = av.VideoFrame.from_ndarray(as_picture(planes), format="yuv420p")
            frame.pts = index
            frame.time_base = Fraction(1, encoding.fps)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


class Film:
    """The frames of a script, one after the other: (picture, truth). Can be gone through once."""

    def __init__(self, script: Script, size: Size, fps: int) -> None:
        self.script, self.size, self.fps = script, size, fps
        self.place = place_of(script)
        for name in (script.forbidden, script.post):
            if name is not None and name not in self.place.areas:
                raise ValueError(f"a {self.place.kind} has no area {name!r}: it has {', '.join(self.place.areas)}")
        self._stage = Stage(self.place, size, script.seed, fine=1.5)
        self._effects = Effects(size, script.seed)
        self._cast = Cast(script, self.place)
        self._frames: list[FrameTruth] = []
        self._frozen: tuple[Picture, FrameTruth] | None = None
        self._recording = Recording(script.spells, fps)
        moved = [spell for spell in script.spells if spell.kind is Fault.MOVED]
        self._push = Push(self._stage, moved[0], script) if moved else None
        self._moving = moving_of(self._stage, script)

    def __iter__(self) -> Iterator[tuple[Picture, FrameTruth]]:
        for index in range(round(self.script.seconds * self.fps)):
            shown = self._recording.shown(index, index / self.fps)
            picture, truth = shown or self._frame(index)
            self._recording.keep(index, picture, truth)
            self._frames.append(truth)
            yield picture, truth

    def truth(self) -> Truth:
        """Of the frames that were drawn so far."""
        script, step = self.script, 1 / self.fps
        named = (name for name in (script.forbidden, script.post) if name is not None)
        zones = {name: zone_polygon(self.place.areas[name], self.place, self.size) for name in named}
        return Truth(
            script.name,
            self.place.kind,
            script.seed,
            self.size,
            self.fps,
            script.seconds,
            zones,
            intervals(script, self._frames, step),
            counts(self._frames, step),
            tuple(self._frames),
        )

    def _frame(self, index: int) -> tuple[Picture, FrameTruth]:
        at = index / self.fps
        running = [(spell, spell.strength(at)) for spell in self.script.spells]
        running = [(spell, amount) for spell, amount in running if amount > 0]
        if any(spell.kind is Fault.FROZEN for spell, _ in running) and self._frozen is not None:
            picture, truth = self._frozen
            return picture, replace(truth, at=round(at, 3))
        picture, truth = self._drawn(at, index, running)
        self._frozen = picture, truth
        return picture, truth

    def _drawn(self, at: float, index: int, running: list[tuple[Spell, float]]) -> tuple[Picture, FrameTruth]:
        actors = self._cast.at(at)
        if self._push is not None:
            picture, seen, things = self._push.draw(actors, at)
        else:
            scenery = None if self._moving is None else self._moving.scenery(at)
            picture, seen = self._stage.draw(actors, scenery)
            things = self._stage.things() if scenery is None else list(scenery.things)
        picture, push = self._disturbed(picture, index, running)
        shown = [(one, [_shifted(box, push, self.size, one.person) for box in boxes_of(one)]) for one in seen]
        still = [_shifted(box, push, self.size, None) for box in things]
        if any(_hides(spell, amount) for spell, amount in running):
            shown, still = [], []
        truth = self._judged(at, actors, shown, still)
        return picture, truth

    def _disturbed(
        self, picture: Picture, index: int, running: list[tuple[Spell, float]]
    ) -> tuple[Picture, tuple[float, float]]:
        """The picture after disturbances, sensor noise and faults, and how far it was shaken."""
        push = (0.0, 0.0)
        for spell, amount in running:
            if isinstance(spell.kind, Disturbance):
                picture = self._effects.disturb(picture, spell.kind, amount, index)
                if spell.kind is Disturbance.SHAKE:
                    push = self._effects.shake(amount, index)
        optical = [(spell, amount) for spell, amount in running if isinstance(spell.kind, Fault)]
        for spell, amount in optical:
            assert isinstance(spell.kind, Fault)
            if spell.kind is not Fault.TORN:
                picture = self._effects.fault(picture, spell.kind, amount, index)
        picture = self._titled(self._effects.noise(picture, SENSOR_NOISE, index))
        # What is lost on the way is lost of all that the camera sends, its noise and its name included.
        torn = max((amount for spell, amount in optical if spell.kind is Fault.TORN), default=0.0)
        return self._effects.fault(picture, Fault.TORN, torn, index), push

    def _titled(self, picture: Picture) -> Picture:
        """The camera's name in the lower right corner, as recorders burn it in."""
        if not self.script.title:
            return picture
        scale = self.size[1] / 800
        font = cv2.FONT_HERSHEY_SIMPLEX
        (width, height), _ = cv2.getTextSize(self.script.title, font, scale, 1)
        at = (self.size[0] - width - height, self.size[1] - height)
        signed = picture.copy()
        cv2.putText(signed, self.script.title, at, font, scale, (20, 20, 20), 3, cv2.LINE_AA)
        cv2.putText(signed, self.script.title, at, font, scale, (235, 235, 235), 1, cv2.LINE_AA)
        return signed

    def _judged(
        self, at: float, actors: list[Actor], shown: list[tuple[Seen, list[TrueBox]]], still: list[TrueBox]
    ) -> FrameTruth:
        areas = self.place.areas
        forbidden = areas[self.script.forbidden] if self.script.forbidden else None
        post = areas[self.script.post] if self.script.post else None
        machines = Machines() if self._moving is None else self._moving.machines(at)
        return frame_truth(at, shown, still, Judged(actors, forbidden, post, self.size, machines))


def _hides(spell: Spell, amount: float) -> bool:
    if spell.kind is Fault.BLACK:
        return True
    return spell.kind is Fault.COVERED and amount >= HIDDEN_AT


def _shifted(named: tuple[str, XYXY], push: tuple[float, float], size: Size, person: int | None) -> TrueBox:
    label, box = named
    moved = np.array(box) + np.rint(np.array([push[0], push[1], push[0], push[1]])).astype(int)
    left, right = np.clip(moved[[0, 2]], 0, size[0])
    top, bottom = np.clip(moved[[1, 3]], 0, size[1])
    return TrueBox(label, (int(left), int(top), int(right), int(bottom)), person)
