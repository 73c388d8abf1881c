"""One clip to be watched, with what the scene must tell of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from minewarden.simulate.video.script import Script
from minewarden.simulate.video.view import Size

SIZE: Size = (640, 360)
FPS = 10
# The first picture's time where a trial does not say: 2026-11-23 10:00 at the mine, far from any change of shifts.
MORNING = 1_795_399_200.0


class Batch(StrEnum):
    """Two sets of seeds that share none: scenes are mended on DEVELOP, and REPORT is what is published."""

    DEVELOP = "develop"
    REPORT = "report"


class Condition(StrEnum):
    """What makes a clip hard without being what the scene asks for."""

    PLAIN = "plain"
    LIGHT = "light"
    DARK = "dark"
    DUST = "dust"
    GLARE = "glare"
    INFRARED = "infrared"
    LOW_BIT_RATE = "low_bit_rate"
    SHAKE = "shake"
    PASSER = "passer"
    INSECT = "insect"
    SHIFT_CHANGE = "shift_change"


@dataclass(frozen=True, slots=True)
class Expected:
    """Something that really happens, by the label that the scene must give it, in seconds of the clip.

    What happens at a moment and is counted (a passage over a line) has ``end`` = ``start``, and each is told once.
    ``detail``: what the event must say of it (the counts of a shift). ``optional``: it may be told or not, neither is a
    fault (smoke beside the flames that were told). ``possible``: it is so from then on, but only at ``start`` so near
    that anybody would see it: told between the two it is right, and not late.
    """

    label: str
    start: float
    end: float
    detail: Mapping[str, Any] = field(default_factory=dict)
    optional: bool = False
    possible: float | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """What a scene's module makes: the script, the settings of the scene as the office would write them, the truth.

    ``starts_at`` is the Unix time of the first picture. ``due``: how long something must be so until it may be told,
    as the settings say it; None: the onset of the scene's own timing. ``closely``: every picture is watched throughout,
    as where another scene of the camera asks for it; else the camera is on patrol until its scene asks for more.
    """

    script: Script
    settings: Mapping[str, Any]
    expected: tuple[Expected, ...] = ()
    starts_at: float = MORNING
    due: float | None = None
    closely: bool = False


@dataclass(frozen=True, slots=True)
class Trial:
    """A story under a condition. Positive: something is expected; negative: nothing may be told."""

    scene: str
    name: str
    story: Story
    condition: Condition = Condition.PLAIN
    size: Size = SIZE
    fps: int = FPS

    @property
    def script(self) -> Script:
        return self.story.script

    @property
    def settings(self) -> Mapping[str, Any]:
        return self.story.settings

    @property
    def expected(self) -> tuple[Expected, ...]:
        return self.story.expected

    @property
    def positive(self) -> bool:
        return any(not one.optional for one in self.story.expected)
