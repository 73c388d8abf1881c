"""Lets the invented office keep its watch list for a year: a formula by decision, a record every month, red lines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from minewarden.center.ranking import services
from minewarden.center.ranking.models import LineState, RaisedLine, SettingKey
from minewarden.center.ranking.tested import run_back_test
from minewarden.center.registry.models import Mine, User
from minewarden.simulate.enforcement_years import PLANTED

from .records import time_of_story

CHINA: Final = ZoneInfo("Asia/Shanghai")
MONTHS: Final = 12


def live_through_ranking(users: Mapping[str, User], now: datetime) -> None:
    """The watch list of the year before ``now`` (timezone-aware), each month as it would have been frozen then."""
    head, months = users["head"], _months(now.astimezone(CHINA).date())
    began = _night(months[0]) - timedelta(days=20)
    with time_of_story(began):
        formula = services.sync_packaged()
        services.adopt_formula(
            head, formula, decision=f"云矿安〔{began.year}〕41号（虚构）", in_force_from=began.astimezone(CHINA).date()
        )
        services.decide_setting(head, SettingKey.TEAMS, 2, document=f"云矿安〔{began.year}〕42号（虚构）")
    for month in months:
        at = _night(month)
        with time_of_story(at):
            services.freeze_month(month, at)
    services.propose_lines(now)
    _decide(head, users["inspector"], now.astimezone(CHINA).date() - timedelta(days=70))
    services.refresh(now)
    run_back_test(now)


def _decide(head: User, inspector: User, since: date) -> None:
    """One of what the records prove is confirmed, and one red line is put forward by an inspector and confirmed."""
    proved = RaisedLine.objects.filter(state=LineState.PROPOSED).order_by("-since", "pk").first()
    if proved is not None:
        services.decide_line(head, proved, holds=True, why="经核查属实，列入名单。")
    worst = Mine.objects.filter(name=next(iter(PLANTED))).first()
    if worst is None:
        return
    document = f"云矿查〔{since.year}〕19号（虚构）：图纸外巷道一处"
    with time_of_story(_at(since, 16)):
        found = services.put_forward(inspector, mine=worst, line="hidden_face", document=document, since=since)
    with time_of_story(_at(since + timedelta(days=1), 9)):
        services.decide_line(head, found, holds=True, why="图纸与井下实测不符，现场核实，认定。")


def _night(month: date) -> datetime:
    return datetime.combine(month, time(1, 30), CHINA)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), CHINA)


def _months(today: date) -> list[date]:
    """The first days of this month and of those before it, the oldest first."""
    numbers = [today.year * 12 + today.month - 1 - back for back in range(MONTHS - 1, -1, -1)]
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]
