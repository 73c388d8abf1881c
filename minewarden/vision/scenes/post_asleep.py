"""Somebody at the post who has not moved for so long (睡岗)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from minewarden.vision.detections import Detected, FloatArray, NotAnalysed
from minewarden.vision.frame import Image
from minewarden.vision.scene import Finding, Need, Observation, SceneKind, Timing

from .people import PERSON, SAME_PERSON, SAME_TOP, Seen, people_in
from .settings import Zone, setting
from .stir import ENOUGH, TOO_FAR, WINDOW, Change, compare, windows_of

LABEL = "post_asleep"
# Boxes that share so much (intersection over union) from one look to the next are one who sits: a detector's box of
# somebody still keeps 0.8 and more of itself. So are those of which one holds so much of the other and is no more than
# so many times as large: the upper half of somebody whose legs the desk hides.
SAME_SEAT, HOLDS, HALF = 0.5, 0.7, 2.0
# Who was not found for longer than this (s) has gone; a detector misses who sits still for a look or two.
GONE_AFTER = 10.0
# Pictures this far apart (s) are compared: a hand that moves slowly has then moved by its own width.
APART = 1.5
# A box so many times as large as another is nobody who passes before that one.
FAR_LARGER = 2.0
# When so much of the whole picture has changed, it is the camera or the light.
UNSTEADY = 0.5
# Of who was never seen to come or to move the detector must be so sure, on so many of at least so many looks: the
# starter takes an empty chair for somebody at up to 0.55, and who sleeps at 0.65 and more.
SURE, SURE_LOOKS, LEAST_LOOKS = 0.6, 0.75, 3
# He must not move for so many times as long: of others it is known that their movements are seen at this camera.
UNSTIRRED_TIMES = 2.0
UNSTIRRED = "-unstirred"

Box = tuple[float, float, float, float]
"""x1, y1, x2, y2 in pixels."""


@dataclass(frozen=True, slots=True)
class PostAsleepSettings:
    """A person in ``zone`` of whom less than ``moved`` of the body's structure moves for ``asleep_after``.

    No rule was found that gives a number: three to five minutes are usual in the trade, and the longer is taken here,
    because whoever reads a screen sits still too. A turn of the head or a hand on the desk moves about a tenth of what
    is seen of somebody who sits; breathing moves the edges by less than a pixel of the small picture. Every movement
    begins the time anew, because who is awake moves now and then; ``gap`` lets short ones of sleepers pass.
    """

    zone: Zone = setting((), "where the post is; the whole picture by default")
    asleep_after: float = setting(300.0, "how long somebody may sit without moving", unit="s", low=0, high=86400)
    moved: float = setting(0.05, "this share of the body's structure must change to be a movement", low=0.005, high=1)
    confidence: float = setting(0.0, "persons less sure than this are not looked at", low=0, high=1)
    gap: float = setting(0.0, "movements shorter than this do not count", unit="s", low=0, high=60)
    hold: float = setting(4.0, "how long somebody must move for the event to be over", unit="s", low=0, high=3600)
    cool_down: float = setting(60.0, "no new event of the same seat for so long after", unit="s", low=0, high=86400)
    looks: int = setting(5, "on how many looks at least", low=1, high=1000)


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody at the post: a number, the box and when last seen (Unix s).

    ``still``: whether nothing moved at the last comparison; None before one or when it cannot be told. ``there``: he is
    still there although the detector does not find him, because nothing has moved in his box since it did. ``stirred``:
    he was ever seen to come or move; an empty chair that a detector takes for somebody never was. ``since``: from when
    on nothing moves (Unix s), None: something does; ``moved_at``: when it did at the last comparison that showed it, in
    the middle between its two pictures, for nobody knows better. ``looks`` he was found on, ``sure`` of them surely.
    """

    number: int
    box: Box
    at: float
    still: bool | None = None
    there: bool = True
    stirred: bool = False
    since: float | None = None
    moved_at: float | None = None
    looks: int = 0
    sure: int = 0

    @property
    def somebody(self) -> bool:
        """Whether it is no chair: it stirred, or the detector is as sure of it as of people."""
        return self.stirred or (self.looks >= LEAST_LOOKS and self.sure >= SURE_LOOKS * self.looks)

    def settled(self, still: bool | None, begin: float, end: float) -> Seat:
        """The seat after a comparison of pictures of two times."""
        if not still:
            return replace(self, still=still, since=None, moved_at=None if still is None else (begin + end) / 2)
        since = self.since
        if since is None:
            since = begin if self.moved_at is None or begin - self.moved_at > TOO_FAR else self.moved_at
        return replace(self, still=True, since=since)


@dataclass(frozen=True, slots=True)
class Memory:
    """``before`` is the picture that the next is compared with, of time ``at``; ``boxes`` are those found in it.
    ``looked_at`` is the last look's time."""

    seats: tuple[Seat, ...] = ()
    before: Image | None = None
    boxes: tuple[Box, ...] = ()
    at: float = 0.0
    numbers: int = 0
    looked_at: float = 0.0


def look(settings: PostAsleepSettings, memory: Memory, seen: Observation) -> tuple[Memory, tuple[Finding, ...]]:
    """One look: of each person at the post, whether he sits still.

    Who is not found is still there, and still, as long as nothing moves where he was found last: a detector loses who
    lies on the desk. After any movement there he cannot be told until he is found again. Who is too small or too dark
    to be judged cannot be told either, nor who has not stirred since the watch began and may be a chair.
    """
    people = people_in(settings.zone, seen, settings.confidence)
    if people is None or isinstance(seen.outcome, NotAnalysed):
        return memory, tuple(Finding(_key(seat), LABEL, None) for seat in memory.seats)
    boxes = [] if not isinstance(seen.outcome, Detected) else [seen.outcome.detections.xyxy[one.row] for one in people]
    since, before, passed = memory.at, memory.boxes, seen.at - memory.looked_at
    memory, change = _compared(memory, seen)
    if memory.at == seen.at:
        memory = replace(memory, boxes=tuple(_plain(box) for box in boxes))
    free = list(memory.seats)
    if not 0 <= passed <= TOO_FAR:
        free = [replace(seat, still=None, since=None, moved_at=None) for seat in free]
    seats, findings, numbers = [], [], memory.numbers
    for person, box in zip(people, boxes, strict=True):
        old = max(free, key=lambda seat: _likeness(seat.box, box), default=None)
        if old is None or _likeness(old.box, box) < SAME_SEAT:
            numbers += 1
            old = Seat(numbers, _plain(box), seen.at)
        else:
            free.remove(old)
        seat = old
        if change is not None:
            seat = old.settled(_still(settings, change, old, box, seen), since, seen.at)
            others = [_plain(other) for other in boxes if other is not box] + [one for one in before if one != old.box]
            others = [other for other in others if not _part_of(other, box)]
            seat = replace(seat, stirred=old.stirred or _stirs(settings, change, box, others, seen))
        sure = seat.sure + (person.confidence >= SURE)
        seat = replace(seat, box=_plain(box), at=seen.at, there=True, looks=seat.looks + 1, sure=sure)
        seats.append(seat)
        findings.append(_told(seat, person))
    missing = [_unfound(settings, change, seat, seen, since) for seat in free if 0 <= seen.at - seat.at <= GONE_AFTER]
    findings += [_told(seat, None) for seat in missing]
    return replace(memory, seats=(*seats, *missing), numbers=numbers, looked_at=seen.at), tuple(findings)


def _told(seat: Seat, person: Seen | None) -> Finding:
    """The claim about a seat; ``person`` who was found there at this look."""
    holds = seat.still
    if (holds and not seat.somebody) or (person is None and not (seat.there and holds)):
        holds = None
    if not holds or seat.since is None:
        return Finding(_key(seat), LABEL, holds, *((person.confidence, (person.row,)) if person else ()))
    sure, rows = (0.0, ()) if person is None else (person.confidence, (person.row,))
    detail = {"stirred": seat.stirred}
    return Finding(_key(seat), LABEL, True, sure, rows, detail, since=seat.since)


def _unfound(settings: PostAsleepSettings, change: Change | None, seat: Seat, seen: Observation, since: float) -> Seat:
    """A seat whose person the detector does not find at this look."""
    if change is None or not seat.there:
        return seat
    still = _still(settings, change, seat, np.array(seat.box, np.float32), seen)
    return replace(seat.settled(True, since, seen.at), at=seen.at) if still else replace(seat, there=False)


def _compared(memory: Memory, seen: Observation) -> tuple[Memory, Change | None]:
    """The memory with this look's picture, and what has changed since the last one; None when it is too soon."""
    if seen.small is None:
        return memory, None
    gap = seen.at - memory.at
    before = memory.before
    if before is None or before.shape != seen.small.shape or not 0 <= gap <= TOO_FAR:
        return replace(memory, before=seen.small, at=seen.at), None
    if gap < APART:
        return memory, None
    return replace(memory, before=seen.small, at=seen.at), compare(seen.small, before)


def _still(settings: PostAsleepSettings, change: Change, seat: Seat, box: FloatArray, seen: Observation) -> bool | None:
    """Whether less than ``moved`` of what can be judged of the body has changed."""
    assert seen.small is not None
    scale = (seen.width, seen.height, seen.width, seen.height)
    x1, y1, x2, y2 = (float(part) / whole for part, whole in zip(box, scale, strict=True))
    body = windows_of([(x1, y1, x2, y2)], seen.small) & change.judged
    rest = change.judged & ~windows_of([(x1, y1, x2, y2)], seen.small)
    if body.sum() < ENOUGH or (rest.sum() >= ENOUGH and change.changed[rest].mean() > UNSTEADY):
        return None
    return bool(change.changed[body].mean() < settings.moved)


def _stirs(settings: PostAsleepSettings, change: Change, box: FloatArray, others: list[Box], seen: Observation) -> bool:
    """Whether something has moved in a box that is no part of another's, now or before: nobody who passes before it.

    What is far larger is no person before it, but a desk with somebody at it.
    """
    assert seen.small is not None
    scale = np.array((seen.width, seen.height, seen.width, seen.height))
    hidden = [_plain(np.array(other) / scale) for other in others if _area(other) < FAR_LARGER * _area(box)]
    own = windows_of([_plain(box / scale)], seen.small) & ~windows_of(hidden, seen.small, grow=WINDOW) & change.judged
    return bool(own.sum() >= ENOUGH and change.changed[own].mean() >= settings.moved)


def _likeness(one: Box, other: Box | FloatArray) -> float:
    """Intersection over union of two boxes; SAME_SEAT at least where one holds the other and is hardly larger."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    both, least, most = width * height, *sorted((_area(one), _area(other)))
    overlap = float(both / max(least + most - both, 1e-6))
    return max(overlap, SAME_SEAT) if both >= HOLDS * least and most <= HALF * least else overlap


def _part_of(other: Box, box: FloatArray) -> bool:
    """Whether a box is the upper part of another, found beside the whole: no other person."""
    width, height = min(other[2], box[2]) - max(other[0], box[0]), min(other[3], box[3]) - max(other[1], box[1])
    inside = width > 0 and height > 0 and width * height >= SAME_PERSON * _area(other)
    return bool(inside and abs(other[1] - box[1]) < SAME_TOP * (box[3] - box[1]))


def _area(box: Box | FloatArray) -> float:
    return float((box[2] - box[0]) * (box[3] - box[1]))


def _plain(box: FloatArray) -> Box:
    x1, y1, x2, y2 = np.asarray(box, np.float64).tolist()
    return x1, y1, x2, y2


def _key(seat: Seat) -> str:
    """Who stirs is another claim from then on."""
    return f"seat-{seat.number}{'' if seat.stirred else UNSTIRRED}"


def _asleep_after(settings: PostAsleepSettings, key: str) -> float:
    return settings.asleep_after * (UNSTIRRED_TIMES if key.endswith(UNSTIRRED) else 1.0)


def timing(settings: PostAsleepSettings, key: str) -> Timing:
    """The onset is how long somebody may sit without moving."""
    return Timing(_asleep_after(settings, key), settings.hold, settings.cool_down, settings.looks, gap=settings.gap)


POST_ASLEEP = SceneKind(
    id="post_asleep",
    name_zh="睡岗",
    name_en="Asleep at the post",
    need=Need.PATROL,
    promotes=False,
    classes=(PERSON,),
    settings=PostAsleepSettings,
    start=lambda settings: Memory(),
    look=look,
    timing=timing,
)
