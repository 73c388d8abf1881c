"""``standards/scenes.json`` says of our scenes what they are; the office has words for every setting of them."""

from __future__ import annotations

import json
import tomllib
from importlib.resources import files

import pytest

from minewarden.contract import SceneCatalogue
from minewarden.standards.scene_values import WrongValue
from minewarden.standards.scenes import MASK, scenes
from minewarden.vision.scenes import scene_kinds, settings_from
from minewarden.vision.scenes.catalogue import OUR_OWN
from minewarden.vision.scenes.describe import catalogue, our_own_text

WORDS = tomllib.loads(files("minewarden.center.video").joinpath("scene_settings.toml").read_text("utf-8"))


def test_the_file_says_what_the_scenes_are() -> None:
    written = files("minewarden.standards").joinpath("scenes.json").read_text("utf-8")
    assert written == our_own_text(), "run: python -m minewarden.vision.scenes.describe"


def test_the_office_reads_what_an_edge_tells() -> None:
    told = SceneCatalogue.model_validate_json(catalogue(OUR_OWN).model_dump_json())
    assert tuple(scenes()) == tuple(scene.id for scene in told.scenes)
    for scene in told.scenes:
        assert scene.settings[-1].name == MASK


def test_every_default_is_a_value_that_watch_and_office_both_take() -> None:
    for kind in OUR_OWN:
        entry = scenes()[kind.id]
        for setting in entry.settings:
            if setting.kind in ("names", "line") and not setting.default:
                continue  # none: left out, for names that are given are one at least, and a line has two points
            assert json.loads(json.dumps(setting.read(setting.default))) == setting.default
            if setting.name != MASK:
                settings_from(kind, {setting.name: setting.default})


@pytest.mark.parametrize("scene", scenes().values(), ids=lambda scene: scene.id)
def test_every_setting_has_words_in_both_languages(scene) -> None:
    for setting in scene.settings:
        entry = WORDS.get(scene.id, {}).get(setting.name) or WORDS["_common"].get(setting.name)
        assert entry, f"add [{scene.id}.{setting.name}] to center/video/scene_settings.toml"
        for part in ("names", "help"):
            assert entry[part]["zh"].strip(), setting.name
            assert entry[part]["en"].strip(), setting.name


def test_words_of_settings_that_no_scene_has_any_more_are_taken_out() -> None:
    known = {scene.id: {setting.name for setting in scene.settings} for scene in scenes().values()}
    everywhere = set().union(*known.values())
    assert set(WORDS["_common"]) <= everywhere
    for scene, entries in WORDS.items():
        if scene != "_common":
            assert scene in known
            assert set(entries) <= known[scene], scene


@pytest.mark.parametrize(
    ("kind", "value", "fault"),
    [
        ("number", "a lot", "not_a_number"),
        ("number", "nan", "not_a_number"),
        ("number", True, "not_a_number"),
        ("number", 1e9, "too_large"),
        ("whole", 1.5, "not_whole"),
        ("whole", -1, "too_small"),
        ("yes_no", "perhaps", "not_yes_no"),
        ("text", 7, "not_text"),
        ("text", "a\0b", "not_text"),
        ("names", [], "not_names"),
        ("zone", [[0, 0], [1, 1]], "too_few_corners"),
        ("zone", [[0, 0], [1, 1], [1, 0], [0, 1]], "edges_cross"),
        ("zone", [[0, 0], [2, 0], [1, 1]], "outside"),
        ("zone", {"type": "Polygon", "coordinates": 7}, "not_polygon"),
        ("zones", 7, "not_zones"),
        ("zones", [[]], "too_few_corners"),
        ("line", [[0, 0]], "two_points"),
        ("line", [[0, 0], [0, 0]], "same_point"),
        ("hours", ["8-9"], "not_times"),
        ("hours", ["08:00-08:00"], "not_hours"),
        ("times", [], "not_times"),
    ],
)
def test_a_wrong_value_is_refused_with_a_word_for_why(kind: str, value: object, fault: str) -> None:
    setting = next(
        each
        for scene in scenes().values()
        for each in scene.settings
        if each.kind == kind and (kind not in ("number", "whole") or (each.low == 0 or each.low == 1))
    )
    with pytest.raises(WrongValue) as refused:
        setting.read(value)
    assert refused.value.fault == fault


def test_every_installed_scene_can_be_described() -> None:
    assert {scene.id for scene in catalogue().scenes} == set(scene_kinds())
