"""post_vacant: the man on duty leaves a dispatch room or a substation and does not come back in time."""

from __future__ import annotations

from collections.abc import Sequence

from minewarden.simulate.video.actor import Actor
from minewarden.simulate.video.place import Place
from minewarden.simulate.video.places import build_place
from minewarden.simulate.video.pose import Posture
from minewarden.simulate.video.script import Script, Stay, Visit, Walk

from .crew import somebody
from .ground import holds, seen_at, when, where, zone
from .trial import Batch, Condition, Expected, Story, Trial
from .variations import Draw, vary

SECONDS = 18.0
VACANT_AFTER = 6.0  # in life minutes; short, so that clips are
PLACES = ("dispatch", "dispatch", "substation")


def trials(batch: Batch = Batch.REPORT) -> tuple[Trial, ...]:
    """Somebody leaves the post; or stays, is relieved, or is back before the time is over."""
    return vary("post_vacant", _left, _kept, batch, conditions=tuple(Condition))


def _story(draw: Draw, kind: str, visits: tuple[Visit, ...]) -> Story:
    script = Script("", kind, draw.seed, SECONDS, visits)
    place = script.build()
    outline = zone(place, place.areas["post"])
    wall = place.marks["door"][0] + 0.7 if "door" in place.marks else 99.0

    # An outline that reaches the picture's edge holds what is at that edge.
    reaching = [[x, 1.01 if y > 0.99 else y] for x, y in outline]

    def vacant(actors: Sequence[Actor]) -> bool:
        """Nobody is seen who stands in the outline; who leaves under the camera stands at the edge until he is gone."""
        feet = [seen_at(place, actor.spot) for actor in actors if actor.spot[0] < wall]
        return not any(spot is not None and holds(reaching, spot) for spot in feet)

    times = [(start, end) for start, end in when(script, place, vacant) if end - start >= VACANT_AFTER]
    expected = tuple(Expected("post_vacant", start, end) for start, end in times)
    return Story(script, {"zone": outline, "vacant_after": VACANT_AFTER}, expected)


def _place(draw: Draw) -> tuple[str, Place] | None:
    """A place whose seat is well in the picture."""
    kind = str(draw.random.choice(PLACES))
    place = build_place(kind, draw.seed)
    seat = where(place, place.marks["seat"], tall=1.3)
    if seat is None or seat[2] < 50 or not 0.08 < seat[0] < 0.92 or seat[1] > 0.9:
        return None
    return kind, place


def _way_out(kind: str) -> tuple[Walk, ...]:
    return (Walk("door"), Walk("door_out")) if kind == "dispatch" else (Walk("near"), Walk("near_out"))


def _way_in(kind: str) -> str:
    return "door_out" if kind == "dispatch" else "near_out"


def _left(draw: Draw) -> Story | None:
    made = _place(draw)
    if made is None:
        return None
    kind, place = made
    steps: tuple[Walk | Stay, ...] = (Stay(draw.between(1, 3), Posture.SIT), *_way_out(kind))
    visits = [Visit(somebody(draw, place, kind != "dispatch"), 0.0, "seat", steps)]
    if draw.condition is Condition.SHIFT_CHANGE:
        # Two leave: the relief has not come.
        second: tuple[Walk | Stay, ...] = (Stay(draw.between(1, 2)), *_way_out(kind))
        visits.append(Visit(somebody(draw, place, kind != "dispatch"), 0.0, "middle", second))
    story = _story(draw, kind, tuple(visits))
    ok = len(story.expected) == 1 and story.expected[0].start + VACANT_AFTER + 3 <= SECONDS
    return story if ok and story.expected[0].end == SECONDS else None


def _kept(draw: Draw) -> Story | None:
    made = _place(draw)
    if made is None:
        return None
    kind, place = made
    look = somebody(draw, place, kind != "dispatch")
    sits = (Stay(draw.between(3, 8), Posture.SIT), Stay(draw.between(2, 5), Posture.DESK), Stay(30, Posture.SIT))
    if draw.condition is Condition.SHIFT_CHANGE or draw.random.random() < 0.3:
        relief = somebody(draw, place, kind != "dispatch")
        leaves = draw.between(5, 7)
        inwards = tuple(reversed([walk.to for walk in _way_out(kind)[:-1]]))
        comes: tuple[Walk | Stay, ...] = (*(Walk(mark) for mark in inwards), Walk("seat"), Stay(30, Posture.SIT))
        visits: tuple[Visit, ...] = (
            Visit(look, 0.0, "seat", (Stay(leaves, Posture.SIT), *_way_out(kind))),
            Visit(relief, draw.between(0.5, 2.0), _way_in(kind), comes),
        )
    elif draw.random.random() < 0.4:
        out = _way_out(kind)
        there = tuple(Walk(walk.to, 1.4) for walk in reversed(out[:-1]))
        back: tuple[Walk | Stay, ...] = (*there, Walk("seat", 1.4), Stay(30, Posture.SIT))
        visits = (Visit(look, 0.0, "seat", (Stay(draw.between(1, 3), Posture.SIT), *out, *back)),)
    else:
        visits = (Visit(look, 0.0, "seat", sits),)
    story = _story(draw, kind, visits)
    return story if not story.expected else None
