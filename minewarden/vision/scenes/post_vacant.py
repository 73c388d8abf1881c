"""Nobody at a post that must be manned (空岗): a dispatch room, a winch, a substation."""

from __future__ import annotations

from dataclasses import dataclass

from minewarden.vision.scene import Finding, Need, Observation, SceneKind, Timing

from .people import people_in
from .settings import Zone, setting

KEY = "post_vacant"


@dataclass(frozen=True, slots=True)
class PostVacantSettings:
    """The post is vacant when fewer than ``at_least`` persons are in its zone for ``vacant_after``.

    A person who sits still is missed now and then, a chair is taken for one now and then: therefore minutes, not
    seconds, and a bar above the model's own: an empty chair is taken for somebody at up to 0.46 by the starter, who
    sees people at a post surer than that, if not on every look.
    """

    zone: Zone = setting((), "where the post is; the whole picture by default")
    at_least: int = setting(1, "how many persons must be there", unit="persons", low=1, high=100)
    vacant_after: float = setting(300.0, "how long nobody may be there", unit="s", low=0, high=86400)
    confidence: float = setting(0.5, "persons less sure than this are not counted", low=0, high=1)
    hold: float = setting(5.0, "how long somebody must be back", unit="s", low=0, high=3600)
    cool_down: float = setting(0.0, "no new event for so long after", unit="s", low=0, high=86400)
    looks: int = setting(3, "on how many looks at least", low=1, high=1000)


def look(settings: PostVacantSettings, memory: None, seen: Observation) -> tuple[None, tuple[Finding, ...]]:
    """One look: too few at the post?

    A detector has no confidence in an absence; what is given is how far the surest thing that might be a person
    stays under the bar.
    """
    rows = people_in(settings.zone, seen, 0.0)
    if rows is None:
        return None, (Finding(KEY, KEY, None),)
    count = sum(row.confidence >= settings.confidence for row in rows)
    doubt = rows[count].confidence if len(rows) > count else 0.0
    holds = count < settings.at_least
    sure = 1.0 - doubt if holds else 0.0
    return None, (Finding(KEY, KEY, holds, sure, (), {"count": count, "at_least": settings.at_least}),)


def timing(settings: PostVacantSettings, key: str) -> Timing:
    """The onset is how long the post may stand vacant."""
    return Timing(settings.vacant_after, settings.hold, settings.cool_down, settings.looks)


POST_VACANT = SceneKind(
    id="post_vacant",
    name_zh="空岗",
    name_en="Post vacant",
    need=Need.PATROL,
    promotes=False,
    classes=("person",),
    settings=PostVacantSettings,
    start=lambda settings: None,
    look=look,
    timing=timing,
)
