"""What the office did and what happened at the mines in the years before now: inspections with their hours, penalties,
accidents, hours worked. All of it is invented; the same seed makes the same years, whatever the order of calls.

Days are the mines' own. A few mines are worse than the others and are inspected more, but not as much more as they are
worse: what a ranking must see through.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from .history import PlannedCase
from .major_history import PlannedMajor
from .province import PlannedMine

CHINA: Final = ZoneInfo("Asia/Shanghai")
MONTHS: Final = 24
WORKING: Final = frozenset({"producing", "building"})
CREWS: Final = ("严青、陆远", "严青、陆远、方舟", "陆远、常宁", "严青、常宁、方舟、陆远")
KINDS: Final = (("regular", 0.6), ("special", 0.15), ("random", 0.25))
BASES: Final = (
    "《煤矿安全生产条例》第六十三条",
    "《煤矿安全生产条例》第六十四条",
    "《中华人民共和国安全生产法》第一百零二条",
)
# Title, class, place; what happens underground most.
ACCIDENTS: Final = (
    ("运输大巷电机车挤伤", "transport", "主运大巷"),
    ("掘进工作面片帮伤人", "roof", "3102 掘进工作面"),
    ("带式输送机清煤卷入", "transport", "主运带式机头"),
    ("检修触电", "electrical", "井下变电所"),
    ("回采工作面冒顶", "roof", "回采工作面"),
)
# How bad a mine is, where it is not drawn: two that nobody can trust, so that a watch list has something to find.
PLANTED: Final = {"小石沟煤矿": 5.0, "雁回南煤矿": 4.5}
# The years before those, drawn apart so that they change nothing in these; one of the two was not bad then.
EARLIER: Final = "earlier"
WORSE: Final[Mapping[str, Mapping[str, float]]] = {"": PLANTED, EARLIER: {"小石沟煤矿": 5.0}}
# Hardly ever looked at, and it hands in no hours: too little is known of it.
UNSEEN: Final = frozenset({"望云二号煤矿"})
INCIDENTS: Final = (
    ("掘进工作面瓦斯异常涌出撤人", "gas", "3102 掘进工作面"),
    ("工作面涌水增大撤人", "water", "回采工作面"),
)


@dataclass(frozen=True, slots=True)
class PlannedCampaign:
    """A campaign of the province."""

    title: str
    document_number: str
    began_on: date
    ended_on: date
    aim: str


@dataclass(frozen=True, slots=True)
class PlannedInspection:
    """One inspection. ``campaign`` is a title or empty; ``penalties`` follow from it."""

    mine_code: str
    began_on: date
    ended_on: date
    kind: str
    campaign: str
    inspectors: str
    inspector_count: int
    hours_on_site: float
    penalties: tuple[PlannedPenalty, ...]


@dataclass(frozen=True, slots=True)
class PlannedPenalty:
    """One sanction of a decision; ``amount`` in yuan, None where there is none."""

    decision_number: str
    kind: str
    amount: int | None
    decided_on: date
    basis: str


@dataclass(frozen=True, slots=True)
class PlannedAccident:
    """One accident or dangerous incident (``event``), with whom it hurt."""

    mine_code: str
    event: str
    happened_at: datetime
    title: str
    accident_class: str
    place: str
    deaths: int
    serious_injuries: int
    minor_injuries: int
    lost_days: int
    direct_loss: int
    trapped: int


@dataclass(frozen=True, slots=True)
class PlannedHours:
    """Hours of a mine and month."""

    mine_code: str
    month: date
    hours: int
    people: int


@dataclass(frozen=True, slots=True)
class PlannedYears:
    """All of it, each in order of time."""

    campaigns: tuple[PlannedCampaign, ...]
    inspections: tuple[PlannedInspection, ...]
    accidents: tuple[PlannedAccident, ...]
    hours: tuple[PlannedHours, ...]


def enforcement_years(
    mines: tuple[PlannedMine, ...],
    now: datetime,
    months: int = MONTHS,
    seed: int = 20261123,
    found_on: Mapping[str, Set[date]] | None = None,
    era: str = "",
) -> PlannedYears:
    """The whole months before the one of ``now`` (timezone-aware), and this month's days up to yesterday.

    ``found_on``: mine's code → days on which inspectors found hazards there: on each of them there was an inspection.
    ``era``: of :data:`WORSE`; mines keep their people from one to the other.
    """
    today = now.astimezone(CHINA).date()
    span = months_before(today, months)
    campaigns = _campaigns(span, today)
    inspections: list[PlannedInspection] = []
    accidents: list[PlannedAccident] = []
    hours: list[PlannedHours] = []
    for mine in mines:
        chance = random.Random(f"enforcement {seed} {mine.code}")
        badness, people = _traits(chance, mine, era)
        if era:
            chance = random.Random(f"enforcement {seed} {era} {mine.code}")
        for month in span:
            worked = _hours(chance, mine, month, people)
            if mine.name in UNSEEN:
                continue
            inspections += _inspected(chance, mine, month, today, badness, campaigns)
            if worked.hours:
                accidents += _happened(chance, mine, month, today, badness * people / 900)
            if month < today.replace(day=1):
                hours.append(worked)
        inspections += _found(chance, mine, inspections, (found_on or {}).get(mine.code, frozenset()), today)
    return PlannedYears(
        campaigns,
        tuple(sorted(inspections, key=lambda one: (one.began_on, one.mine_code))),
        tuple(sorted(accidents, key=lambda one: (one.happened_at, one.mine_code))),
        tuple(sorted(hours, key=lambda one: (one.month, one.mine_code))),
    )


def days_of_finding(cases: Sequence[PlannedCase], majors: Sequence[PlannedMajor]) -> dict[str, set[date]]:
    """Mine's code → the mines' days on which inspectors found the hazards of these histories."""
    days: dict[str, set[date]] = {}
    hazards: list[PlannedCase | PlannedMajor] = [case for case in cases if case.kind == "hazard"]
    for one in [*hazards, *majors]:
        days.setdefault(one.mine_code, set()).add(one.found_at.astimezone(CHINA).date())
    return days


def badness_of(mine: PlannedMine, era: str = "", seed: int = 20261123) -> float:
    """How bad a mine is in an era; 1 is ordinary."""
    return _traits(random.Random(f"enforcement {seed} {mine.code}"), mine, era)[0]


def _traits(chance: random.Random, mine: PlannedMine, era: str) -> tuple[float, int]:
    """How bad it is, and how many people work there."""
    drawn = chance.choice((0.5, 0.7, 1.0, 1.0, 1.3, 1.6))
    return WORSE[era].get(mine.name, drawn), chance.randrange(280, 1400)


def months_before(today: date, count: int) -> list[date]:
    """The first days of so many months before this one, and of this one, the oldest first."""
    first = today.replace(day=1)
    numbers = [first.year * 12 + first.month - 1 - back for back in range(count, -1, -1)]
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


def _campaigns(span: list[date], today: date) -> tuple[PlannedCampaign, ...]:
    """Each summer against water, each winter against gas and fire, as far as they have begun."""
    planned = []
    for month in span:
        if month.month == 6:
            name, aim, last = "夏季防治水专项行动", "水害防治措施和汛期撤人制度落实", date(month.year, 8, 31)
        elif month.month == 12:
            name, aim, last = "冬季“一通三防”专项行动", "通风、瓦斯、防灭火和粉尘治理", date(month.year + 1, 2, 20)
        else:
            continue
        if month < today:
            number = f"云矿安〔{month.year}〕{month.month * 3}号"
            planned.append(PlannedCampaign(f"{month.year}年{name}", number, month, last, aim))
    return tuple(planned)


def _hours(chance: random.Random, mine: PlannedMine, month: date, people: int) -> PlannedHours:
    present = int(people * chance.uniform(0.94, 1.06) * (1.0 if mine.state in WORKING else 0.18))
    return PlannedHours(mine.code, month, int(present * chance.uniform(162, 186)), present)


def _inspected(
    chance: random.Random,
    mine: PlannedMine,
    month: date,
    today: date,
    badness: float,
    campaigns: tuple[PlannedCampaign, ...],
) -> list[PlannedInspection]:
    """None to three inspections of a month, more where it is bad, each with what it led to."""
    made = []
    wished = 0.55 + 0.35 * badness
    for number in range(3):
        if chance.random() >= wished / (number + 1):
            break
        began = month + timedelta(days=chance.randrange(27))
        length = chance.choice((1, 1, 1, 2, 3))
        kind = chance.choices([name for name, _share in KINDS], [share for _name, share in KINDS])[0]
        crew = chance.choice(CREWS)
        count = crew.count("、") + 1
        hours = round(length * count * chance.uniform(3.5, 6.5) * 2) / 2
        running = [one for one in campaigns if one.began_on <= began <= one.ended_on]
        named = running[0].title if running and kind == "special" else ""
        ended = began + timedelta(days=length - 1)
        document = f"{mine.code[-3:]}-{began:%m%d}-{number + 1}"
        penalties = _decided(chance, document, ended, badness)
        if ended < today and all(one.decided_on < today for one in penalties):
            kept = "campaign" if named else kind
            made.append(PlannedInspection(mine.code, began, ended, kept, named, crew, count, hours, penalties))
    return made


def _found(
    chance: random.Random, mine: PlannedMine, planned: list[PlannedInspection], days: Set[date], today: date
) -> list[PlannedInspection]:
    """A routine inspection of each of these days on which there was none."""
    own = [one for one in planned if one.mine_code == mine.code]
    lacking = [day for day in sorted(days) if not any(one.began_on <= day <= one.ended_on for one in own)]
    return [
        PlannedInspection(mine.code, day, day, "regular", "", CREWS[0], 2, chance.randrange(14, 28) / 2, ())
        for day in lacking
        if day < today
    ]


def _decided(chance: random.Random, document: str, ended: date, badness: float) -> tuple[PlannedPenalty, ...]:
    if chance.random() >= 0.10 + 0.12 * badness:
        return ()
    day = ended + timedelta(days=chance.randrange(1, 12))
    number = f"云矿罚〔{ended.year}〕{document}号"
    decided = [PlannedPenalty(number, "fine", chance.randrange(3, 25) * 10_000, day, BASES[0])]
    if chance.random() < 0.12 * badness:
        kind = chance.choice(("stop", "withdraw", "filed", "top_fine"))
        amount = 2_000_000 if kind == "top_fine" else None
        decided.append(PlannedPenalty(number, kind, amount, day, BASES[1]))
    return tuple(decided)


def _happened(chance: random.Random, mine: PlannedMine, month: date, today: date, rate: float) -> list[PlannedAccident]:
    """Rarely an accident, more rarely a dangerous incident."""
    day = month + timedelta(days=chance.randrange(27))
    at = datetime.combine(day, time(chance.randrange(24), chance.randrange(60)), CHINA)
    drawn, kind = chance.random(), chance.choice(ACCIDENTS)
    dead = 1 if chance.random() < 0.12 else 0
    serious = 1 if not dead and chance.random() < 0.4 else 0
    days, loss = chance.randrange(4, 150), chance.randrange(2, 160) * 10_000
    incident = chance.choice(INCIDENTS)
    if day >= today:
        return []
    if drawn < 0.035 * rate:
        slight = 0 if dead or serious else 1
        lost = days if serious or slight else 0
        return [PlannedAccident(mine.code, "accident", at, *kind, dead, serious, slight, lost, loss, 0)]
    if drawn < 0.045 * rate:
        return [PlannedAccident(mine.code, "incident", at, *incident, 0, 0, 0, 0, 0, chance.randrange(3))]
    return []
