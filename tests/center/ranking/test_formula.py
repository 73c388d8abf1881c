from __future__ import annotations

import hashlib
from importlib.resources import files

import pytest

from minewarden.center.ranking.formula import FaultyFormula, formula, read

CONTENT = files("minewarden.center.ranking").joinpath("formula.toml").read_bytes()
FAULTS = {
    "weights": ("weight = 0.15\n", "weight = 0.16\n", "sum to"),
    "indicator twice": ('key = "video"', 'key = "honesty"', "twice"),
    "red line twice": ('key = "hidden_face"', 'key = "failed_lookback"', "twice"),
    "no widest class": (', ["kind"], []]', ', ["kind"]]', "widest"),
    "peers without words": ('[["kind", "disaster", "size"]', '[["kind", "gas"]', "no words"),
    "no version": ('version = "1"', 'version = ""', "version"),
    "weight of nothing": ("cap = 3 ", "cap = 1 ", "cap"),
    "missing": ("list_from", "lists_from", "list_from"),
    "interval": ("[0.05, 0.95]", "[0.95, 0.05]", "interval"),
    "mark": ("list_from = 45.0", "list_from = 145.0", "list_from"),
    "kind": ("[0.05, 0.95]", '"wide"', "wrong kind"),
    "not TOML": ("[score]", "[score", "TOML"),
}


def test_its_weights_sum_to_one_and_every_part_has_words_in_both_languages() -> None:
    found = formula()
    assert sum(one.weight for one in found.indicators) == pytest.approx(1)
    assert len(found.indicators) == 7
    words = [one for each in found.indicators for one in (each.words, each.numerator, each.exposure, each.source)]
    words += [one for line in found.red_lines for one in (line.words, line.ends)]
    assert all(one.zh and one.en for one in words)
    assert found.indicator("video").words.name("zh-hans") != found.indicator("video").words.name("en")
    assert found.red_line("concealed_accident").words.name("en") == "Concealed accident"


def test_its_hash_is_the_hash_of_the_file() -> None:
    assert formula().sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert read(CONTENT + b"# one remark more\n").sha256 != formula().sha256


def test_an_unknown_key_is_said() -> None:
    with pytest.raises(KeyError):
        formula().indicator("luck")
    with pytest.raises(KeyError):
        formula().red_line("luck")


@pytest.mark.parametrize(("before", "after", "said"), FAULTS.values(), ids=FAULTS.keys())
def test_a_formula_that_does_not_hold_together_is_refused(before: str, after: str, said: str) -> None:
    text = CONTENT.decode()
    assert before in text
    with pytest.raises(FaultyFormula, match=said):
        read(text.replace(before, after, 1).encode())
