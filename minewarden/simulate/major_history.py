"""Major hazards of the demonstration province, each on its way after the law as far as it has come by now.

All of it is invented; times are timezone-aware UTC. The same seed makes the same history.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from minewarden.standards.major_hazards import Item, edition_on

from .hazard_texts import habits_of, hazard_text
from .province import PlannedMine

CHINA: Final = ZoneInfo("Asia/Shanghai")
PLACE: Final = "10"  # class of the place at which they are found
OPEN_PIT: Final = ("边坡", "露天", "滑坡")  # words of clauses that no underground mine is judged by

# Step → after how many days at the longest; the way of the law, with the look-back at its end.
WAY: Final[tuple[tuple[str, float], ...]] = (
    *(("verify", 0.2), ("order_stop", 0.3), ("list", 4), ("submit_plan", 9), ("agree_plan", 3)),
    *(("report_progress", 9), ("report_progress", 9), ("self_accept", 12), ("apply", 2), ("accept", 17)),
    *(("sign_removal", 3), ("agree_removal", 4), ("approve_removal", 4), ("delist", 2), ("publish", 4)),
)
LOOK_BACK_AFTER: Final = 40.0  # days
FINDINGS: Final = ("never_put_right", "not_put_right", "come_back")


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step of a case. ``finding`` is that of a look-back that failed."""

    action: str
    at: datetime
    finding: str = ""


@dataclass(frozen=True, slots=True)
class PlannedMajor:
    """One major hazard; ``parts`` are those of the grade."""

    mine_code: str
    place_class: str
    clause: str
    title: str
    description: str
    parts: dict[str, str]
    found_at: datetime
    steps: tuple[PlannedStep, ...]


def major_hazards(
    mines: tuple[PlannedMine, ...], now: datetime, count: int, seed: int = 20261123
) -> list[PlannedMajor]:
    """``count`` major hazards found in the 200 days before ``now``, in order of time: some just found, some closed."""
    chance = random.Random(f"major {seed}")
    found = []
    for number in range(count):
        # Spread evenly, so that every state has one; a few mines have most of them.
        found_at = now - timedelta(days=1 + 199 * number / max(1, count - 1), hours=chance.uniform(0, 10))
        mine = mines[int(len(mines) * chance.random() ** 1.6)]
        found.append(_major(chance, mine, found_at, now))
    return sorted(found, key=lambda major: major.found_at)


def underground_items(day: date) -> list[Item]:
    """What an underground mine can be judged by on this day, where something hints at it."""
    return [one for one in edition_on(day).items if one.hints and not any(word in one.title for word in OPEN_PIT)]


def _major(chance: random.Random, mine: PlannedMine, found_at: datetime, now: datetime) -> PlannedMajor:
    item = chance.choice(underground_items(found_at.astimezone(CHINA).date()))
    title, description = hazard_text(chance, item.code, "office", habits_of(mine.code, mine.name))
    parts = {
        "gravity": chance.choice(("deaths", "disaster")),
        "likelihood": chance.choice(("possible", "likely")),
        "people": chance.choice(("crew", "many")),
        "negligence": chance.choice(("unknown", "known", "ordered")),
    }
    steps = tuple(_steps(chance, found_at, now))
    return PlannedMajor(mine.code, PLACE, item.code, title, description, parts, found_at, steps)


def _steps(chance: random.Random, found_at: datetime, now: datetime) -> list[PlannedStep]:
    """The steps that have been done by ``now``."""
    at, steps = found_at, []
    for action, longest in WAY:
        at += timedelta(days=longest * chance.uniform(0.5, 0.95))
        steps.append(PlannedStep(action, at))
        if action == "accept" and chance.random() < 0.2:  # refused first: put right, applied for and accepted again
            steps[-1] = PlannedStep("return", at)
            for again in ("start", "self_accept", "apply", "accept"):
                at += timedelta(days=chance.uniform(1, 4))
                steps.append(PlannedStep(again, at))
    if chance.random() < 0.6:
        at += timedelta(days=LOOK_BACK_AFTER * chance.uniform(0.7, 1))
        failed = chance.random() < 0.4
        finding = chance.choice(FINDINGS) if failed else ""
        steps.append(PlannedStep("look_back_failed" if failed else "look_back_passed", at, finding))
    return [step for step in steps if step.at < now]
