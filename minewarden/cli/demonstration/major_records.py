"""Takes the invented major hazards the way of the law, each step by whoever may do it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from django.db import transaction

from minewarden.center.cases.models import Case
from minewarden.center.cases.services import move
from minewarden.center.hazards.services import record_hazard
from minewarden.center.registry.models import Mine, Place, User
from minewarden.simulate.major_history import PlannedMajor, PlannedStep

from .records import photo, time_of_story

DAYS_TO_PUT_RIGHT: Final = 60  # that a listing gives
# Step → who does it: an account of the province, or the role at the mine.
DOERS: Final = {
    **dict.fromkeys(("verify", "order_stop", "agree_plan", "accept", "return", "publish"), "inspector"),
    **dict.fromkeys(("list", "sign_removal", "delist"), "head"),
    **dict.fromkeys(("submit_plan", "start", "report_progress", "apply"), "mine"),
    **dict.fromkeys(("look_back_passed", "look_back_failed"), "inspector2"),
    "self_accept": "mine_head",
    "agree_removal": "inspectorate",
    "approve_removal": "government",
}
REASONS: Final = {
    "order_stop": "存在重大事故隐患，责令立即停止作业、撤出受威胁区域人员。",
    "report_progress": "按方案推进，现场照片附后。",
    "self_accept": "矿长组织自验，符合整改方案要求。",
    "apply": "整改完毕，申请验收。",
    "accept": "现场验收，整改到位。",
    "return": "部分传感器数据仍不完整，整改不到位，退回继续整改。",
    "look_back_passed": "回头看复查，整改保持良好。",
    "look_back_failed": "回头看发现问题依旧，整改资料与现场不符。",
}
PROOF: Final = frozenset({"submit_plan", "self_accept", "apply", "accept", "look_back_passed", "look_back_failed"})
FIXES: Final = {
    "fix_responsibility": "矿长负总责，总工程师负责技术方案，区队长现场落实。",
    "fix_measures": "停止作业，按方案治理并复测合格后恢复。",
    "fix_money": "专项资金已列支。",
    "fix_deadline": "按挂牌期限完成。",
    "fix_emergency": "现场处置方案已修订并组织演练。",
}


def live_through_majors(majors: list[PlannedMajor], users: Mapping[str, User], advance: Callable[[], None]) -> None:
    """Write every planned major hazard with its steps; ``advance`` is called after each."""
    mines = {mine.code: mine for mine in Mine.objects.select_related("node")}
    places = {(place.mine.code, place.place_class): place for place in Place.objects.select_related("mine")}
    for number, plan in enumerate(majors, start=1):
        mine = mines[plan.mine_code]
        at_mine = {grant.role: user for user in users.values() for grant in user.grants.filter(node_id=mine.node_id)}
        with transaction.atomic():
            case = _record(plan, mine, places[plan.mine_code, plan.place_class], users["inspector"])
            for step in plan.steps:
                case = _step(case, step, {**users, **at_mine}, number)
        advance()


def _record(plan: PlannedMajor, mine: Mine, place: Place, inspector: User) -> Case:
    with time_of_story(plan.found_at + timedelta(minutes=1)):
        return record_hazard(
            inspector,
            case_id=None,
            mine=mine,
            place=place,
            title=plan.title,
            description=plan.description,
            clause_code=plan.clause,
            found_at=plan.found_at,
            grade_parts=plan.parts,
            photos=[photo(f"found {plan.found_at:%Y-%m-%d %H:%M}")],
            proposed=[plan.clause],
        )


def _step(case: Case, step: PlannedStep, users: Mapping[str, User], number: int) -> Case:
    given: dict[str, Any] = {"reason": REASONS.get(step.action, ""), "facts": _facts(step, number)}
    if step.action == "list":
        given |= {"due_at": step.at + timedelta(days=DAYS_TO_PUT_RIGHT), "responsible": users["mine_head"].full_name}
    if step.action in PROOF:
        given["proofs"] = [photo(f"{step.action} {case.number} {step.at:%m-%d %H:%M}")]
    with time_of_story(step.at):
        return move(case.pk, step.action, users[DOERS[step.action]], expected_version=case.version, **given)


def _facts(step: PlannedStep, number: int) -> dict[str, object]:
    """The particulars that a step wants; numbers of documents are invented."""
    year = step.at.year
    match step.action:
        case "order_stop":
            return {
                "area": "3102 掘进工作面",
                "people_withdrawn": 20 + number % 9,
                "order_number": f"云矿停〔{year}〕{number}号",
            }
        case "list":
            unit = "云岭省局（虚构）"
            return {
                "listing_level": "province",
                "document_number": f"云矿督〔{year}〕{number}号",
                "supervising_unit": unit,
            }
        case "submit_plan":
            return dict(FIXES)
        case "report_progress":
            return {"progress": 40}
        case "delist":
            return {"removal_number": f"云矿销〔{year}〕{number}号"}
        case "publish":
            return {"published_where": "云岭省局网站（虚构）", "published_on": f"{step.at:%Y-%m-%d}"}
        case "look_back_failed":
            return {"finding": step.finding}
        case _:
            return {}
