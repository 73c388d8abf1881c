"""The watch of one camera, without threads and without a clock: frames and outcomes in, events out.

    wants = watch.frame(frame)                       # quality, motion; True: the detector should look at it
    watch.outcome(frame, detector.detect(...))       # tracks, scenes, events
    watch.advance(now)                               # every second or so: clips, what waits for the sink
    reader.set_mode(watch.mode(now))                 # watch closely while something is going on

Whoever calls it (a file's loop, a live camera's turn, a test) does so from one thread at a time and in the order of
the frames.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from minewarden.vision.detections import Detected, DetectionOutcome, Detections, NotAnalysed, NothingFound
from minewarden.vision.frame import Frame, Image
from minewarden.vision.motion import MotionGate, MotionSettings
from minewarden.vision.quality import Quality, QualityMeter
from minewarden.vision.quality.measure import shrink, small_chroma
from minewarden.vision.scene import Burst, Need, Observation
from minewarden.vision.sources import Mode
from minewarden.vision.sources.decode import KEYS_APART
from minewarden.vision.tracking import TrackSettings

from .book import EventBook
from .bursts import Bursts, wanted_by
from .following import Following
from .keeping import Keeper, MemoryStore, NothingKept
from .scene_run import ScenePlan, SceneRun, need_of

NOT_ASKED = NotAnalysed("no look was asked for")
OFFLINE = NotAnalysed("offline")


@dataclass(frozen=True, slots=True)
class WatchSettings:
    """How a camera is watched. ``mode``: always so closely; None: as its scenes need.

    Seconds: ``quality_every``: a picture's quality is measured no more often than that; six looks a second are
    enough for faults that must last one. ``linger``: how long a camera is still watched closely after the last claim;
    ``longest_promotion``: no claim keeps it so for longer, for a camera that is black all night needs no close look.
    ``outcome_counts``: for so long an outcome tells where people stand.
    """

    mode: Mode | None = None
    quality_every: float = 0.15
    linger: float = 10.0
    longest_promotion: float = 300.0
    outcome_counts: float = 2.0
    motion: MotionSettings = field(default_factory=MotionSettings)


@dataclass(slots=True)
class Figures:
    """Counts since the start. ``analysed`` frames got everything that the scenes want of them, ``not_analysed`` were
    wanted but nobody looked; ``still`` ones showed no motion in a place known to be empty.
    """

    frames: int = 0
    analysed: int = 0
    not_analysed: int = 0
    still: int = 0


class CameraWatch:
    """See the module. ``scenes`` need only classes that the detector knows (:func:`.scene_run.check_classes`)."""

    def __init__(
        self,
        scenes: Iterable[ScenePlan],
        book: EventBook,
        settings: WatchSettings | None = None,
        tracks: TrackSettings | None = None,
        store: MemoryStore | None = None,
    ) -> None:
        self.book = book
        self._keeper = Keeper(store or NothingKept(), book.origin.camera)
        self.figures = Figures()
        self._settings = settings or WatchSettings()
        self._meter = QualityMeter()
        self._gate = MotionGate(self._settings.motion)
        self._following = Following(tracks)
        self._runs: dict[int, SceneRun] = {}
        self._numbers = 0
        self._measured_at: float | None = None
        self._keyed_at: float | None = None
        self._last: tuple[float, DetectionOutcome] | None = None
        self._asked: tuple[float, Image] | None = None
        self._pending_since: float | None = None
        self._pending_at: float | None = None
        self._bursts = Bursts()
        self._burst: Burst | None = None
        self._steady = self._read_as = Mode.PATROL
        for plan in scenes:
            self._add(plan)

    @property
    def plans(self) -> tuple[ScenePlan, ...]:
        return tuple(run.plan for run in self._runs.values())

    @property
    def uses_detector(self) -> bool:
        return any(run.uses_detector for run in self._runs.values())

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong with the camera itself at present: the claims that hold of scenes about it."""
        return tuple(label for run in self._runs.values() if run.kind.of_camera for label in run.holding)

    @property
    def _wants_colour(self) -> bool:
        return any(run.kind.colour for run in self._runs.values())

    def replan(self, scenes: Iterable[ScenePlan], at: float) -> None:
        """Watch for these scenes from now on; those that stay as they are keep what they know, others end."""
        wanted = list(scenes)
        for number, run in list(self._runs.items()):
            if run.plan in wanted:
                wanted.remove(run.plan)
                continue
            self._keeper.save(run)
            self._close_run(number, run, at)
            del self._runs[number]
        for plan in wanted:
            self._add(plan)
        self._burst = wanted_by(self.plans)

    def frame(self, frame: Frame, *, busy: bool = False) -> bool:
        """Take in a picture; whether the detector should look at it.

        ``busy``: the detector still looks at an earlier one; if this one is wanted too, it counts as not analysed.
        """
        self.figures.frames += 1
        if self._burst is not None and not self._in_burst(frame, self._burst):
            self.figures.analysed += 1
            return False
        quality = self._quality(frame)
        if quality is not None:
            self._look(frame, quality, self._recent(frame.at), detector=False)
        if not self.uses_detector:
            self.figures.analysed += 1
            return False
        small = shrink(frame.luma) if quality is None else quality.small
        if not self._gate.wants(small, frame.at):
            self.figures.still += 1
            self._last = (frame.at, NothingFound())
            self._look(frame, None, NothingFound(), detector=True, small=small)
            return False
        if busy:
            self.figures.not_analysed += 1
            self._gate.not_looked()
            return False
        self._asked = (frame.at, small)
        return True

    def outcome(self, frame: Frame, outcome: DetectionOutcome) -> None:
        """What the detector says of a frame that :meth:`frame` asked to be looked at."""
        if isinstance(outcome, NotAnalysed):
            self.figures.not_analysed += 1
            self._gate.not_looked()
        else:
            self.figures.analysed += 1
            found = outcome.detections if isinstance(outcome, Detected) else Detections.empty()
            tracked = self._following.update(found, frame.at)
            outcome = Detected(tracked) if len(tracked) else NothingFound()
            self._gate.looked(frame.at, empty=not len(tracked.of_class(*self._classes())))
            self._last = (frame.at, outcome)
        small = self._asked[1] if self._asked is not None and self._asked[0] == frame.at else None
        self._look(frame, None, outcome, detector=True, small=small)

    def unanswered(self, at: float) -> None:
        """The detector has not answered for long: what it should have told cannot be told."""
        self._step(Observation(at, True, 0, 0, NotAnalysed("the detector does not answer")), None, detector=True)

    def unseen(self, at: float) -> None:
        """No picture comes from the camera."""
        seen = Observation(at, False, 0, 0, OFFLINE)
        for detector in (False, True):
            self._step(seen, None, detector=detector)
        self._step(seen, None, bursts=True)

    def advance(self, now: float) -> None:
        """Let clips go on and the sink have what it has not."""
        self.book.advance(now)
        self._keeper.advance(self._runs.values(), now)

    def mode(self, at: float) -> Mode:
        """How closely the camera should be read now."""
        if self._settings.mode is not None:
            return self._settings.mode
        self._steady = self._steady_mode(at)
        wanted = self._bursts.wants(self._burst, at, closely=self._steady is Mode.WATCH)
        self._read_as = Mode.BURST if wanted else self._steady
        return self._read_as

    def _steady_mode(self, at: float) -> Mode:
        """How closely it is read but for bursts."""
        if need_of(self.plans) is Need.WATCH:
            return Mode.WATCH
        if any(run.pending for run in self._runs.values()):
            since = self._pending_since = at if self._pending_since is None else self._pending_since
            self._pending_at = at
            return Mode.WATCH if at - since <= self._settings.longest_promotion else Mode.PATROL
        if self._pending_at is None or not 0 <= at - self._pending_at <= self._settings.linger:
            self._pending_since = None
            return Mode.PATROL
        return Mode.WATCH

    def forget_reference(self, scenes: Iterable[str] = ()) -> dict[str, int]:
        """What is seen now is normal: the scenes of these ids (none: all) learn it anew. The number of the new normal
        by scene; their events name it as ``reference_version``."""
        return self._keeper.renew(self._runs.values(), scenes)

    def close(self, at: float, reason: str) -> None:
        """The watch ends: open events and their clips end now."""
        for number, run in self._runs.items():
            self._keeper.save(run)
            self._close_run(number, run, at)
        self._runs.clear()
        self.book.flush(reason)

    def _add(self, plan: ScenePlan) -> None:
        self._numbers += 1
        run = self._runs[self._numbers] = SceneRun(plan)
        self._keeper.restore(run)
        self._burst = wanted_by(self.plans)

    def _classes(self) -> tuple[str, ...]:
        return tuple({name for run in self._runs.values() for name in run.kind.classes})

    def _quality(self, frame: Frame) -> Quality | None:
        since, keyed = self._measured_at, self._keyed_at
        is_due = since is None or not 0 <= frame.at - since < self._settings.quality_every
        # Key frames are the pictures that a recording shows again to the pixel.
        is_key = frame.is_key and (keyed is None or not 0 <= frame.at - keyed < KEYS_APART)
        if not is_due and not is_key:
            return None
        self._measured_at = frame.at
        self._keyed_at = frame.at if is_key else keyed
        return self._meter.measure(frame)

    def _recent(self, at: float) -> DetectionOutcome:
        """The last outcome, while it still tells where people stand."""
        if self._last is None or not 0 <= at - self._last[0] <= self._settings.outcome_counts:
            return NOT_ASKED
        return self._last[1]

    def _look(
        self,
        frame: Frame,
        quality: Quality | None,
        outcome: DetectionOutcome,
        *,
        detector: bool,
        small: Image | None = None,
    ) -> None:
        seen = Observation(frame.at, True, frame.width, frame.height, outcome, quality, small, frame=frame)
        if quality is not None and self._wants_colour:
            seen = replace(seen, chroma=small_chroma(frame, quality.small))
        self._step(seen, frame, detector=detector)

    def _in_burst(self, frame: Frame, burst: Burst) -> bool:
        """Show the picture to the scenes that look at bursts; whether it is one for the others as well."""
        self._bursts.frame(burst, frame.at, frame.is_key)
        outcome = self._recent(frame.at)
        self._step(Observation(frame.at, True, frame.width, frame.height, outcome, frame=frame), frame, bursts=True)
        if self._read_as is not Mode.BURST or any(
            run.uses_detector for run in self._runs.values() if run.kind.need is Need.BURSTS
        ):
            return True
        return self._bursts.for_others(frame.at, frame.is_key, closely=self._steady is Mode.WATCH)

    def _step(self, seen: Observation, frame: Frame | None, *, detector: bool = False, bursts: bool = False) -> None:
        for number, run in self._runs.items():
            if run.sees_all is bursts and run.uses_detector is detector:
                for change in run.look(seen):
                    outcome = seen.outcome if run.shown is None else run.shown.outcome
                    self.book.take(number, run.plan, change, frame, outcome)

    def _close_run(self, number: int, run: SceneRun, at: float) -> None:
        for change in run.close(at):
            self.book.take(number, run.plan, change, None, NOT_ASKED)
