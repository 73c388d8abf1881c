"""Who reads of resident teams, who sends them, who is of them, and who lets them go."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from minewarden.center.resident_teams import services
from minewarden.center.resident_teams.models import ConditionKind, LogEntry, Mission
from minewarden.center.resident_teams.services import Day
from tests.center.access_rows import Row
from tests.center.cases.conftest import Walker, picture
from tests.center.resident_teams.missions import asked, day, lead_of, on_site, planned
from tests.center.world import World

OFFICES = {"inspector", "office_head", "inspectorate", "government"}
VIEWERS = OFFICES | {"mine", "mine_head"}
WORKERS = {"inspector", "office_head"}
HEADS = {"office_head"}


def led(world: World) -> Mission:
    """A team on site led by ``office_head``, with ``inspector`` in it."""
    return on_site(world, lead=world.users["office_head"])


def entry_of(world: World, mission: Mission) -> LogEntry:
    """A day of the inspector with a picture, corrected once by the inspector."""
    inspector = world.users["inspector"]
    member = mission.members.get(user=inspector)
    written = Day(day(0), "查 3101 回风流", Decimal(6), "3101", photos=[picture("teal")])
    entry = services.write_log(mission.pk, member.pk, inspector, written)
    return services.correct_log(
        entry.pk, mission.pk, inspector, Day(day(0), "查 3103 回风流", Decimal(6)), "工作面写错"
    )


def working(world: World) -> Mission:
    """The team of :func:`led` with a row of everything that it writes."""
    mission, inspector = led(world), world.users["inspector"]
    entry_of(world, mission)
    services.tie_case(mission.pk, inspector, Walker(world).open().number)
    services.agree_measure(mission.pk, inspector, what="换局扇", responsible="王工", due_on=day(3))
    services.give_help(mission.pk, inspector, what="指导测风", on=day(0))
    return mission


def _planned(world: World) -> dict[str, Any]:
    return {"pk": planned(world).pk}


def _on_site(world: World) -> dict[str, Any]:
    return {"pk": led(world).pk}


def _asked(world: World) -> dict[str, Any]:
    lead_of(world)
    return {"pk": asked(world).pk}


def _entry(world: World) -> dict[str, Any]:
    mission = led(world)
    return {"pk": mission.pk, "row": entry_of(world, mission).pk}


def _photo(world: World) -> dict[str, Any]:
    return {"pk": entry_of(world, led(world)).photos.get().pk}


def _condition(world: World) -> dict[str, Any]:
    mission = led(world)
    return {"pk": mission.pk, "row": mission.conditions.get(kind=ConditionKind.FREE).pk}


def _tie(world: World) -> dict[str, Any]:
    mission = working(world)
    return {"pk": mission.pk, "row": mission.ties.get().pk}


def _measure(world: World) -> dict[str, Any]:
    mission = working(world)
    return {"pk": mission.pk, "row": mission.measures.get().pk}


def _help(world: World) -> dict[str, Any]:
    mission = working(world)
    return {"pk": mission.pk, "row": mission.help.get().pk}


ROWS = [
    Row("missions:list", VIEWERS),
    Row("missions:new", HEADS),
    Row("missions:mission", VIEWERS, _planned),
    Row("missions:change", HEADS, _planned),
    Row("missions:team", HEADS, _on_site),
    Row("missions:log", OFFICES, _on_site),
    Row("missions:write", WORKERS, _on_site),
    Row("missions:correct", WORKERS, _entry),
    Row("missions:photo", OFFICES, _photo),
    Row("missions:hazard", {"inspector"}, _on_site),
    Row("missions:report", OFFICES, _on_site),
    Row("missions:arrive", HEADS, _planned, method="post"),
    Row("missions:prolong", HEADS, _planned, method="post"),
    Row("missions:call_off", HEADS, _planned, method="post"),
    Row("missions:ask", WORKERS, _on_site, method="post"),
    Row("missions:allow", HEADS, _asked, method="post"),
    Row("missions:decline", HEADS, _asked, method="post"),
    Row("missions:tie", WORKERS, _on_site, method="post"),
    Row("missions:measure", WORKERS, _on_site, method="post"),
    Row("missions:help", WORKERS, _on_site, method="post"),
    Row("missions:confirm", WORKERS, _condition, method="post"),
    Row("missions:untie", WORKERS, _tie, method="post"),
    Row("missions:done", WORKERS, _measure, method="post"),
    Row("missions:withdraw_measure", WORKERS, _measure, method="post"),
    Row("missions:withdraw_help", WORKERS, _help, method="post"),
    Row("GET /api/missions", VIEWERS),
    Row("GET /api/missions/{pk}", VIEWERS, _planned),
    Row("GET /api/missions/{pk}/log", OFFICES, _on_site),
]
