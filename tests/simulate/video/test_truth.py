"""What holds from when to when follows from what happens, by the names that the scenes use."""

from __future__ import annotations

import pytest

from minewarden.simulate.video.clip import Film
from minewarden.simulate.video.demo import demo_scripts
from minewarden.simulate.video.effects import Fault
from minewarden.simulate.video.script import Cast, Script, Spell, Stay, Visit, Walk
from minewarden.simulate.video.truth import Truth

from .scripts import BARE, FPS, MINER, SIZE, roadway, standing


def told(script: Script) -> Truth:
    film = Film(script, SIZE, FPS)
    for _ in film:
        pass
    return film.truth()


def test_a_bare_head_is_told_while_it_is_seen_and_a_helmet_is_not() -> None:
    truth = told(roadway(5, standing(BARE, 1, 2), standing(MINER, 0, 5, (-0.6, 6.0))))
    assert [(one.scene, one.start, one.end) for one in truth.intervals] == [("no_helmet", 1.0, 3.0)]


def test_more_people_than_allowed_are_told_and_every_number_is_kept() -> None:
    crowd = [standing(MINER, 0.4 * index, 3 - 0.4 * index, (-0.8 + 0.8 * index, 6.0)) for index in range(3)]
    truth = told(roadway(4, *crowd, limit=2))
    assert [(one.scene, one.start, one.end) for one in truth.intervals] == [("over_limit", 0.8, 3.0)]
    assert [run.persons for run in truth.counts] == [1, 2, 3, 0]
    assert truth.counts[-1].end == pytest.approx(4.0)
    assert truth.over(0) == [(0.0, 3.0)]
    assert truth.over(3) == []


def test_somebody_on_the_belt_is_in_the_forbidden_zone_and_somebody_beside_it_is_not() -> None:
    steps = (Stay(1), Walk("across", speed=4, lift=0.86), Stay(1.5), Walk("middle", speed=4), Stay(1))
    script = Script("belt", "belt_roadway", 6, 6, (Visit(MINER, 0, "near", steps),), forbidden="belt")
    truth = told(script)
    assert {one.scene for one in truth.intervals} == {"forbidden_zone"}
    held = truth.intervals[0]
    assert 1.0 < held.start < held.end < 4.5
    assert len(truth.zones["belt"]) >= 3
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in truth.zones["belt"])


def test_a_post_is_vacant_from_leaving_to_coming_back() -> None:
    away = Visit(BARE, 0, "seat", (Stay(1.0),)), Visit(BARE, 3, "seat", (Stay(2.0),))
    truth = told(Script("post", "dispatch", 1, 5, away, post="post", helmets=False))
    assert [(one.scene, one.start, one.end) for one in truth.intervals] == [("post_vacant", 1.0, 3.0)]


def test_a_fault_is_told_from_its_begin_and_hides_people_when_nothing_is_seen() -> None:
    script = roadway(4, standing(MINER, 0, 4), spells=(Spell(Fault.COVERED, 1, 3, ramp=0.5),))
    truth = told(script)
    assert [(one.scene, one.label, one.start, one.end) for one in truth.intervals] == [
        ("camera_health", "covered", 1, 3)
    ]
    assert [run.persons for run in truth.counts] == [1, 0, 1]


@pytest.mark.parametrize("script", demo_scripts().values(), ids=lambda script: script.name)
def test_a_demonstration_ends_as_it_begins(script: Script) -> None:
    place = script.build()
    cast = Cast(script, place)
    first, last = cast.at(0.0), cast.at(script.seconds - 0.05)
    assert [(one.look, one.spot, one.posture) for one in first] == [(one.look, one.spot, one.posture) for one in last]
    assert all(spell.end < script.seconds or spell.start == 0 for spell in script.spells)
    assert 60 <= script.seconds <= 90


def test_most_demonstrations_show_nothing_wrong_by_their_script() -> None:
    scripts = demo_scripts().values()
    wrong = [one for one in scripts if any(isinstance(spell.kind, Fault) for spell in one.spells)]
    assert len(wrong) == 3
    assert len(scripts) >= 10
