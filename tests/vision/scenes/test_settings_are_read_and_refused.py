"""Settings from the command line and from the office's JSON; every refusal says what is allowed."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields

import pytest

from minewarden.vision.errors import SceneSettingsError
from minewarden.vision.scene import SceneKind, Timing
from minewarden.vision.scenes import parse_scene, scene_kind, scene_kinds, settings_from

SQUARE = ((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9))


def test_a_name_alone_gives_the_defaults() -> None:
    kind, settings = parse_scene("over_limit")
    assert settings == kind.settings()


def test_values_of_the_command_line_are_read_by_their_type() -> None:
    _, settings = parse_scene(
        "forbidden_zone: zone=0.1/0.1;0.9/0.1;0.9/0.9;0.1/0.9, name=belt 3, classes=person;vehicle, onset=2"
    )
    assert settings.zone == SQUARE
    assert (settings.name, settings.classes, settings.onset) == ("belt 3", ("person", "vehicle"), 2.0)


@pytest.mark.parametrize(
    "zone",
    [
        [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]],
        [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9], [0.1, 0.1]],
        {"type": "Polygon", "coordinates": [[[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9], [0.1, 0.1]]]},
        "0.1/0.1;0.9/0.1;0.9/0.9;0.1/0.9",
    ],
)
def test_a_zone_is_read_from_lists_from_geojson_and_from_text(zone: object) -> None:
    assert settings_from(scene_kind("over_limit"), {"zone": zone, "max": 3}).zone == SQUARE


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no_such_scene", ["no_such_scene", "camera_health", "no_helmet"]),
        ("over_limit:maximum=3", ["over_limit", "maximum", "max", "zone"]),
        ("over_limit:max=many", ["over_limit", "max", "many", "a whole number from 0 to 1000 (persons)"]),
        ("over_limit:max=1.5", ["not a whole number"]),
        ("over_limit:max=-1", ["too small", "from 0"]),
        ("over_limit:confidence=1.5", ["too large", "from 0 to 1"]),
        ("over_limit:confidence=nan", ["confidence", "nan"]),
        ("over_limit:zone=0.1/0.1;0.5/0.5", ["three corners"]),
        ("over_limit:zone=0.1/0.1;0.5/1.5;0/0", ["outside the picture"]),
        ("over_limit:zone=0/0;1/1;1/0;0/1", ["cross"]),
        ("over_limit:zone=here", ["zone", "x/y;x/y;x/y"]),
        ("over_limit:max", ["'max' is not key=value"]),
        ("forbidden_zone:classes=;", ["names separated by ;"]),
    ],
)
def test_a_wrong_setting_is_refused_with_scene_key_value_and_what_is_allowed(text: str, words: list[str]) -> None:
    with pytest.raises(SceneSettingsError) as refused:
        parse_scene(text)
    for word in words:
        assert word in str(refused.value)


@pytest.mark.parametrize("value", [None, True, [], {}, "x"])
def test_wrong_types_from_json_are_refused_too(value: object) -> None:
    with pytest.raises(SceneSettingsError):
        settings_from(scene_kind("over_limit"), {"max": value})


@pytest.mark.parametrize("kind", scene_kinds().values(), ids=lambda kind: kind.id)
def test_every_scene_of_the_catalogue_is_complete(kind: SceneKind) -> None:
    settings = kind.settings()
    for item in fields(settings):
        assert item.metadata["help"]
        if isinstance(item.default, float | int) and not isinstance(item.default, bool):
            assert item.metadata["low"] <= item.default <= item.metadata["high"]
    with pytest.raises(FrozenInstanceError):
        setattr(settings, fields(settings)[0].name, None)
    assert isinstance(kind.timing(settings, "black"), Timing)
    assert kind.name_zh
    assert kind.name_en
