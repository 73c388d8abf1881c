"""A year of twelve mines on record, written in any order: what the watch list is counted from.

Mine number 1 of them is bad in everything, number 2 has hardly been looked at, the others are much alike.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from minewarden.center.accidents.models import Accident, HoursWorked
from minewarden.center.audit.models import AuditedModel
from minewarden.center.audit.services import act
from minewarden.center.cases.models import Case, Transition
from minewarden.center.enforcement.models import Inspection, Penalty
from minewarden.center.hazards.models import Hazard
from minewarden.center.ranking import services
from minewarden.center.ranking.models import LineState, RaisedLine
from minewarden.center.registry.models import Mine, SettingsVersion
from minewarden.center.registry.services import create_camera, create_mine, create_place
from minewarden.center.video.models import Event
from minewarden.standards import camera_code
from tests.center.world import World

ZONE = ZoneInfo("Asia/Shanghai")
SPACE = UUID("6c1f2a5e-0000-4000-8000-000000000000")
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=ZONE)  # the window of the latest standings: 2025-11-24 to 2026-11-23
MONTHS = [date(2025 + (10 + month) // 12, (10 + month) % 12 + 1, 1) for month in range(1, 13)]
_numbers = count(1)


def at(month: int, day: int = 5, hour: int = 9) -> datetime:
    """A moment of the window: month 0 is December 2025."""
    first = MONTHS[month]
    return datetime(first.year, first.month, day, hour, tzinfo=ZONE)


def mines(world: World, many: int = 12) -> list[Mine]:
    """The world's two mines and others below its cities, each of a kind of disaster and a capacity."""
    made = [
        create_mine(
            None, parent=world.city_a if number % 2 else world.city_b, code=f"9901010001{number:02d}",
            name=f"第{number}煤矿", kind="1", disaster="high_gas" if number % 3 else "water", capacity=90 + 10 * number,
        )
        for number in range(1, many - 1)
    ]  # fmt: skip
    return [world.mine_a, world.mine_b, *made]


def case(mine: Mine, number: int, **other: object) -> Case:
    columns = {
        "id": uuid5(SPACE, f"case {mine.code} {number}"), "number": f"2026-{next(_numbers):06d}", "kind": "hazard",
        "state": "closed", "mine": mine, "node": mine.node, "title": "护栏缺失", "level": "orange", "version": 4,
        "clause": f"P-{number % 7}",
    }  # fmt: skip
    return Case(**columns | other)


def hazard(of: Case, source: str = "inspection") -> Hazard:
    return Hazard(
        case=of, clause_code=of.clause, source=source, gravity="death", likelihood="possible", people="few",
        negligence="known", score=Decimal("202.5"), grade="B", grading_version="t",
    )  # fmt: skip


def step(of: Case, action: str, moment: datetime, version: int = 2) -> Transition:
    return Transition(
        case=of, version=version, action=action, from_state="", to_state=of.state, at=moment, rules_version="t"
    )


def inspected(mine: Mine, month: int, hours: str, kind: str = "regular", share: int = 0) -> Inspection:
    return Inspection(
        mine=mine, began_on=at(month).date(), ended_on=at(month).date(), kind=kind, inspectors="严青",
        inspector_count=2, hours_on_site=Decimal(hours), person_days=Decimal(1), random_percent=share,
    )  # fmt: skip


def year_of(place: int, mine: Mine) -> list[AuditedModel]:
    """What is on record of a mine; ``place`` 0 is the bad one, 1 the one that nobody looked at."""
    if place == 1:
        return [inspected(mine, 3, "4")]
    bad = place == 0
    rows: list[AuditedModel] = []
    for month in range(11):
        rows.append(
            inspected(mine, month, "12.5", "random" if month % 4 == 0 else "regular", 100 if month % 4 == 0 else 0)
        )
        rows.append(HoursWorked(mine=mine, month=MONTHS[month], hours=50_000 + 100 * place, people=320))
    for number in range(12):
        late = number < (8 if bad else 1 + place % 3)
        due = at(number % 11, 20)
        done = case(mine, number, found_at=due - timedelta(days=15), due_at=due, closed_at=due + timedelta(days=9))
        rows += [done, hazard(done), step(done, "hand_in", due + timedelta(days=3 if late else -3))]
        if number < 6:
            failed = bad and number < 3
            rows.append(step(done, "look_back_failed" if failed else "look_back_passed", at(10, 10), version=6))
    for number in range(6 if bad else 1 + place % 2):
        major = case(
            mine, 100 + number, kind="major_hazard", state="rectifying", clause=f"M-{number}",
            found_at=at(number + 1, 9), due_at=None,
        )  # fmt: skip
        rows += [major, hazard(major)]
    own = case(mine, 200, kind="major_hazard", state="rectifying", clause="M-0", found_at=at(0, 7))
    rows += [own, hazard(own, "self_check")]
    kinds = ["stop", "withdraw", "filed", "fine"] if bad else ["fine"] + (["stop"] if place % 4 == 0 else [])
    rows += [
        Penalty(mine=mine, decision_number=f"{mine.code}-{number}", kind=kind, decided_on=at(number + 2).date(),
                amount=Decimal(1000) if kind == "fine" else None)
        for number, kind in enumerate(kinds)
    ]  # fmt: skip
    if bad or place % 5 == 0:
        rows.append(
            Accident(mine=mine, happened_at=at(6, 3), title="运输大巷挤伤", accident_class="transport",
                     serious_injuries=1, deaths=int(bad), lost_days=90, grade="general",
                     lost_day_equivalents=6090 if bad else 90)
        )  # fmt: skip
    return rows


def red_line(mine: Mine, **other: object) -> RaisedLine:
    columns = {
        "mine": mine, "line": "hidden_face", "document": "云矿查〔2026〕7号", "since": date(2026, 9, 1),
        "state": LineState.RAISED, "written_at": NOW,
    }  # fmt: skip
    return RaisedLine(**columns | other)


def watched(world: World, mine: Mine, outages: int = 0) -> None:
    """Four cameras of a mine, and so many of their events confirmed: pairs go dark within a minute."""
    place = create_place(None, mine=mine, place_class="14", name="带式机头")
    cameras = [
        create_camera(
            None,
            place=place,
            code=camera_code(mine.code, "14", serial),
            name=f"{serial}号",
            source="rtsp://x/",
            scenes=[],
        )
        for serial in range(50, 54)
    ]
    for number in range(outages):
        moment = at(number // 2 % 11, 12) + timedelta(minutes=number % 2)
        Event(
            id=uuid5(SPACE, f"event {mine.code} {number}"), edge=world.edge_a, camera=cameras[number % 4], place=place,
            mine=mine, scene="camera_health", label="covered", started_at=moment, revision=1, confidence=0.9,
            settings_version=1, received_at=NOW, urgency=4, state="confirmed",
        ).save()  # fmt: skip


def lived(world: World, *, backwards: bool = False) -> list[Mine]:
    """Write the whole year, and work out nothing yet. ``backwards``: the same records in the opposite order."""
    with act("tests.lived", None):
        every = mines(world)
        rows = [row for place, mine in enumerate(every) for row in year_of(place, mine)]
        rows.append(red_line(every[5]))
        order = [Case, Hazard, Transition, Inspection, Penalty, Accident, HoursWorked, RaisedLine]
        for model in order:
            of_model = [row for row in rows if isinstance(row, model)]
            model.objects.insert_many(of_model[::-1] if backwards else of_model)
        for place, mine in enumerate(every[:3]):
            watched(world, mine, 0 if place else 30)
        services.sync_packaged()
    # Whenever this runs: the cameras hung there before the window began.
    QuerySet(SettingsVersion).update(made_at=datetime(2025, 1, 1, tzinfo=ZONE))
    return every
