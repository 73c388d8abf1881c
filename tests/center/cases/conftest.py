"""What the tests of cases share: opening one and walking it along."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from minewarden.center.cases import guards, hooks, services
from minewarden.center.cases.models import Case
from minewarden.center.cases.transitions import table
from tests.center.world import World


def picture(colour: str = "gray", name: str = "现场.jpg", form: str = "JPEG") -> SimpleUploadedFile:
    """A small real picture."""
    stream = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(stream, form)
    return SimpleUploadedFile(name, stream.getvalue())


def _term() -> dict[str, Any]:
    return {"due_at": timezone.now() + timedelta(days=7), "responsible": "王工"}


def _plan() -> dict[str, Any]:
    fixes = ("responsibility", "measures", "money", "deadline", "emergency")
    return {"facts": {f"fix_{name}": "已落实" for name in fixes}, "proofs": [picture("blue")]}


# What each action of the way from found to closed is done with, by whom of the world.
Way = list[tuple[str, str, Callable[[], dict[str, Any]]]]
HAND_IN = ("hand_in", "mine_a", lambda: {"reason": "已更换护栏", "proofs": [picture()]})
STEPS: Way = [
    ("verify", "inspector", dict),
    ("assign", "inspector", _term),
    ("start", "mine_a", dict),
    HAND_IN,
    ("accept", "inspector", lambda: {"reason": "合格"}),
    ("close", "inspector", dict),
]
MAJOR: Way = [
    ("verify", "inspector", dict),
    (
        "order_stop",
        "inspector",
        lambda: {"reason": "瓦斯超限仍作业", "facts": {"area": "3101工作面", "people_withdrawn": 23}},
    ),
    (
        "list",
        "office_head",
        lambda: (
            _term()
            | {
                "facts": {
                    "listing_level": "city",
                    "document_number": "甲煤安〔2026〕3号",
                    "supervising_unit": "甲川市局",
                }
            }
        ),
    ),
    ("submit_plan", "mine_a", _plan),
    ("agree_plan", "inspector", dict),
    ("self_accept", "mine_head", lambda: {"reason": "已自验", "proofs": [picture("white")]}),
    ("apply", "mine_a", lambda: {"reason": "整改完成", "proofs": [picture()]}),
    ("accept", "inspector", lambda: {"reason": "合格", "proofs": [picture("green")]}),
    ("sign_removal", "office_head", dict),
    ("agree_removal", "inspectorate", dict),
    ("approve_removal", "government", dict),
    ("delist", "office_head", lambda: {"facts": {"removal_number": "甲煤安〔2026〕9号"}}),
    (
        "publish",
        "inspector",
        lambda: {"facts": {"published_where": "市局网站", "published_on": timezone.localdate().isoformat()}},
    ),
]
SUPERVISION: Way = [
    ("start", "mine_a", dict),
    HAND_IN,
    ("lift", "office_head", lambda: {"reason": "已整改"}),
]
PROBLEM: Way = [
    ("verify", "office_head", dict),
    ("assign", "office_head", _term),
    ("start", "mine_a", dict),
    HAND_IN,
    ("accept", "office_head", lambda: {"reason": "措施已落实"}),
    ("close", "office_head", lambda: {"reason": "数据已证明"}),
]
WAYS: dict[str, Way] = {
    "violation": STEPS,
    "hazard": STEPS,
    "major_hazard": MAJOR,
    "supervision": SUPERVISION,
    "problem": PROBLEM,
}
FIRST = {kind: table().initial[kind] for kind in WAYS}


def states_on(kind: str) -> list[str]:
    """The states that the straight way of a kind goes through, in order."""
    states = [FIRST[kind]]
    for action, _who, _given in WAYS[kind]:
        move = table().move(kind, states[-1], action)
        assert move is not None, (kind, states[-1], action)
        states.append(move.target)
    return states


class Walker:
    """Opens cases in a world and takes them to a state."""

    def __init__(self, world: World) -> None:
        self.world = world

    def open(self, kind: str = "hazard", **other: Any) -> Case:
        """By the inspector; a supervision order by the office head. Orders and problems bind the mine."""
        supervision, problem = kind == "supervision", kind == "problem"
        fields = {
            "kind": kind,
            "mine": self.world.mine_a,
            "place": self.world.place_a,
            "camera": None,
            "title": "护栏缺失",
            "description": "主运输带机头护栏缺一段",
            "level": "yellow",
            "found_at": timezone.now() - timedelta(hours=1),
        }
        if supervision:
            fields |= _term() | {"bound_node": self.world.mine_a.node}
        if problem:
            fields |= {"bound_node": self.world.mine_a.node}
        opener = self.world.users["office_head" if supervision else "inspector"]
        return services.open_case(opener, **(fields | other))

    def to(self, state: str, kind: str = "hazard", case: Case | None = None) -> Case:
        case = case or self.open(kind)
        states = states_on(case.kind)
        for action, who, given in WAYS[case.kind][states.index(case.state) : states.index(state)]:
            case = self.do(case, action, who, **given())
        return case

    def do(self, case: Case, action: str, who: str, **given: Any) -> Case:
        return services.move(case.pk, action, self.world.users[who], expected_version=case.version, **given)


@pytest.fixture(autouse=True)
def figures_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    """What only figures can close is closed here without: the tests of problems ask the figures."""
    for name in ("measures_are_named", "measure_shows_it", "measure_still_shows_it"):
        monkeypatch.setitem(guards._answers, name, lambda _attempt: None)
    monkeypatch.setattr(hooks, "_hooks", [hook for hook in hooks._hooks if hook.__name__ != "keep_figures"])


@pytest.fixture
def walker(world: World) -> Walker:
    return Walker(world)
