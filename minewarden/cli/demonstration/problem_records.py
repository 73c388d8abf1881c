"""The invented office's systemic problems: one under way since months, and the search of last night."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from minewarden.center.cases.models import Case
from minewarden.center.cases.services import move
from minewarden.center.problems import following, naming
from minewarden.center.problems.models import Problem
from minewarden.center.problems.running import search
from minewarden.center.registry.models import Mine, User
from minewarden.simulate.recurring import CAUSES, PUT_RIGHT_DAYS

from .records import photo, time_of_story

NAMED_DAYS: Final = PUT_RIGHT_DAYS + 25
MEASURES: Final = (
    ("机电队逐条更换失效托辊，建立托辊更换台账，库存不少于在用量的百分之五。", PUT_RIGHT_DAYS + 6),
    ("机电副矿长每周带队巡检主运系统，纳入班组考核。", PUT_RIGHT_DAYS),
)


def live_through_problems(users: Mapping[str, User], now: datetime) -> None:
    """Name one problem, let its mine put it right, and search for others."""
    cause = CAUSES[-1]
    mine = Mine.objects.select_related("node").get(name=cause.mine)
    owner = next(user for user in users.values() if user.grants.filter(node_id=mine.node_id, role="mine").exists())
    with time_of_story(now - timedelta(days=NAMED_DAYS)):
        problem = naming.name_problem(
            users["inspector"],
            naming.Naming(
                title="灰鹤煤矿托辊缺失、不转反复发生",
                cause="托辊由两队分段管理，交接处无人负责，无备件定额，整改只换被查到的一处。",
                plan="由机电队统一管理，定备件定额，全线更换失效托辊，每周由机电副矿长带队检查并考核。",
                owner=mine.node,
                wanted_by=timezone.localdate() + timedelta(days=60),
                level="orange",
                node=mine.node,
                clause=cause.clause,
            ),
        )
        found = Case.objects.filter(mine=mine, clause=cause.clause, kind="hazard", found_at__lt=timezone.now())
        naming.tie(problem.pk, users["inspector"], list(found.values_list("number", flat=True)), "同一条款反复检出")
    due = now - timedelta(days=NAMED_DAYS - 60)
    _step(problem, "verify", users["head"], now - timedelta(days=NAMED_DAYS - 1))
    assigned: dict[str, Any] = {"due_at": due, "responsible": owner.full_name}
    _step(problem, "assign", users["head"], now - timedelta(days=NAMED_DAYS - 2), **assigned)
    _step(problem, "start", owner, now - timedelta(days=NAMED_DAYS - 3))
    for what, days in MEASURES:
        with time_of_story(now - timedelta(days=days)):
            following.enter_measure(problem.pk, owner, what=what, since=timezone.localdate())
    at = now - timedelta(days=PUT_RIGHT_DAYS - 5)
    _step(problem, "hand_in", owner, at, reason="两项措施均已落实，台账附后。", proofs=[photo("idlers replaced")])
    _step(problem, "accept", users["head"], at + timedelta(days=2), reason="现场抽查三条巷道，措施属实。")
    search(None, now)
    following.reckon_all()


def _step(problem: Problem, action: str, actor: User, at: datetime, **given: Any) -> None:
    case = Case.objects.get(pk=problem.pk)
    with time_of_story(at):
        move(case.pk, action, actor, expected_version=case.version, **given)
