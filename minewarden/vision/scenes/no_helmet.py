"""A person with a bare head (未戴安全帽), one claim for each tracked person."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from minewarden.vision.detections import UNTRACKED, Detected, Detections
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


@dataclass(frozen=True, slots=True)
class NoHelmetSettings:
    """A bare head must be seen on ``looks`` looks, without one on which the helmet is seen between them."""

    confidence: float = setting(0.4, "a bare head less sure than this is not told", low=0.05, high=1)
    person_confidence: float = setting(0.0, "persons less sure than this are not looked at", low=0, high=1)
    min_head: float = setting(12.0, "a head lower than this is not told", unit="pixels", low=4, high=500)
    onset: float = setting(1.0, "how long the head must be bare", unit="s", low=0, high=3600)
    gap: float = setting(0.5, "it may fail on the way for less than this", unit="s", low=0, high=60)
    hold: float = setting(3.0, "how long it must be covered or gone", unit="s", low=0, high=3600)
    cool_down: float = setting(30.0, "no new event for the same person for so long after", unit="s", low=0, high=86400)
    looks: int = setting(4, "on how many looks at least", low=1, high=1000)


def look(settings: NoHelmetSettings, memory: None, seen: Observation) -> tuple[None, tuple[Finding, ...]]:
    """One look: of each tracked person, whether the head is bare; None where neither head nor helmet is seen.

    A bare head on somebody who is no track yet, as who walks between two key frames, asks for closer looks.
    """
    if not isinstance(seen.outcome, Detected):
        return None, ()
    detections = seen.outcome.detections
    heads = rows_of(seen, "head")
    heads = heads[detections.confidence[heads] >= settings.confidence]
    helmets = rows_of(seen, "helmet")
    people = [int(row) for row in rows_of(seen, PERSON) if detections.confidence[row] >= settings.person_confidence]
    owners = _owners(detections, people, [*heads, *helmets])
    findings = {person: _judge(settings, detections, person, owners.get(person, [])) for person in people}
    told = tuple(one for person, one in findings.items() if detections.tracker_id[person] != UNTRACKED)
    new = any(one.holds for person, one in findings.items() if detections.tracker_id[person] == UNTRACKED)
    return None, (*told, Finding(NEW, LABEL, None, closely=True)) if new else told


def _judge(settings: NoHelmetSettings, detections: Detections, person: int, parts: list[int]) -> Finding:
    """The claim about one person from the heads and helmets that belong to it."""
    key = f"track-{int(detections.tracker_id[person])}"
    boxes, sure = detections.xyxy, detections.confidence
    helmets = [part for part in parts if detections.label(part) == "helmet"]
    heads = [
        part
        for part in parts
        if detections.label(part) == "head" and boxes[part, 3] - boxes[part, 1] >= settings.min_head
    ]
    if not heads:
        return Finding(key, LABEL, False if helmets else None)
    head = max(heads, key=lambda row: float(sure[row]))
    worn = [sure[helmet] for helmet in helmets if overlap_of_smaller(boxes[head], boxes[helmet]) >= SAME_HEAD]
    lead = float(sure[head]) - float(max(worn, default=0.0))
    if lead < SURER_BY:
        return Finding(key, LABEL, False if lead <= 0 else None)
    return Finding(key, LABEL, True, float(sure[head]), (person, head), {"track": int(detections.tracker_id[person])})


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
    start=lambda settings: None,
    look=look,
)
