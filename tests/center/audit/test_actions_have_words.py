"""The page of the audit trail names every action in the reader's language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils.translation import override

import minewarden
from minewarden.center.audit.wording import action_words
from minewarden.center.cases.transitions import table
from minewarden.center.cases.wording import ACTIONS

SOURCES = sorted(Path(minewarden.__file__).parent.rglob("*.py"))
WRITTEN = {name for path in SOURCES for name in re.findall(r'\bact\("([a-z_.]+)"', path.read_text("utf-8"))}
CASES = {f"cases.{action}" for action in ({key[2] for key in table().moves} | set(ACTIONS))}
VIDEO = {f"video.{action}" for action in ("confirm", "reject", "send_on", "undo")}


@pytest.mark.parametrize("action", sorted(WRITTEN | CASES | VIDEO))
def test_an_action_is_named_in_both_languages(action: str) -> None:
    with override("zh-hans"):
        chinese = action_words(action)
    with override("en"):
        english = action_words(action)
    assert re.search("[\u4e00-\u9fff]", chinese)
    assert english.isascii()
    assert english


def test_an_action_nobody_described_goes_by_its_code() -> None:
    assert action_words("other.thing") == ""
