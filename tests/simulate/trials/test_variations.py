"""One story told under many conditions, and what is so by the script alone."""

from __future__ import annotations

import pytest

from minewarden.simulate.trials.ground import line, passages, when, where, zone
from minewarden.simulate.trials.trial import Batch, Condition, Expected, Story
from minewarden.simulate.trials.variations import EVERYDAY, Draw, vary
from minewarden.simulate.video.look import Look
from minewarden.simulate.video.place import Area
from minewarden.simulate.video.script import Script, Stay, Visit, Walk
from minewarden.simulate.video.truth import stands_in


def empty(draw: Draw) -> Story:
    return Story(Script("", "rail_roadway", draw.seed, 10), {})


def held(draw: Draw) -> Story:
    return Story(Script("", "rail_roadway", draw.seed, 10), {}, (Expected("x", 1, 2),))


def test_both_batches_have_all_conditions_and_no_seed_in_common() -> None:
    sets = {batch: vary("x", held, empty, batch) for batch in Batch}
    for trials in sets.values():
        assert [trial.positive for trial in trials] == [True] * 20 + [False] * 20
        assert {trial.condition for trial in trials} == set(EVERYDAY)
        assert len({trial.name for trial in trials}) == 40
    seeds = [{trial.script.seed for trial in trials} for trials in sets.values()]
    assert not seeds[0] & seeds[1]


def test_the_same_seeds_tell_the_same_trials() -> None:
    assert vary("x", held, empty, Batch.REPORT) == vary("x", held, empty, Batch.REPORT)


def test_a_place_that_does_not_suit_is_passed_over() -> None:
    def only_even_hundreds(draw: Draw) -> Story | None:
        return held(draw) if draw.seed % 2 else None

    assert all(trial.script.seed % 2 for trial in vary("x", only_even_hundreds, empty, Batch.REPORT)[:20])
    with pytest.raises(ValueError, match="none of"):
        vary("x", lambda draw: None, empty, Batch.REPORT)


def test_a_scene_whose_report_was_looked_at_has_other_seeds() -> None:
    mended, usual = (vary(scene, held, empty, Batch.REPORT) for scene in ("camera_health", "x"))
    assert not {one.script.seed for one in mended} & {one.script.seed for one in usual}


def test_a_story_on_the_wrong_side_is_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        vary("x", empty, empty, Batch.REPORT)


def test_every_condition_but_plain_leaves_its_mark_on_the_script() -> None:
    for trial in vary("x", held, empty, Batch.DEVELOP):
        assert bool(trial.script.spells) == (trial.condition is not Condition.PLAIN)


def test_times_and_passages_follow_from_the_script() -> None:
    script = Script(
        "", "rail_roadway", 5, 20, (Visit(Look(), 0, (0.5, 4), (Walk((0.5, 10)), Stay(3), Walk((0.5, 4)))),)
    )
    place = script.build()
    area = Area(((0, 6), (1, 6), (1, 12), (0, 12)))
    ((start, end),) = when(script, place, lambda actors: any(stands_in(area, actor) for actor in actors))
    assert (start, end) == (pytest.approx(2 / 1.2, abs=0.1), pytest.approx(10 / 1.2 + 3, abs=0.1))
    found = passages(script, place, ((-2, 6), (2, 6)))
    assert [(person, right) for _, person, right in found] == [(0, False), (0, True)]
    assert found[0][0] == pytest.approx(2 / 1.2, abs=0.1)


def test_a_zone_and_a_line_lie_in_the_picture() -> None:
    place = Script("", "rail_roadway", 5, 20).build()
    for corners in (zone(place, place.areas["rails"]), line(place, ((-2, 6), (2, 6)))):
        assert all(0 <= part <= 1 for corner in corners for part in corner)
    seen = where(place, (0.0, 8.0))
    assert seen is not None
    assert seen[2] > 20
    assert where(place, (0.0, -5.0)) is None


def test_a_further_pair_of_stories_has_the_scenes_seeds_and_names_of_its_own() -> None:
    first, further = vary("x", held, empty, Batch.DEVELOP), vary("x/still", held, empty, Batch.DEVELOP, clips=12)
    assert {trial.scene for trial in further} == {"x"}
    assert [trial.positive for trial in further] == [True] * 12 + [False] * 12
    assert {trial.script.seed for trial in further} <= {trial.script.seed for trial in first}
    assert not {trial.name for trial in further} & {trial.name for trial in first}
