"""A year of cases of the demonstration province, drawn from a seed, with what became of each.

The texts are invented; how often a mine is at fault is drawn once per mine and kept, so that later pages have mines
that stand out. Times are timezone-aware UTC.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from .province import PlannedMine

Level = Literal["red", "orange", "yellow", "blue"]


@dataclass(frozen=True, slots=True)
class PlannedCase:
    """One case and its fate; a time that is None has not come yet.

    ``returned_at`` is the first hand-in's return, after which ``handed_in_at`` is the second one.
    """

    kind: Literal["violation", "hazard"]
    mine_code: str
    place_class: str
    title: str
    description: str
    level: Level
    found_at: datetime
    assigned_at: datetime | None
    due_at: datetime | None
    returned_at: datetime | None
    handed_in_at: datetime | None
    accepted_at: datetime | None
    looked_back_at: datetime | None


# place class → (kind, title, description, level)
FAULTS: dict[str, tuple[tuple[Literal["violation", "hazard"], str, str, Level], ...]] = {
    "40": (
        ("violation", "调度室空岗", "调度台无人值守超过规定时间，值班记录未见离岗登记。", "orange"),
        ("hazard", "调度室录音设备故障", "调度电话录音系统停录，无法回放。", "yellow"),
    ),
    "10": (
        ("violation", "掘进迎头未戴安全帽", "迎头作业人员摘下安全帽休息，现场班组长未制止。", "orange"),
        ("hazard", "迎头甲烷传感器位置不当", "甲烷传感器距迎头超过规定距离，悬挂高度不足。", "red"),
        ("hazard", "临时支护不到位", "迎头前探梁数量不足，未接顶。", "orange"),
        ("hazard", "掘进工作面喷雾失效", "掘进机内外喷雾水压不足，粉尘大。", "yellow"),
    ),
    "14": (
        ("violation", "跨越运行中的带式输送机", "人员未走过桥，直接跨越主运带式输送机。", "red"),
        ("hazard", "机头清扫器缺失", "主运带式机头清扫器缺失，浮煤堆积接触下托辊。", "yellow"),
        ("hazard", "皮带保护装置未按期试验", "堆煤、打滑保护超期未试验，无记录。", "orange"),
    ),
    "43": (
        ("violation", "副井口人员未戴安全帽", "入井人员在井口候罐时未戴安全帽。", "yellow"),
        ("hazard", "井口安全门闭锁失效", "副井口安全门与提升信号闭锁失效。", "red"),
    ),
    "53": (
        ("violation", "煤场禁区有人进入", "车辆装煤时人员进入铲车作业区。", "orange"),
        ("hazard", "煤场监控画面模糊", "摄像头积尘，车牌无法辨认。", "blue"),
    ),
}
DAYS_TO_FIX: dict[Level, int] = {"red": 3, "orange": 7, "yellow": 15, "blue": 30}


def year_of_cases(mines: tuple[PlannedMine, ...], now: datetime, count: int, seed: int = 20261123) -> list[PlannedCase]:
    """``count`` cases found in the 365 days before ``now``, in order of time."""
    chance = random.Random(seed)
    weights = [chance.gammavariate(1.2, 1.0) for _ in mines]
    cases = []
    # The square makes the last weeks denser, so that a young office's pages have open work on them.
    for found_at in sorted(now - timedelta(days=365 * chance.random() ** 2, hours=1) for _ in range(count)):
        mine = chance.choices(mines, weights)[0]
        place_class = chance.choice(list(FAULTS))
        fault = chance.choice(FAULTS[place_class])
        cases.append(_fate(chance, mine.code, place_class, fault, found_at, now))
    return sorted([*cases, *_work_of_today(mines[0], now)], key=lambda case: case.found_at)


def _work_of_today(mine: PlannedMine, now: datetime) -> list[PlannedCase]:
    """Two open cases of one mine, one of them overdue, so that its page shows what the page is for."""
    ages = ((9, 2, "10", FAULTS["10"][2]), (2, -5, "14", FAULTS["14"][1]))
    return [
        PlannedCase(
            *(fault[0], mine.code, place_class, *fault[1:]),
            found_at=now - timedelta(days=found),
            assigned_at=now - timedelta(days=found, hours=-3),
            due_at=now - timedelta(days=overdue),
            returned_at=None,
            handed_in_at=None,
            accepted_at=None,
            looked_back_at=None,
        )
        for found, overdue, place_class, fault in ages
    ]


def _fate(
    chance: random.Random,
    mine_code: str,
    place_class: str,
    fault: tuple[Literal["violation", "hazard"], str, str, Level],
    found_at: datetime,
    now: datetime,
) -> PlannedCase:
    kind, title, description, level = fault

    def unless_future(at: datetime | None) -> datetime | None:
        return at if at is not None and at < now else None

    days = DAYS_TO_FIX[level]
    assigned_at = unless_future(found_at + timedelta(hours=chance.uniform(0.2, 20)))
    due_at = assigned_at and (assigned_at + timedelta(days=days)).replace(hour=10, minute=0, second=0, microsecond=0)
    # Most mines hand in a little before the date; one in eight is late.
    pace = chance.uniform(1.05, 1.6) if chance.random() < 0.125 else chance.uniform(0.2, 0.98)
    first = unless_future(assigned_at and assigned_at + timedelta(days=days * pace))
    returned_at = None
    handed_in_at = first
    if first and chance.random() < 0.15:
        returned_at = unless_future(first + timedelta(hours=chance.uniform(2, 30)))
        handed_in_at = unless_future(returned_at and returned_at + timedelta(days=chance.uniform(0.5, 4)))
        if returned_at is None:
            handed_in_at = first
    accepted_at = unless_future(handed_in_at and handed_in_at + timedelta(hours=chance.uniform(3, 70)))
    looked_back_at = None
    if accepted_at and chance.random() < 0.2:
        looked_back_at = unless_future(accepted_at + timedelta(days=chance.uniform(30, 120)))
    return PlannedCase(
        kind, mine_code, place_class, title, description, level, found_at,
        assigned_at, due_at, returned_at, handed_in_at, accepted_at, looked_back_at,
    )  # fmt: skip
