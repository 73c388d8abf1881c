"""A few trials from drawing to score, with the starter detector; the whole of one scene in the long form."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from minewarden.bench.accuracy.bench import Bench, run, watch_one
from minewarden.bench.accuracy.run import clip_of
from minewarden.cli.bench import bench
from minewarden.simulate.trials import Batch, Story, Trial, trials_of, tried_scenes
from minewarden.simulate.video.script import Script

SMALL = (416, 234)
SCENES = ("forbidden_zone", "over_limit")


def trial(scene: str, *, positive: bool) -> Trial:
    """The first of its sort, drawn small."""
    return replace(next(one for one in trials_of(scene, Batch.DEVELOP) if one.positive is positive), size=SMALL)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench("starter", tmp_path_factory.mktemp("clips"))


@pytest.mark.parametrize("scene", SCENES)
def test_what_happens_is_told_and_what_does_not_is_not(scene: str, settings: Bench) -> None:
    for positive in (True, False):
        (clip,) = watch_one(settings, trial(scene, positive=positive))
        assert clip.matched.right, clip
        assert len(clip.told) == positive


def test_a_clip_is_drawn_once_and_anew_when_its_story_changes(tmp_path: Path) -> None:
    tiny = Trial("x", "x-1", Story(Script("x", "rail_roadway", 5, 0.3), {}), size=(64, 36))
    first = clip_of(tiny, tmp_path)
    made = first.stat().st_mtime_ns
    assert clip_of(tiny, tmp_path) == first
    assert first.stat().st_mtime_ns == made
    other = clip_of(replace(tiny, story=replace(tiny.story, script=replace(tiny.script, seconds=0.5))), tmp_path)
    assert other != first
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".json", ".mp4"]


@pytest.mark.parametrize(
    "scene", [pytest.param(one, marks=() if one in SCENES else pytest.mark.soak) for one in tried_scenes()]
)
def test_a_scene_has_twenty_clips_of_each_sort_and_batches_apart(scene: str) -> None:
    seeds = []
    for batch in Batch:
        trials = trials_of(scene, batch)
        assert sum(one.positive for one in trials) >= 20
        assert sum(not one.positive for one in trials) >= 20
        assert len({one.name for one in trials}) == len(trials)
        assert {one.scene for one in trials} == {scene}
        seeds.append({one.script.seed for one in trials})
    assert not seeds[0] & seeds[1], scene


def test_an_unknown_scene_is_refused_by_name() -> None:
    result = CliRunner().invoke(bench, ["accuracy", "--scene", "flying_cows"])
    assert result.exit_code == 2
    assert "flying_cows" in result.output


def test_no_real_clips_are_said_to_be_missing(tmp_path: Path) -> None:
    result = CliRunner().invoke(bench, ["accuracy", "--no-rendered", "--real", str(tmp_path)])
    assert result.exit_code == 2
    assert "house6.mp4" in result.output


@pytest.mark.soak
def test_a_scene_is_within_the_bar_on_rendered_clips(tmp_path: Path) -> None:
    to = tmp_path / "scores.json"
    arguments = ["accuracy", "--scene", "forbidden_zone", "--no-real", "--json", str(to), "--cache", str(tmp_path)]
    result = CliRunner().invoke(bench, arguments)
    assert result.exit_code == 0, result.output
    assert "Rendered is not real" in result.output
    (scores,) = json.loads(to.read_text())["scores"]
    assert (scores["positives"], scores["negatives"], scores["within"]) == (20, 20, True)


@pytest.mark.soak
def test_two_processes_find_what_one_finds(settings: Bench) -> None:
    work = [trial(scene, positive=True) for scene in SCENES]
    alone = {one.name: clips for one, clips in run(settings, work, 1)}
    together = {one.name: clips for one, clips in run(settings, work, 2)}
    assert {name: [clip.matched for clip in clips] for name, clips in alone.items()} == {
        name: [clip.matched for clip in clips] for name, clips in together.items()
    }
