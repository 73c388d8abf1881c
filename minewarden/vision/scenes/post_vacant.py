"""Nobody at a post that must be manned (空岗): a dispatch room, a winch, a substation."""

from __future__ import annotations

from dataclasses import dataclass, replace

from minewarden.vision.scene import Finding, Need, Observation, SceneKind, Timing

from .people import people_in
from .settings import Zone, setting

KEY = "post_vacant"
# Looks further apart than this (s) are another watch: of what was before nobody knows until when it was so.
TOO_FAR = 15.0
# Of the time between the last look at enough people and the first without, this is counted: half of it is the
# likeliest, but whoever comes back at the last moment must find nothing told.
COUNTED = 0.25
# At a vacant post somebody must be surer by so much than is wanted otherwise, or seen for so long (s): two key frames.
SURER_BY, SEEN_FOR = 0.15, 1.8


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


@dataclass(frozen=True, slots=True)
class Memory:
    """``at`` is when it was last looked at and ``since`` from when on the post has been vacant (Unix s); None: never,
    and it is not. ``doubted``: since then there is something at the vacant post that may be somebody.
    """

    at: float | None = None
    since: float | None = None
    doubted: float | None = None


def look(settings: PostVacantSettings, memory: Memory, seen: Observation) -> tuple[Memory, tuple[Finding, ...]]:
    """One look: too few at the post?

    A detector has no confidence in an absence; what is given is how far the surest thing that might be a person
    stays under the bar. The post was left between the last look at enough people and the first without. Before the
    next look at which the time is over, closer looks are asked for.
    """
    rows = people_in(settings.zone, seen, 0.0)
    passed = TOO_FAR if memory.at is None else seen.at - memory.at
    if not 0 <= passed < TOO_FAR:
        memory, passed = Memory(), TOO_FAR
    if rows is None:
        return memory, (Finding(KEY, KEY, None),)
    count = sum(row.confidence >= settings.confidence for row in rows)
    detail = {"count": count, "at_least": settings.at_least}
    if count >= settings.at_least:
        certain = sum(row.confidence >= settings.confidence + SURER_BY for row in rows) >= settings.at_least
        doubted = seen.at if memory.doubted is None else memory.doubted
        if memory.since is None or certain or seen.at - doubted >= SEEN_FOR:
            return Memory(seen.at), (Finding(KEY, KEY, False, 0.0, (), detail),)
        return replace(memory, at=seen.at, doubted=doubted), (Finding(KEY, KEY, None, 0.0, (), detail),)
    since = memory.since
    if since is None:
        since = seen.at if memory.at is None else seen.at - COUNTED * passed
    left = since + settings.vacant_after - seen.at
    sure = 1.0 - (rows[count].confidence if len(rows) > count else 0.0)
    finding = Finding(KEY, KEY, True, sure, (), detail, since=since, closely=0 < left <= passed < TOO_FAR)
    return Memory(seen.at, since), (finding,)


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
    start=lambda settings: Memory(),
    look=look,
    timing=timing,
)
