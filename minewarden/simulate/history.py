"""A year of cases of the demonstration province, drawn from a seed, with what became of each.

The texts are invented; how often a mine is at fault is drawn once per mine and kept, so that later pages have mines
that stand out. Times are timezone-aware UTC.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from .hazard_texts import habits_of, hazard_text
from .province import PlannedMine

Level = Literal["red", "orange", "yellow", "blue"]


@dataclass(frozen=True, slots=True)
class PlannedCase:
    """One case and its fate; a time that is None has not come yet.

    ``clause`` is one of the invented catalogue of ordinary hazards, empty for a violation; ``parts`` are those of the
    grade: gravity, likelihood, people, negligence. ``returned_at`` is the first hand-in's return, after which
    ``handed_in_at`` is the second one.
    """

    kind: Literal["violation", "hazard"]
    mine_code: str
    place_class: str
    title: str
    description: str
    level: Level
    clause: str
    found_at: datetime
    assigned_at: datetime | None
    due_at: datetime | None
    returned_at: datetime | None
    handed_in_at: datetime | None
    accepted_at: datetime | None
    looked_back_at: datetime | None

    @property
    def parts(self) -> dict[str, str]:
        """The parts that make up the level; none for a violation."""
        return PARTS_OF_LEVEL[self.level] if self.kind == "hazard" else {}


# place class → (title, description, level) of violations
VIOLATIONS: dict[str, tuple[str, str, Level]] = {
    "40": ("调度室空岗", "调度台无人值守超过规定时间，值班记录未见离岗登记。", "orange"),
    "10": ("掘进迎头未戴安全帽", "迎头作业人员摘下安全帽休息，现场班组长未制止。", "orange"),
    "14": ("跨越运行中的带式输送机", "人员未走过桥，直接跨越主运带式输送机。", "red"),
    "43": ("副井口人员未戴安全帽", "入井人员在井口候罐时未戴安全帽。", "yellow"),
    "53": ("煤场禁区有人进入", "车辆装煤时人员进入铲车作业区。", "orange"),
}
# place class → (clause, level) of hazards; red stands for major hazards alone, which have a history of their own
HAZARDS: dict[str, tuple[tuple[str, Level], ...]] = {
    "40": (("INV-8.2", "yellow"),),
    "10": (("INV-2.1", "orange"), ("INV-2.3", "yellow"), ("INV-5.5", "yellow"), ("INV-8.1", "orange")),
    "14": (("INV-4.1", "yellow"), ("INV-4.2", "orange")),
    "43": (("INV-3.2", "orange"), ("INV-10.4", "blue")),
    "53": (("INV-8.3", "blue"), ("INV-10.3", "blue")),
}
PARTS_OF_LEVEL: dict[Level, dict[str, str]] = {
    "orange": {"gravity": "death", "likelihood": "possible", "people": "few", "negligence": "known"},
    "yellow": {"gravity": "serious", "likelihood": "possible", "people": "few", "negligence": "known"},
    "blue": {"gravity": "light", "likelihood": "possible", "people": "few", "negligence": "unknown"},
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
        place_class = chance.choice(list(HAZARDS))
        fault = _fault(chance, mine, place_class, chance.randrange(len(HAZARDS[place_class]) + 1))
        cases.append(_fate(chance, mine.code, place_class, fault, found_at, now))
    return sorted([*cases, *_work_of_today(chance, mines[0], now)], key=lambda case: case.found_at)


@dataclass(frozen=True, slots=True)
class _Fault:
    kind: Literal["violation", "hazard"]
    title: str
    description: str
    level: Level
    clause: str = ""


def _fault(chance: random.Random, mine: PlannedMine, place_class: str, which: int) -> _Fault:
    """What is wrong at a place of a mine: ``which`` 0 is its violation, the others its hazards."""
    if which == 0:
        return _Fault("violation", *VIOLATIONS[place_class])
    clause, level = HAZARDS[place_class][which - 1]
    return _Fault("hazard", *hazard_text(chance, clause, "office", habits_of(mine.code, mine.name)), level, clause)


def _work_of_today(chance: random.Random, mine: PlannedMine, now: datetime) -> list[PlannedCase]:
    """Two open cases of one mine, one of them overdue, so that its page shows what the page is for."""
    cases = []
    for found, overdue, place_class in ((9, 2, "10"), (2, -5, "14")):
        fault = _fault(chance, mine, place_class, 2)
        cases.append(
            PlannedCase(
                *(fault.kind, mine.code, place_class, fault.title, fault.description, fault.level, fault.clause),
                found_at=now - timedelta(days=found),
                assigned_at=now - timedelta(days=found, hours=-3),
                due_at=now - timedelta(days=overdue),
                returned_at=None,
                handed_in_at=None,
                accepted_at=None,
                looked_back_at=None,
            )
        )
    return cases


def _fate(
    chance: random.Random,
    mine_code: str,
    place_class: str,
    fault: _Fault,
    found_at: datetime,
    now: datetime,
) -> PlannedCase:
    def unless_future(at: datetime | None) -> datetime | None:
        return at if at is not None and at < now else None

    days = DAYS_TO_FIX[fault.level]
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
        fault.kind, mine_code, place_class, fault.title, fault.description, fault.level, fault.clause, found_at,
        assigned_at, due_at, returned_at, handed_in_at, accepted_at, looked_back_at,
    )  # fmt: skip
