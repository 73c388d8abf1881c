"""A person with a bare head (未戴安全帽), one claim for each tracked person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from minewarden.vision.detections import UNTRACKED, Detected, Detections, FloatArray
from minewarden.vision.scene import Finding, Need, Observation, SceneKind

from .geometry import overlap_of_smaller
from .people import PERSON, rows_of
from .settings import setting

LABEL = "no_helmet"
NEW = "new"  # key of those who are no track yet: they never become an event by it
# A standing person's head ends at about 1/7.5 of the height, a stooping or sitting one's or one cut off at the waist at
# up to two fifths of what is seen of it; the head's middle lies above that.
HEAD_WITHIN = 0.4
# A box beside the head counts as on it when they share this much (intersection over the smaller of the two): a helmet's
# box is the upper half of a head's box.
SAME_HEAD = 0.5
# Of a head and a helmet seen in one place the surer is believed; when they are nearer than this, neither.
SURER_BY = 0.1
# Of the looks of the last so many seconds that showed a head or a helmet on somebody, so many must have shown it bare.
RECENT, MOSTLY = 2.0, 0.75
# Of a head's box so much behind somebody who is nearer, and what is seen of it tells nothing.
HIDDEN = 0.3
# Boxes of two looks that share so much (intersection over union) are one person's.
SAME_PERSON = 0.3
# A bare head at least so large a part of ``min_head`` is soon large enough, of somebody who comes nearer.
SOON = 0.67
# Somebody lower than so many times ``min_head`` has no head that could be told.
HEADS_HIGH = 7.0

Looks = tuple[tuple[float, bool], ...]
"""(Unix s, whether the head was bare) of the last looks that told it, oldest first."""


@dataclass(frozen=True, slots=True)
class NoHelmetSettings:
    """A bare head must be seen on ``looks`` looks and for ``onset``, and on most of the looks that tell anything.

    Of real people who walk away from the camera with bare heads one of six is missed with 1.5 s.
    """

    confidence: float = setting(0.4, "a bare head less sure than this is not told", low=0.05, high=1)
    person_confidence: float = setting(0.0, "persons less sure than this are not looked at", low=0, high=1)
    min_head: float = setting(12.0, "a head lower than this is not told", unit="pixels", low=4, high=500)
    onset: float = setting(1.0, "how long the head must be bare", unit="s", low=0, high=3600)
    gap: float = setting(0.5, "it may fail on the way for less than this", unit="s", low=0, high=60)
    hold: float = setting(3.0, "how long it must be covered or gone", unit="s", low=0, high=3600)
    cool_down: float = setting(30.0, "no new event for the same person for so long after", unit="s", low=0, high=86400)
    looks: int = setting(4, "on how many looks at least", low=1, high=1000)


@dataclass(frozen=True, slots=True)
class Memory:
    """What the last looks showed on each track, and the boxes of those with bare heads who were no track at the last
    look, of time ``at``."""

    looks: Mapping[int, Looks] = field(default_factory=dict)
    new: tuple[FloatArray, ...] = ()
    at: float = 0.0


def look(settings: NoHelmetSettings, memory: Memory, seen: Observation) -> tuple[Memory, tuple[Finding, ...]]:
    """One look: of each tracked person, whether the head is bare; None where it cannot be told.

    Of somebody who is no track yet, as who walks between two key frames, a bare head asks for closer looks, and so does
    who is near enough but shows neither head nor helmet; and a bare head that will soon be large enough.
    """
    if not isinstance(seen.outcome, Detected):
        return memory, ()
    detections = seen.outcome.detections
    heads = rows_of(seen, "head")
    heads = heads[detections.confidence[heads] >= settings.confidence]
    helmets = rows_of(seen, "helmet")
    people = [int(row) for row in rows_of(seen, PERSON) if detections.confidence[row] >= settings.person_confidence]
    owners = _owners(detections, people, [*heads, *helmets])
    findings: list[Finding] = []
    looks = {track: kept for track, past in memory.looks.items() if (kept := _recent(past, seen.at))}
    new: list[FloatArray] = []
    closely = False
    for person in people:
        track = int(detections.tracker_id[person])
        bare, head = _judge(settings, detections, person, owners.get(person, []), people)
        if track == UNTRACKED:
            closely = closely or bare is True or (bare is None and _near(settings, detections, person))
            new += [detections.xyxy[person]] if bare else []
            continue
        if bare and track not in memory.looks and _was_new(memory, detections.xyxy[person], seen.at):
            looks[track] = ((memory.at, True),)
        if bare is not None:
            looks[track] = (*looks.get(track, ()), (seen.at, bare))
        if bare and not _mostly_bare(looks[track]):
            bare = None
        if bare and head is not None:
            sure, since = float(detections.confidence[head]), _bare_since(looks[track])
            detail = {"track": track}
            findings.append(Finding(f"track-{track}", LABEL, True, sure, (person, head), detail, since=since))
        else:
            soon = bare is None and _soon(settings, detections, head)
            findings.append(Finding(f"track-{track}", LABEL, bare, closely=soon))
    if closely:
        findings.append(Finding(NEW, LABEL, None, closely=True))
    return Memory(looks, tuple(new), seen.at), tuple(findings)


def _was_new(memory: Memory, box: FloatArray, at: float) -> bool:
    """Whether a box is one of those who were no track yet at the last look, a moment ago."""
    return 0 <= at - memory.at <= RECENT and any(_shares(box, other) >= SAME_PERSON for other in memory.new)


def _shares(one: FloatArray, other: FloatArray) -> float:
    """Intersection over union of two boxes."""
    sides = np.minimum(one[2:], other[2:]) - np.maximum(one[:2], other[:2])
    both = float(np.clip(sides, 0, None).prod())
    return both / max(float((one[2:] - one[:2]).prod() + (other[2:] - other[:2]).prod()) - both, 1e-6)


def _recent(looks: Looks, at: float) -> Looks:
    return tuple(one for one in looks if 0 <= at - one[0] <= RECENT)


def _bare_since(looks: Looks) -> float:
    """The first of the looks that have shown it bare without another between them."""
    worn = [number for number, (_, bare) in enumerate(looks) if not bare]
    return looks[worn[-1] + 1 if worn else 0][0]


def _mostly_bare(looks: Looks) -> bool:
    return sum(bare for _, bare in looks) >= MOSTLY * len(looks)


def _near(settings: NoHelmetSettings, detections: Detections, person: int) -> bool:
    _, top, _, bottom = detections.xyxy[person]
    return bool(bottom - top >= HEADS_HIGH * settings.min_head)


def _soon(settings: NoHelmetSettings, detections: Detections, head: int | None) -> bool:
    if head is None:
        return False
    _, top, _, bottom = detections.xyxy[head]
    return bool(SOON * settings.min_head <= bottom - top < settings.min_head)


def _judge(
    settings: NoHelmetSettings, detections: Detections, person: int, parts: list[int], people: list[int]
) -> tuple[bool | None, int | None]:
    """Whether one person's head is bare by the heads and helmets that belong to it, and the surest head."""
    boxes, sure = detections.xyxy, detections.confidence
    helmets = [part for part in parts if detections.label(part) == "helmet"]
    heads = [part for part in parts if detections.label(part) == "head"]
    head = max(heads, key=lambda row: float(sure[row]), default=None)
    if head is None or boxes[head, 3] - boxes[head, 1] < settings.min_head:
        return (False if helmets else None), head
    worn = [sure[helmet] for helmet in helmets if overlap_of_smaller(boxes[head], boxes[helmet]) >= SAME_HEAD]
    lead = float(sure[head]) - float(max(worn, default=0.0))
    if lead < SURER_BY:
        return (False if lead <= 0 else None), head
    return (None if _hidden(detections, head, person, people) else True), head


def _hidden(detections: Detections, head: int, person: int, people: list[int]) -> bool:
    """Whether somebody who is nearer, for he stands lower in the picture and is larger, is before the head."""
    boxes = detections.xyxy
    x1, y1, x2, y2 = (float(part) for part in boxes[head])
    for other in people:
        if other == person or boxes[other, 3] <= boxes[person, 3] or not _larger(boxes[other], boxes[person]):
            continue
        width = min(x2, float(boxes[other, 2])) - max(x1, float(boxes[other, 0]))
        height = min(y2, float(boxes[other, 3])) - max(y1, float(boxes[other, 1]))
        if width > 0 and height > 0 and width * height >= HIDDEN * (x2 - x1) * (y2 - y1):
            return True
    return False


def _larger(one: FloatArray, other: FloatArray) -> bool:
    return bool((one[2] - one[0]) * (one[3] - one[1]) > (other[2] - other[0]) * (other[3] - other[1]))


def _owners(detections: Detections, people: list[int], parts: list[int]) -> dict[int, list[int]]:
    """To which person each head or helmet belongs: of those whose upper part holds its middle, the best centred one."""
    owners: dict[int, list[int]] = {}
    for part in parts:
        x1, y1, x2, y2 = detections.xyxy[part]
        x, y = (x1 + x2) / 2, (y1 + y2) / 2
        best, least = None, np.inf
        for person in people:
            left, top, right, bottom = detections.xyxy[person]
            width, height = right - left, bottom - top
            above = y1 >= top - HEAD_WITHIN / 2 * height and y <= top + HEAD_WITHIN * height
            off = abs(x - (left + right) / 2) / max(width, 1.0)
            if left <= x <= right and above and off < least:
                best, least = person, float(off)
        if best is not None:
            owners.setdefault(best, []).append(int(part))
    return owners


NO_HELMET = SceneKind(
    id="no_helmet",
    name_zh="未戴安全帽",
    name_en="No helmet",
    need=Need.PATROL,
    promotes=True,
    classes=("person", "head", "helmet"),
    settings=NoHelmetSettings,
    start=lambda settings: Memory(),
    look=look,
)
