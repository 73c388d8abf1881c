"""What the tests of hazards share: a few clauses of both editions, and writing a hazard down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from minewarden.center.audit.services import act
from minewarden.center.cases.models import Case
from minewarden.center.hazards.models import Catalogue, Clause
from minewarden.center.hazards.services import record_hazard
from tests.center.world import World

ZONE = ZoneInfo("Asia/Shanghai")
PARTS = {"gravity": "death", "likelihood": "possible", "people": "few", "negligence": "known"}  # 202.5: grade B
MILD = {"gravity": "light", "likelihood": "possible", "people": "few", "negligence": "unknown"}  # 27: grade D
EDITIONS = {"2020": (date(2021, 1, 1), date(2026, 6, 30)), "2026": (date(2026, 7, 1), None)}
CLAUSES = [
    ("major-2026", "2026-5.2", "甲烷传感器失效", "第五条第（二）项", ["2020-4.1"]),
    ("major-2026", "2026-14.2", "带式输送机保护失效", "第十四条第（二）项", []),
    ("major-2020", "2020-4.1", "甲烷传感器不全", "第四条第（一）项", []),
    ("ordinary", "P-3", "护栏缺失", "", []),
]


def make_clauses() -> dict[str, Clause]:
    """Two editions of major hazards and one catalogue of ordinary ones, of our own invention; the office's own stay."""
    catalogues = {
        "major-2020": ("major", *EDITIONS["2020"]),
        "major-2026": ("major", *EDITIONS["2026"]),
        "ordinary": ("ordinary", date(2020, 1, 1), None),
    }
    made = {}
    with act("tests.make_clauses", None):
        kept = {}
        for key, (kind, start, end) in catalogues.items():
            known = Catalogue.objects.filter(key=f"test-{key}").first()
            kept[key] = known or Catalogue.objects.create(
                key=f"test-{key}", name=f"测试目录{key}", kind=kind, valid_from=start, valid_to=end
            )
        for sort, (key, code, title, citation, came_from) in enumerate(CLAUSES):
            known = Clause.objects.filter(code=f"T{code}").first()
            made[code] = known or Clause.objects.create(
                catalogue=kept[key], code=f"T{code}", title=title, text=f"{title}，仍然作业的。", citation=citation,
                came_from=[f"T{old}" for old in came_from], valid_from=kept[key].valid_from,
                valid_to=kept[key].valid_to, worded_from=kept[key].valid_from, sort=sort,
            )  # fmt: skip
    return made


def august(day: int = 3, hour: int = 9) -> datetime:
    """A morning of August 2026 at the mine, when the 2026 edition is in force."""
    return datetime(2026, 8, day, hour, tzinfo=ZONE)


@pytest.fixture
def clauses(world: World, time_machine) -> dict[str, Clause]:
    """A few clauses, on a day on which the 2026 edition is in force."""
    time_machine.move_to(august(5))
    return make_clauses()


class Recorder:
    """Writes hazards down in a world; what is not said is the same every time."""

    def __init__(self, world: World) -> None:
        self.world = world

    def __call__(self, who: str = "inspector", **other: Any) -> Case:
        fields = {
            "case_id": uuid4(),
            "mine": self.world.mine_a,
            "place": self.world.place_a,
            "title": "护栏缺失",
            "description": "主运输带机头护栏缺一段",
            "clause_code": "",
            "found_at": august(),
            "grade_parts": PARTS,
        }
        return record_hazard(self.world.users[who], **(fields | other))


@pytest.fixture
def record(world: World, clauses: dict[str, Clause]) -> Recorder:
    return Recorder(world)


@pytest.fixture
def log_in(world: World) -> Callable[[str], Client]:
    def client_of(name: str) -> Client:
        client = Client()
        client.force_login(world.users[name], "django.contrib.auth.backends.ModelBackend")
        return client

    return client_of
