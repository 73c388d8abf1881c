"""Two people accept, hand in, import and edit the same case at the same moment, again and again: never a state that the
table does not allow, and nobody's words lost without being told."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict

from minewarden.center.audit.verify import verify
from minewarden.center.cases import services
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import Case
from minewarden.center.cases.transitions import table
from minewarden.center.workbooks.errors import BatchError
from minewarden.center.workbooks.exporting import export
from minewarden.center.workbooks.models import BatchRow
from minewarden.center.workbooks.spec import sheet_of
from tests.center.cases.conftest import Walker, picture
from tests.center.cases.test_two_at_once import at_once
from tests.center.hazards.conftest import Recorder
from tests.center.world import World

from .conftest import Bring

pytestmark = pytest.mark.django_db(transaction=True)
Call = Callable[[], Any]
STAYS = {"edit", "import"}
# What may be told to the slower one; every other exception is a failure.
TOLD = {"changed", "changed_meanwhile", "not_now"}


class Round:
    """One case in one of two states, and what four people want to do to it at that moment."""

    def __init__(self, world: World, bring: Bring, folder: Path, number: int) -> None:
        self.walker, self.bring, self.number = Walker(world), bring, number
        case = Recorder(world)(title=f"第{number}项隐患")
        state = "rectifying" if number % 2 else "handed_in"
        self.case = self.walker.to(state, case=Case.objects.get(pk=case.pk))
        self.path = folder / f"{number}.csv"
        self.user = world.users["inspector"]

    def calls(self, chance: random.Random) -> dict[str, Call]:
        """Two of the four, each by somebody who may."""
        step = (
            ("hand_in", lambda: self._move("hand_in", "mine_a", "整改完成"))
            if self.case.state == "rectifying"
            else ("accept", lambda: self._move("accept", "inspector_2", "合格"))
        )
        again = (f"{step[0]} again", step[1])
        edits = [
            ("edit", lambda: self._edit("inspector", "编辑")),
            ("edit 2", lambda: self._edit("inspector_2", "另编")),
        ]
        everything = dict([step, again, *edits, ("import", self._prepared_import())])
        return dict(chance.sample(sorted(everything.items()), 2))

    def _move(self, action: str, who: str, reason: str) -> Case:
        proofs = [picture()] if action == "hand_in" else []
        user = self.walker.world.users[who]
        version = self.case.version
        return services.move(self.case.pk, action, user, expected_version=version, reason=reason, proofs=proofs)

    def _edit(self, who: str, word: str) -> Case:
        user = self.walker.world.users[who]
        title = f"{word}{self.number}"
        return services.edit(self.case.pk, user, expected_version=self.case.version, title=title)

    def _prepared_import(self) -> Call:
        export(self.user, sheet_of("hazards"), QueryDict(f"q={self.case.number}"), self.path, "csv")
        text = self.path.read_text("utf-8-sig")
        self.path.write_text(text.replace(self.case.title, f"导入{self.number}"), "utf-8")
        return lambda: self.bring(self.path, take=True)


def outcome(name: str, result: Any) -> str:
    """What became of one call: ``done``, or the code that its caller was told."""
    if isinstance(result, CaseError):
        return result.code
    if isinstance(result, BatchError):
        # Read after the other's step: its only row is marked, and there is nothing to take over.
        assert (name, result.code) == ("import", "nothing")
        return str(BatchRow.objects.latest("pk").problems[0]["code"])
    if isinstance(result, Exception):
        raise result
    if name == "import":
        row = BatchRow.objects.get(batch=result)
        return "done" if row.done else row.problems[0]["code"]
    return "done"


def check(case: Case, titles: list[str]) -> None:
    """The case is where its history leads, every step is one of the table, and the titles of all who were told "done"
    stand in the audit."""
    case.refresh_from_db()
    steps = list(case.transitions.order_by("version"))
    assert [step.version for step in steps] == list(range(1, case.version + 1))
    state = ""
    for step in steps:
        assert step.from_state == state
        state = step.to_state
        if step.action in STAYS:
            assert step.from_state == step.to_state
        elif step.action != "open":
            move = table().move(case.kind, step.from_state, step.action)
            assert move is not None
            assert move.target == step.to_state
    assert case.state == state
    assert not titles or case.title == titles[-1] or case.title in titles


def play(world: World, bring: Bring, folder: Path, rounds: int) -> Counter[str]:
    chance, told = random.Random(7), Counter[str]()
    for number in range(rounds):
        game = Round(world, bring, folder, number)
        calls = game.calls(chance)
        results = at_once(*calls.values())
        outcomes = {name: outcome(name, result) for name, result in zip(calls, results, strict=True)}
        assert "done" in outcomes.values(), outcomes
        words = {"edit": "编辑", "edit 2": "另编", "import": "导入"}
        done = [f"{words[name]}{number}" for name, end in outcomes.items() if name in words and end == "done"]
        check(game.case, done)
        told.update(outcomes.values())
    assert verify().findings == []
    return told


def test_of_two_at_once_one_is_told(world: World, bring: Bring, tmp_path: Path):
    told = play(world, bring, tmp_path, 16)
    assert set(told) <= {"done", *TOLD}
    assert told["changed"] + told["changed_meanwhile"] > 0


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_five_hundred_times(world: World, bring: Bring, tmp_path: Path):
    told = play(world, bring, tmp_path, 500)
    assert set(told) <= {"done", *TOLD}
    assert told["done"] >= 500
