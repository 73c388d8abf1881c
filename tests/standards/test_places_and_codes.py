from __future__ import annotations

import pytest

from minewarden.standards import camera_code, camera_code_faults, place_class, place_classes

# The example printed in the rule.
MINE = "140421007866"
EXAMPLE = "140421004199960078660101"


def test_there_are_54_classes_underground_and_8_in_open_pits_numbered_without_a_gap():
    for kind, count in (("underground", 54), ("open_pit", 8)):
        assert list(place_classes(kind)) == [f"{number:02d}" for number in range(1, count + 1)]


def test_classes_24_to_31_are_marked_unsure_and_no_others():
    unsure = [number for number, entry in place_classes("underground").items() if entry.unsure]
    assert unsure == [f"{number:02d}" for number in range(24, 32)]


def test_the_number_of_cameras_is_kept_where_the_rule_states_one():
    assert place_class("1", "10").minimum_cameras == 2
    assert place_class("1", "24").minimum_cameras is None
    assert place_class("2", "01").minimum_cameras == 2


def test_the_dispatch_room_is_class_40_underground_and_class_1_in_an_open_pit():
    assert place_class("1", "40").name("zh-hans") == place_class("2", "01").name("zh-hans") == "调度室"
    assert place_class("1", "40").name("en") == "Dispatch room"


def test_the_example_of_the_rule_is_right():
    assert camera_code_faults(EXAMPLE, MINE, "01") == []
    assert camera_code(MINE, "01", 1, device_type="999") == EXAMPLE


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        ("14042100419996007866010", ["digits"]),
        ("14042100419996007866010１", ["digits"]),
        ("990421004199960078660101", ["region"]),
        ("140421014199960078660101", ["basic_unit"]),
        ("140421004299960078660101", ["industry"]),
        ("140421004199960078670101", ["mine"]),
        ("140421004199960078660201", ["place_class"]),
        ("140421004199960078660100", ["serial"]),
        ("990421014299960078670200", ["region", "basic_unit", "industry", "mine", "place_class", "serial"]),
    ],
)
def test_a_wrong_code_is_told_by_its_wrong_parts(code: str, parts: list[str]):
    assert [fault.part for fault in camera_code_faults(code, MINE, "01")] == parts


@pytest.mark.parametrize("serial", [0, 100])
def test_no_code_is_made_of_an_impossible_serial(serial: int):
    with pytest.raises(ValueError, match="camera code"):
        camera_code(MINE, "01", serial)
