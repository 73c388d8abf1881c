"""Who may open the pages of the look-back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from minewarden.center.lookback import checks
from minewarden.center.lookback.models import Charge, Check
from tests.center.access_rows import Row
from tests.center.cases.conftest import picture
from tests.center.lookback.office import closed_cases, planned, running
from tests.center.world import World

VIEWERS = {"inspector", "office_head", "inspectorate", "government"}
PLANNERS = {"office_head"}
LOOKERS = {"inspector", "office_head"}


def _planned(world: World) -> dict[str, Any]:
    closed_cases(world.mine_a, 1, acceptor=world.users["inspector_b"])
    return {"pk": planned(world, "inspector", "office_head").pk}


def _check(world: World) -> Check:
    closed_cases(world.mine_a, 1, acceptor=world.users["inspector_b"])
    return running(world, "inspector", "office_head").checks.select_related("case").get()


def _running(world: World) -> dict[str, Any]:
    return {"pk": _check(world).campaign_id}


def _check_pk(world: World) -> dict[str, Any]:
    return {"pk": _check(world).pk}


def _failed(world: World) -> Check:
    closed_cases(world.mine_a, 1, acceptor=world.users["inspector"])
    check = running(world, "inspector_2").checks.select_related("case").get()
    found = checks.Found("never_put_right", "仅有资料", [picture()], propose_order=True, charge="未到现场")
    return checks.record(check.pk, world.users["inspector_2"], found, expected_version=check.case.version)


def _charge(world: World) -> dict[str, Any]:
    return {"pk": Charge.objects.get(check_made=_failed(world)).pk}


def _order(world: World) -> dict[str, Any]:
    return {"pk": _failed(world).pk}


def _day(world: World) -> dict[str, Any]:
    return {"until": (timezone.localdate() + timedelta(days=7)).isoformat()}


ROWS = [
    Row("lookback:campaigns", VIEWERS),
    Row("lookback:new", PLANNERS, data=_day),
    Row("lookback:change", PLANNERS, _planned),
    Row("lookback:campaign", VIEWERS, _running),
    Row("lookback:draw", VIEWERS, _running),
    Row("lookback:population", VIEWERS, _running),
    Row("lookback:start", PLANNERS, _planned, method="post"),
    Row("lookback:withdraw", PLANNERS, _planned, method="post"),
    Row("lookback:finish", PLANNERS, _running, method="post", data=lambda world: {"reason": "到期"}),
    Row("lookback:skip_gone", PLANNERS, _running, method="post"),
    Row("lookback:checks", VIEWERS),
    Row("lookback:hand_over", PLANNERS, method="post", own=True),
    Row("lookback:work", LOOKERS),
    Row("lookback:record", LOOKERS, _check_pk, method="post"),
    Row("lookback:skip", LOOKERS, _check_pk, method="post"),
    Row("lookback:charges", VIEWERS),
    Row("lookback:charge", VIEWERS, _charge),
    Row("lookback:order", PLANNERS, _order),
]
