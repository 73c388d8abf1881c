"""A small office with years of inspections in which one mine has a cause."""

from __future__ import annotations

import random
import uuid
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from minewarden.center.audit.services import act
from minewarden.center.cases.models import Case
from minewarden.center.enforcement.models import Inspection, InspectionCase
from minewarden.center.registry.models import Mine, MineKind, Node
from minewarden.center.registry.services.sites import create_mine

CHINA = ZoneInfo("Asia/Shanghai")
CLAUSES = ("INV-1.1", "INV-2.1", "INV-2.3", "INV-4.1", "INV-5.5", "INV-8.1")
SAID = {
    "INV-1.1": "甲烷传感器悬挂位置不符合要求",
    "INV-2.1": "锚杆托盘松动未紧贴岩面",
    "INV-2.3": "超前支护距离不足",
    "INV-4.1": "带式输送机托辊损坏不转",
    "INV-5.5": "电缆吊挂脱落落地",
    "INV-8.1": "自救器未随身佩戴",
}
DAYS = 660


def mines(parent: Node, count: int, first: int = 1) -> list[Mine]:
    """New mines below an office."""
    return [
        create_mine(None, parent=parent, code=f"9903{number:08d}", name=f"试验{number}矿", kind=MineKind.UNDERGROUND)
        for number in range(first, first + count)
    ]


def known() -> list[Mine]:
    """The mines that :func:`mines` made."""
    return list(Mine.objects.filter(code__startswith="9903").select_related("node").order_by("code"))


def live(
    every: list[Mine],
    today: date,
    more: dict[tuple[str, str], float] | None = None,
    shuffled: int = 0,
    days: tuple[int, int] = (DAYS, 1),
) -> None:
    """Inspections about every three weeks, each finding a clause with 12 % chance, or as ``more`` says by mine's code
    and clause. ``shuffled``: written in another order. ``days``: from so many days ago up to so many. Ids are made of
    what is written, so that both orders write the same records."""
    chance, rows = random.Random(5), []
    for mine in every:
        for number in range((days[0] - days[1]) // 21):
            day = today - timedelta(days=days[0] - number * 21 - chance.randrange(6))
            found = [
                clause for clause in CLAUSES if chance.random() < (more or {}).get((mine.code, clause), 0.12)
            ]  # fmt: skip
            rows.append((mine, day, found))
    if shuffled:
        random.Random(shuffled).shuffle(rows)
    with act("test.live", None):
        for mine, day, found in rows:
            inspect(mine, day, found)


def inspect(mine: Mine, day: date, found: list[str], number: str = "") -> None:
    """One inspection of eight hours with what it found."""
    inspection = Inspection(
        mine=mine, began_on=day, ended_on=day, kind="regular", inspectors="王工", inspector_count=1,
        hours_on_site=Decimal(8), person_days=Decimal(1), source_id=f"{mine.code}{day:%Y%m%d}{number}",
    )  # fmt: skip
    inspection.save()
    for clause in found:
        InspectionCase.objects.create(inspection=inspection, case=written(mine, day, clause))


def written(mine: Mine, day: date, clause: str, words: str = "", **more: Any) -> Case:
    """A hazard as an import would write it: its id and number follow from what it says."""
    key = uuid.uuid5(uuid.NAMESPACE_URL, f"{mine.code} {day} {clause}")
    at = datetime.combine(day, time(10), CHINA)
    case = Case(
        id=key, number=f"{at.year}-{key.int % 10**7:07d}", kind="hazard", state="closed", mine=mine, node=mine.node,
        title=SAID[clause], description=words or f"{SAID[clause]}，第{key.int % 9}处", level="yellow", found_at=at,
        clause=clause, closed_at=at + timedelta(days=5), **more,
    )  # fmt: skip
    case.save(force_insert=True)
    return case


def today() -> date:
    """The office's day."""
    return timezone.localdate()
