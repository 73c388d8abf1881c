"""Who reads the watch list and who decides on it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from minewarden.center.audit.services import act
from minewarden.center.ranking import services
from minewarden.center.ranking.models import FrozenRanking, LineState, MineStanding, RaisedLine, TakenOff
from tests.center.access_rows import Row
from tests.center.world import World

OFFICES = {"inspector", "office_head", "inspectorate", "government"}
READERS = OFFICES | {"mine", "mine_head"}
DECIDERS = {"office_head"}
PROPOSERS = {"inspector", "office_head"}


def ranked(world: World) -> MineStanding:
    """Mine A over a red line, and the list of that."""
    services.sync_packaged()
    line(world)
    services.refresh(timezone.now())
    return MineStanding.objects.get(frozen=None, mine=world.mine_a)


def line(world: World, state: str = LineState.RAISED) -> RaisedLine:
    row = RaisedLine(
        mine=world.mine_a, line="hidden_face", document="云矿查〔2026〕7号", since=timezone.localdate(), state=state,
        written_at=timezone.now(),
    )  # fmt: skip
    with act("tests.line", None):
        row.save()
    return row


def taken_off(world: World) -> TakenOff:
    ranked(world)
    return services.take_off(world.users["office_head"], world.mine_a, "已停产封闭")


def frozen(world: World) -> FrozenRanking:
    services.sync_packaged()
    return services.freeze_month(timezone.localdate(), timezone.now())


def _mine(world: World) -> dict[str, Any]:
    ranked(world)
    return {"pk": world.mine_a.pk}


def _code(world: World) -> dict[str, Any]:
    ranked(world)
    return {"code": world.mine_a.code}


def _raised(world: World) -> dict[str, Any]:
    services.sync_packaged()
    return {"pk": line(world).pk}


def _proposed(world: World) -> dict[str, Any]:
    services.sync_packaged()
    return {"pk": line(world, LineState.PROPOSED).pk}


ROWS = [
    Row("ranking:list", READERS),
    Row("ranking:mine", READERS, _mine),
    Row("ranking:take_off", DECIDERS, _mine),
    Row("ranking:put_back", DECIDERS, lambda world: {"pk": taken_off(world).pk}),
    Row("ranking:lines", READERS),
    Row("ranking:line_add", PROPOSERS),
    Row("ranking:line_confirm", DECIDERS, _proposed),
    Row("ranking:line_refuse", DECIDERS, _proposed),
    Row("ranking:line_end", DECIDERS, _raised),
    Row("ranking:formula", READERS),
    Row("ranking:formula_propose", DECIDERS),
    # One formula holds for all mines, and whoever is ranked by it may read it.
    Row("ranking:formula_version", READERS, lambda world: {"pk": services.sync_packaged().pk}, own=True),
    Row("ranking:formula_adopt", DECIDERS, lambda world: {"pk": services.sync_packaged().pk}, own=True),
    Row("ranking:formula_refuse", DECIDERS, lambda world: {"pk": services.sync_packaged().pk}, own=True),
    Row("ranking:setting", DECIDERS, lambda world: {"key": "teams"}, own=True),
    Row("ranking:records", READERS),
    Row("ranking:record", READERS, lambda world: {"pk": frozen(world).pk}, own=True),
    # The whole text names every mine: only for whoever sees all, which nobody of this world does but at its top.
    Row("ranking:record_text", set(), lambda world: {"pk": frozen(world).pk}),
    Row("ranking:back_test", READERS),
    Row("GET /api/ranking/list", READERS),
    Row("GET /api/ranking/mines/{code}", READERS, _code),
    Row("GET /api/ranking/records", READERS),
]
