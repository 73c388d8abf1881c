"""Which scenes a class of place is proposed, and that the table names only what there is."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from minewarden.standards import place_classes
from minewarden.standards.place_scenes import EVERY, scenes_of_place

TABLE = tomllib.loads(files("minewarden.standards").joinpath("place_scenes.toml").read_text("utf-8"))


@pytest.mark.parametrize("scene", TABLE)
def test_every_class_it_names_exists_and_stands_there_once(scene: str):
    for kind in ("underground", "open_pit"):
        named = [number for entry in TABLE[scene] for number in entry.get(kind, ())]
        assert set(named) - {EVERY} <= set(place_classes(kind))
        assert len(named) == len(set(named))


@pytest.mark.parametrize("scene", TABLE)
def test_every_entry_says_why_and_what_no_rule_names_is_marked_unsure(scene: str):
    for entry in TABLE[scene]:
        assert entry["reason"]["zh"]
        assert entry["reason"]["en"]
        assert entry.get("source") or entry["unsure"]


@pytest.mark.parametrize("place", ["42", "43", "44"])
def test_people_are_counted_at_shaft_mouths(place: str):
    found = {one.scene: one for one in scenes_of_place("1", place)}
    assert not found["people_in_out"].unsure
    assert "55号" in found["people_in_out"].source


def test_the_dispatch_room_is_proposed_its_posts_and_the_main_belt_its_belt():
    assert [one.scene for one in scenes_of_place("1", "40")] == ["camera_health", "post_vacant", "post_asleep"]
    assert {"belt_state", "belt_crossing", "smoke_fire"} <= {one.scene for one in scenes_of_place("1", "14")}


def test_every_place_of_both_kinds_is_proposed_something():
    for mine_type, kind in (("1", "underground"), ("2", "open_pit")):
        for number in place_classes(kind):
            assert scenes_of_place(mine_type, number)
