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

from minewarden.center.cases import services
from minewarden.center.cases.models import Case
from tests.center.world import World


def picture(colour: str = "gray", name: str = "现场.jpg", form: str = "JPEG") -> SimpleUploadedFile:
    """A small real picture."""
    stream = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(stream, form)
    return SimpleUploadedFile(name, stream.getvalue())


# What each action of the way from found to closed is done with, by whom of the world.
STEPS: list[tuple[str, str, Callable[[], dict[str, Any]]]] = [
    ("verify", "inspector", dict),
    (
        "assign",
        "inspector",
        lambda: {"due_at": timezone.now() + timedelta(days=7), "responsible": "王工"},
    ),
    ("start", "mine_a", dict),
    ("hand_in", "mine_a", lambda: {"reason": "已更换护栏", "proofs": [picture()]}),
    ("accept", "inspector", lambda: {"reason": "合格"}),
    ("close", "inspector", dict),
]
AFTER = ["found", "verified", "assigned", "rectifying", "handed_in", "accepted", "closed"]


class Walker:
    """Opens cases in a world and takes them to a state."""

    def __init__(self, world: World) -> None:
        self.world = world

    def open(self, kind: str = "hazard", **other: Any) -> Case:
        fields = {
            "kind": kind,
            "mine": self.world.mine_a,
            "place": self.world.place_a,
            "camera": None,
            "title": "护栏缺失",
            "description": "主运输带机头护栏缺一段",
            "level": "yellow",
            "found_at": timezone.now() - timedelta(hours=1),
        } | other
        return services.open_case(self.world.users["inspector"], **fields)

    def to(self, state: str, kind: str = "hazard", case: Case | None = None) -> Case:
        case = case or self.open(kind)
        for action, who, given in STEPS[AFTER.index(case.state) : AFTER.index(state)]:
            case = self.do(case, action, who, **given())
        return case

    def do(self, case: Case, action: str, who: str, **given: Any) -> Case:
        return services.move(case.pk, action, self.world.users[who], expected_version=case.version, **given)


@pytest.fixture
def walker(world: World) -> Walker:
    return Walker(world)
