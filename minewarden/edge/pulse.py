"""The quick question to the office, every two seconds: has anything changed, is anything asked?

An office that does not know it is asked again after a while; until then changes come with the heartbeats.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from minewarden.contract import Assignments, CameraTask, SceneCatalogue, SceneDescription
from minewarden.vision.errors import SceneSettingsError
from minewarden.vision.scenes import scene_kinds
from minewarden.vision.scenes.describe import describe
from minewarden.vision.sources.dial import BackOff

from .center_client import CenterClient
from .errors import CenterRefused, CenterUnreachable, NotOffered, SpoolError
from .heart import Heart
from .retry import center_back_off

log = logging.getLogger(__name__)

ASK_OLD_CENTER_AFTER = 60.0


@dataclass
class Pulse:
    """One at a time, by the thread that also beats the heart. ``take`` is given changed assignments, ``offer`` tasks.

    ``every`` is the time in seconds between two questions; 0: none are asked.
    """

    center: CenterClient
    heart: Heart
    take: Callable[[Assignments], None]
    offer: Callable[[Iterable[CameraTask]], None]
    every: float
    back_off: BackOff = field(default_factory=center_back_off)
    told: bool = False

    def ask(self) -> float:
        """Ask once, and do what comes of it; after how many seconds to ask again. Failures are the heartbeat's to tell:
        what the office is told is the same, only later."""
        if not self.every:
            return ASK_OLD_CENTER_AFTER
        try:
            if not self.told:
                self.center.tell_scenes(catalogue())
                self.told = True
            reply = self.center.pulse()
            assignments = self.heart.fetch_if_changed(reply.assignments_version)
        except NotOffered:
            return ASK_OLD_CENTER_AFTER
        except (CenterUnreachable, CenterRefused, SpoolError) as error:
            log.debug("pulse: %s", error)
            return max(self.every, self.back_off.wait())
        self.back_off.was_good_for(0)
        if assignments is not None:
            log.info("watching %d cameras from now on", len(assignments.cameras))
            self.take(assignments)
        self.offer(reply.tasks)
        return self.every


def catalogue() -> SceneCatalogue:
    """All scenes that are installed here; one whose settings no form could offer is left out and logged."""
    told: list[SceneDescription] = []
    for kind in scene_kinds().values():
        try:
            told.append(describe(kind))
        # A scene of another package may be described by anything: it must not keep the others from the office.
        except (SceneSettingsError, ValueError) as error:
            log.error("scene %s cannot be told to the office: %s", kind.id, error)
    return SceneCatalogue(scenes=tuple(told))
