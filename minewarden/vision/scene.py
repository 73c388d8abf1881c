"""The contract between a scene and the rest: what it needs, what it is shown, what it says.

A scene is one file: a frozen dataclass of settings and a pure step from what is seen to what is so. It holds no
clock and no thread, and it does not decide when an alarm begins or ends: onset, hold, cool-down and the merging of
repeats are the lifecycle's work and the same for all scenes. Other packages add scenes by the entry point group
``minewarden.scenes``, whose values are :class:`SceneKind` objects.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from .detections import DetectionOutcome

if TYPE_CHECKING:
    from minewarden.standards.scene_values import Zone

    from .frame import Frame, Image
    from .quality import Quality


class Need(StrEnum):
    """How closely a scene must look. A camera is decoded as its most demanding scene wants.

    PATROL: key frames. WATCH: every picture. BURSTS: every picture of a short while, again and again; between them
    only what other scenes need.
    """

    PATROL = "patrol"
    WATCH = "watch"
    BURSTS = "bursts"


@dataclass(frozen=True, slots=True)
class Burst:
    """Consecutive pictures for ``length`` seconds, a new burst every ``every`` seconds (from begin to begin)."""

    length: float
    every: float


def common_bursts(settings: Any) -> Burst:
    """The bursts of a scene whose settings have the fields ``burst`` and ``every``."""
    return Burst(settings.burst, settings.every)


@dataclass(frozen=True, slots=True)
class Observation:
    """All that is known of one camera at one moment.

    ``at`` is Unix time (s, UTC). ``quality`` is None when no picture came (then ``connected`` says why a scene such as
    camera_health is asked nevertheless). ``small`` is the brightness picture at work size of a look that the detector
    took part in, for scenes that look at movement as well. ``chroma`` are the (U, V) planes of ``quality.small`` at
    half its size, only for scenes that want ``colour``. ``frame`` is the decoded picture that was looked at, for a
    scene that keeps one to show later. ``masks`` are the zones in which this scene is to see nothing: detections there
    are gone from ``outcome`` already, a scene that looks at the picture leaves them out itself. Sizes are pixels.
    """

    at: float
    connected: bool
    width: int
    height: int
    outcome: DetectionOutcome
    quality: Quality | None = None
    small: Image | None = None
    chroma: tuple[Image, Image] | None = None
    frame: Frame | None = None
    masks: tuple[Zone, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One claim of a scene at one moment: this is so (True), not so (False), or cannot be told (None).

    ``key`` names what the claim is about inside the scene (a fault, a zone, a track): repeats of the same key are one
    event. ``rows`` are the rows of the outcome's detections that are its evidence. ``reference`` is a JPEG of how it
    looked before, kept as evidence beside the picture of now. ``since`` (Unix s): it is known to have been so from then
    on, by a comparison with an earlier picture; None: from this look on. ``closely``: it cannot be told yet and would
    be told by closer looks (somebody is on a belt of which one does not know whether it runs), or its time is over
    before the next look: such a claim promotes, also that of a scene of which others do not.
    """

    key: str
    label: str
    holds: bool | None
    confidence: float = 0.0
    rows: tuple[int, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)
    reference: bytes | None = field(default=None, repr=False)
    since: float | None = None
    closely: bool = False


@dataclass(frozen=True, slots=True)
class Timing:
    """When a claim becomes an event and when the event is over, in seconds.

    ``onset``: it must hold for so long (and at least ``looks`` looks) before an event begins, and on the way may fail
    for no longer than ``gap`` at a time; ``hold``: it must fail for so long before the event ends; ``cool_down``: the
    same key raises no new event for so long after the end was said; ``unknown_after``: an open event of which nothing
    could be told for so long ends. ``judged``: how long the scene itself needs to make the claim, where that is part of
    the duration that was set.
    """

    onset: float = 1.0
    hold: float = 2.0
    cool_down: float = 10.0
    looks: int = 2
    unknown_after: float = 60.0
    gap: float = 0.0
    judged: float = 0.0


def common_timing(settings: Any, key: str) -> Timing:
    """The timing of a scene whose settings have the fields ``onset``, ``gap``, ``hold``, ``cool_down``, ``looks``."""
    return Timing(settings.onset, settings.hold, settings.cool_down, settings.looks, gap=settings.gap)


@dataclass(frozen=True, slots=True)
class Keeping:
    """How a scene's memory is kept over a restart.

    ``dump(memory)`` gives it as bytes, None while there is nothing worth keeping; ``load(settings, data)`` gives it
    back or raises ValueError for what it does not understand; ``renew(memory)`` forgets what was normal and gives the
    memory and the number of the normal that is learnt from the next look on. ``slot(settings)`` tells scenes of one
    kind at one camera apart.
    """

    dump: Callable[[Any], bytes | None]
    load: Callable[[Any, bytes], Any]
    renew: Callable[[Any], tuple[Any, int]]
    slot: Callable[[Any], str] = lambda settings: ""


@dataclass(frozen=True, slots=True)
class SceneKind:
    """A kind of scene as it stands in the catalogue.

    ``settings`` is the frozen dataclass type whose fields are the settings, all with defaults.
    ``start(settings)`` gives the first memory and ``look(settings, memory, observation)`` the next memory and the
    findings; both are pure. A key that a look does not name is not so at that look,
    or cannot be told when the outcome is NotAnalysed. ``timing(settings, key)`` says when
    a claim becomes an event. ``classes`` are what the detector must know; none: the scene needs no detector.
    ``promotes``: a camera on patrol is watched while any claim of this scene is being made. ``colour``: the scene looks
    at colour, which costs others nothing. ``of_camera``: what it tells is wrong with the camera itself, not with what
    the camera sees. ``keeping``: how its memory outlives a restart; None: it does not.
    ``bursts(settings)``: how long and how often, for a scene that needs BURSTS; without ``classes`` it is shown every
    picture that comes, with ``frame``, also those between bursts.
    """

    id: str
    name_zh: str
    name_en: str
    need: Need
    promotes: bool
    classes: tuple[str, ...]
    settings: type[Any]
    start: Callable[[Any], Any]
    look: Callable[[Any, Any, Observation], tuple[Any, tuple[Finding, ...]]]
    timing: Callable[[Any, str], Timing] = common_timing
    colour: bool = False
    of_camera: bool = False
    keeping: Keeping | None = None
    bursts: Callable[[Any], Burst] = common_bursts
