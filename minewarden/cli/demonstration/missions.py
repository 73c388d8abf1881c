"""The invented office's resident teams: one that came, pressed and left, and one at the worst mine since a week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import UploadedFile

from minewarden.center.cases.models import Case
from minewarden.center.cases.queries import open_states
from minewarden.center.registry.models import Mine, User
from minewarden.center.resident_teams import services
from minewarden.center.resident_teams.models import ConditionKind, Member, Mission, Why
from minewarden.center.resident_teams.services import Agreed, Day, Plan
from minewarden.simulate.enforcement_years import PLANTED

from .records import photo, time_of_story

CHINA: Final = ZoneInfo("Asia/Shanghai")
EXPERT: Final = "李衡（通风专家）"
ARRIVED: Final = 8  # days ago
PAST: Final = (190, 150)  # days ago: arrived, left
CLOSED_UP: Final = "图纸外巷道已封闭并经现场验收"
# Eight days at the mine: what two of the team looked at, what they wrote, and their hours there. Without a place: not
# at the mine; without words: not written yet.
DAYS: Final = (
    ("地面调度室、图纸资料", "核对采掘工程平面图与井下实测，发现 3102 运输巷北侧一处巷道图上没有。", "5.5"),
    ("3102 运输巷", "带班矿领导在岗。图外巷道长约六十米，已断电撤人、设栅栏，要求砌密闭墙。", "7"),
    ("总回风巷、3101 回风顺槽", "测风：3101 回风侧风量比报表低两成，通风报表未按实测填写。", "6.5"),
    ("中央变电所、主排水泵房", "双回路正常；水泵工未持证一人，当场更换。", "6"),
    ("3101 综采工作面", "上隅角瓦斯传感器位置不符合规程，已移位并校准；班前会讲解移位要求。", "7.5"),
    ("主运输巷", "托辊三处不转，与矿上商定全线排查，由机电队负责。", "6"),
    ("安全监控室", "调阅一周报警记录，四次超限均有处置；两次处置时间填写不实，已要求整改。", "5"),
    ("密闭墙施工点", "第一道墙砌完，第二道未开工：砖料未到，催办。", "6.5"),
)
OTHER_DAYS: Final = (
    ("3102 掘进工作面", "跟班一班。临时支护到位，迎头探放水设计与现场一致。", "7"),
    ("井口、人员定位机房", "图外巷道内无定位分站，与图纸缺失一处吻合；核对当班入井人数，一致。", "5.5"),
    ("3101 运输顺槽", "转载点防尘水幕一处堵塞，当班疏通。", "6"),
    ("地面压风机房、提升机房", "制动闸间隙记录齐全；压风机安全阀校验期内。", "5"),
    ("通风队队部", "查三旬测风原始记录，两旬为同一笔迹补填，当场约谈通风队长。", "6.5"),
    ("", "轮休，返局汇报", "0"),
    ("", "", ""),
    ("3102 掘进工作面", "夜班跟班。瓦斯抽采钻孔数与台账一致，交接班在现场进行。", "7.5"),
)
PAST_DAYS: Final = (
    ("调度室定位系统", "调阅一周轨迹，四个分站有断点，列出清单。", "6"),
    ("东翼大巷", "逐台核对分站，两台供电接线松动，当班紧固后恢复。", "7"),
    ("综采工作面顺槽", "随身带卡走一趟，末端一百二十米无信号，商定增设分站。", "6.5"),
    ("井口检身处", "抽检标识卡十张，一张电量不足，已换。", "5"),
    ("机电科", "与机电矿长核对备件台账和更换进度。", "4.5"),
)
MEASURES: Final = (
    ("封闭图纸外巷道，砌两道密闭墙并挂牌", "总工程师", 9),
    ("通风报表由通风队长按实测签字，每旬测风一次", "通风副总", 5),
    ("主运输巷托辊全线排查更换，建立台账", "机电矿长", 12),
)
HELP: Final = (
    "请通风专家现场指导测风，给出 3101 回风系统调整方案",
    "为班组长以上干部讲解《煤矿重大事故隐患判定标准》，到课 46 人",
)


def live_through_missions(users: Mapping[str, User], now: datetime) -> None:
    """Both missions up to ``now`` (timezone-aware); nothing for a mine that the province does not have."""
    worst, second = (Mine.objects.select_related("node").filter(name=name).first() for name in list(PLANTED)[:2])
    today = now.astimezone(CHINA).date()
    if second is not None:
        _past(second, users, today)
    if worst is not None:
        _under_way(worst, users, today)


def _past(mine: Mine, users: Mapping[str, User], today: date) -> None:
    """A team that left when its two conditions held, so that the score before and after can be read."""
    came, left = (today - timedelta(days=days) for days in PAST)
    head, lead, inspector = users["head"], users["head2"], users["inspector2"]
    conditions = (Agreed(ConditionKind.MEASURES_DONE), Agreed(ConditionKind.FREE, words="井下人员定位系统全覆盖并校准"))
    plan = Plan(
        mine, lead, [inspector], came, left, Why.DECISION, f"云矿安〔{came.year}〕18号（虚构）", conditions,
        reason="人员定位多次失准，查清原因并改正",
    )  # fmt: skip
    with time_of_story(_at(came - timedelta(days=2), 10)):
        mission = services.plan(head, plan)
    with time_of_story(_at(came, 9)):
        services.arrive(mission.pk, head, came)
        due = came + timedelta(days=20)
        what = "更换失效定位分站 4 台，每月抽检标识卡"
        measure = services.agree_measure(mission.pk, inspector, what=what, responsible="机电矿长", due_on=due)
    member = mission.members.get(user=inspector)
    for number in range((left - came).days + 1):
        _write(mission, member, inspector, came + timedelta(days=number), PAST_DAYS[number % len(PAST_DAYS)], hour=14)
    with time_of_story(_at(due, 16)):
        proof = "现场逐台核对，抽检标识卡 30 张全部定位"
        services.measure_done(measure.pk, mission.pk, inspector, done_on=due, proof=proof)
        free = mission.conditions.get(kind=ConditionKind.FREE)
        services.confirm_condition(free.pk, mission.pk, lead, "全矿 61 台分站在线，校准记录存矿调度室")
    with time_of_story(_at(left, 9)):
        services.ask_departure(mission.pk, lead, "定位系统已覆盖采掘工作面和全部大巷，抽检制度已建立并运行两旬。")
    with time_of_story(_at(left, 15)):
        services.allow_departure(mission.pk, head, "同意撤离，一季度后回头看。")


def _under_way(mine: Mine, users: Mapping[str, User], today: date) -> None:
    came = today - timedelta(days=ARRIVED)
    head, lead = users["head"], users["head2"]
    people = [users["inspector"], users["inspector2"]]
    kinds = (
        ConditionKind.NO_OPEN_MAJOR_HAZARD, ConditionKind.NO_OVERDUE_CASES, ConditionKind.PROBLEMS_FOUND_CLOSED,
        ConditionKind.MEASURES_DONE, ConditionKind.RED_LINES_ENDED,
    )  # fmt: skip
    conditions = [*(Agreed(kind) for kind in kinds), Agreed(ConditionKind.FREE, words=CLOSED_UP)]
    plan = Plan(
        mine, lead, people, came, came + timedelta(days=29), Why.RED_LINE, "隐蔽工作面、超层越界开采", conditions,
        experts=[EXPERT], reason="封闭图纸外巷道，查清通风报表不实的原因",
    )  # fmt: skip
    with time_of_story(_at(came - timedelta(days=3), 10)):
        mission = services.plan(head, plan)
    with time_of_story(_at(came, 9)):
        services.arrive(mission.pk, head, came)
    _keep_the_log(mission, users, came)
    _work(mission, users, came)


def _keep_the_log(mission: Mission, users: Mapping[str, User], came: date) -> None:
    """A week: one day of rest, one that nobody wrote yet, one that was corrected."""
    inspector, other = users["inspector"], users["inspector2"]
    first, second = mission.members.get(user=inspector), mission.members.get(user=other)
    expert = mission.members.get(user=None)
    for number, line in enumerate(DAYS):
        day = came + timedelta(days=number)
        pictures = [photo(f"wall {day:%m-%d}")] if number in (1, 7) else []
        _write(mission, first, inspector, day, line, pictures=pictures)
        looked_at, text, _hours = OTHER_DAYS[number]
        if text and not looked_at:
            with time_of_story(_at(day, 20)):
                services.write_log(mission.pk, second.pk, other, Day(day, text, away=True))
        elif text:
            _write(mission, second, other, day, OTHER_DAYS[number])
        if number in (2, 3, 4):
            _write(mission, expert, inspector, day, ("总回风巷", "指导测风，核算风阻。", "4"))
        else:
            with time_of_story(_at(day, 20)):
                services.write_log(mission.pk, expert.pk, inspector, Day(day, "按计划不在矿", away=True))
    entry = mission.log.get(member=first, day=came + timedelta(days=2))
    corrected = Day(
        entry.day, "测风：3101 回风侧风量比报表低一成半，通风报表未按实测填写。", entry.hours, entry.looked_at
    )
    with time_of_story(_at(came + timedelta(days=3), 8)):
        services.correct_log(entry.pk, mission.pk, inspector, corrected, "复算后更正百分比")


def _work(mission: Mission, users: Mapping[str, User], came: date) -> None:
    inspector, head2 = users["inspector"], users["head2"]
    with time_of_story(_at(came + timedelta(days=1), 17)):
        for number in _two_cases(mission.mine):
            services.tie_case(mission.pk, inspector, number)
        agreed = [
            services.agree_measure(
                mission.pk, inspector, what=what, responsible=who, due_on=came + timedelta(days=days)
            )
            for what, who, days in MEASURES
        ]
    for index, what in enumerate(HELP):
        day = came + timedelta(days=2 + 2 * index)
        with time_of_story(_at(day, 18)):
            services.give_help(mission.pk, inspector, what=what, on=day)
    day = came + timedelta(days=5)
    with time_of_story(_at(day, 17)):
        proof = "通风报表与实测一致，通风队长已签字"
        services.measure_done(agreed[1].pk, mission.pk, head2, done_on=day, proof=proof)


def _two_cases(mine: Mine) -> list[str]:
    """One that is still to be put right, and the newest of the others."""
    cases = Case.objects.filter(mine=mine).exclude(state="rejected").order_by("-found_at", "pk")
    still, rest = cases.filter(state__in=open_states()).first(), cases.exclude(state__in=open_states())
    found = [still, *rest[:2]] if still else list(rest[:2])
    return [case.number for case in found[:2]]


def _write(
    mission: Mission,
    member: Member,
    who: User,
    day: date,
    line: tuple[str, str, str],
    *,
    hour: int = 20,
    pictures: Sequence[UploadedFile[bytes]] = (),
) -> None:
    looked_at, text, hours = line
    with time_of_story(_at(day, hour)):
        services.write_log(mission.pk, member.pk, who, Day(day, text, Decimal(hours), looked_at, photos=pictures))


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), CHINA)
