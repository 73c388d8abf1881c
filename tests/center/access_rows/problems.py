"""Who reads candidates and problems, who names them, and who answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from minewarden.center.audit.services import act
from minewarden.center.cases.services import move
from minewarden.center.problems import following, naming
from minewarden.center.problems.models import Candidate, Problem, Run, Word
from tests.center.access_rows import Row
from tests.center.cases.conftest import Walker
from tests.center.world import World

VIEWERS = {"inspector", "office_head", "inspectorate", "government"}
NAMERS = {"inspector", "office_head"}
READERS = {"video_watch", "inspector", "mine", "mine_head", "office_head", "inspectorate", "government"}
ANSWERERS = {"mine"}


def candidate(world: World, key: str = "mine a") -> Candidate:
    """A candidate of mine A with one case."""
    today = timezone.localdate()
    with act("test.run", None):
        run = Run(
            started_at=timezone.now(), seconds=1, begins_on=today - timedelta(days=700), ends_on=today, joined=True,
            limits={}, lexicon_sha256="0" * 64, input_sha256="0" * 64, output_sha256="0" * 64,
            counts={"inspection": {"visits": 9, "findings": 9, "texts": 3, "left_out": {"no_clause": 1}}},
        )  # fmt: skip
        run.save()
    figures = {"n": 20, "expected": 4.0, "ratio": 5.0, "mean": 4.4, "low": 3.1, "high": 6.0, "findings": 20}
    figures |= {"mines": 1, "months": 14, "minutes": 20000, "peers": 13, "peers_above": 0, "recurred": 9}
    made = Candidate.objects.create(
        key=key, source="inspection", kind="mine", node=world.mine_a.node, clause="INV-2.1", run=run,
        first_named=today, listed="head", course=[["2026-01", 480, 1, 1]], **figures,
    )  # fmt: skip
    made.links.create(case=Walker(world).open())
    return made


def problem(world: World, **more: Any) -> Problem:
    """A problem of mine A that is being put right, with a measure."""
    node = world.mine_a.node
    wanted = naming.Naming(
        title="锚杆支护反复出问题", cause="班组不做拉拔试验", plan="每班试验", owner=node, level="orange",
        wanted_by=timezone.localdate() + timedelta(days=30), candidate=candidate(world),
    )  # fmt: skip
    made = naming.name_problem(world.users["inspector"], wanted)
    case, due = made.case, timezone.now() + timedelta(days=30)
    for action, who, given in (
        ("verify", "office_head", {}),
        ("assign", "office_head", {"due_at": due, "responsible": "王工"}),
        ("start", "mine_a", {}),
    ):
        case = move(case.pk, action, world.users[who], expected_version=case.version, **given)
    following.enter_measure(made.pk, world.users["mine_a"], what="每班试验", since=timezone.localdate())
    return made


def _candidate(world: World) -> dict[str, Any]:
    return {"pk": candidate(world).pk}


def _problem(world: World) -> dict[str, Any]:
    return {"pk": problem(world).pk}


def _tie(world: World) -> dict[str, Any]:
    return {"pk": problem(world).ties.get().pk}


def _measure(world: World) -> dict[str, Any]:
    return {"pk": problem(world).measures.get().pk}


def _word(world: World) -> dict[str, Any]:
    with act("test.word", None):
        word = Word(kind="place", word="老空区")
        word.save()
    return {"pk": word.pk}


ROWS = [
    Row("problems:candidates", VIEWERS),
    Row("problems:candidate", VIEWERS, _candidate),
    Row("problems:dismiss", NAMERS, _candidate, method="post", data=lambda world: {"reason": "口径"}),
    Row("problems:name_candidate", NAMERS, _candidate),
    Row("problems:name", NAMERS, own=True),
    Row("problems:search", NAMERS, method="post", own=True),
    Row("problems:aside", VIEWERS),
    Row("problems:lexicon", NAMERS, own=True),
    Row("problems:withdraw_word", NAMERS, _word, method="post", own=True),
    Row("problems:problems", READERS),
    Row("problems:problem", READERS, _problem),
    Row("problems:tie", NAMERS, _problem, method="post"),
    Row("problems:untie", NAMERS, _tie, method="post"),
    Row("problems:enter_measure", ANSWERERS, _problem, method="post"),
    Row("problems:withdraw_measure", ANSWERERS, _measure, method="post"),
    Row("GET /api/problems/candidates", VIEWERS),
    Row("GET /api/problems/candidates/{pk}", VIEWERS, _candidate),
    Row("GET /api/problems/named", READERS),
    Row("GET /api/problems/named/{pk}", READERS, _problem),
]
