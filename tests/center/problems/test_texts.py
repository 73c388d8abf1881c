"""Texts made comparable: what is particular to a case is taken out and kept."""

from __future__ import annotations

import pytest

from minewarden.center.problems.texts import NO_LEXICON, lexicon, lexicon_from, normalised, plain


def test_places_equipment_and_numbers_are_taken_out_and_kept() -> None:
    found = normalised("经现场检查，３２０７综采工作面 12号支架漏液2根，要求限期整改。", lexicon())
    assert found.text == "@#支架漏液#"
    assert (found.places, found.equipment, found.numbers) == (("3207综采工作面",), ("12号",), ("2根",))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2101掘进工作面瓦斯探头未按规定吊挂。", "3304迎头甲烷传感器没有按规定吊挂"),
        ("一采区变电所局扇开关标志牌缺失", "中央变电所局部通风机开关标志牌缺少"),
        ("2根漏液柱", "3根漏液柱，需更换。"),
    ],
)
def test_the_same_fault_in_other_words_becomes_the_same_text(one: str, other: str) -> None:
    assert normalised(one, lexicon()).text == normalised(other, lexicon()).text


def test_different_faults_stay_different() -> None:
    assert normalised("风门闭锁失效", lexicon()).text != normalised("风门关闭不严", lexicon()).text


def test_with_the_lexicon_set_aside_only_numbers_go() -> None:
    assert normalised("The CO sensor of pump 12 failed.", NO_LEXICON).text == "the co sensor of pump#failed"


def test_a_copied_text_is_known_by_its_words_and_numbers() -> None:
    assert plain("３２０７面  漏液 ") == plain("3207面 漏液")
    assert plain("3207面漏液") != plain("3208面漏液")


def test_a_word_that_stands_for_two_others_is_refused() -> None:
    table = {
        "synonyms": [["甲", "乙"], ["丙", "乙"]],
        "places": {"qualifier": "x", "nouns": ["面"]},
        "equipment": {"types": ["x"], "numbered": "(x)"},
        "numbers": {"pattern": "x"},
        "boilerplate": {"patterns": ["x"]},
    }
    with pytest.raises(ValueError, match="stands for"):
        lexicon_from(table)
