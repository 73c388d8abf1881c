"""What a document says: plain texts, taken from the case at the moment of issuing and kept with the document.

Templates see these texts and nothing else, so that a template can neither read nor change a record.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone, translation

from minewarden.center.cases.facts import facts
from minewarden.center.cases.models import Case, Kind, Level, State, Transition
from minewarden.center.cases.queries import history
from minewarden.center.cases.wording import action_label

REPORT_NAMES = frozenset(
    {
        *("mine", "mine_code", "year", "quarter", "first_day", "last_day", "found", "self_found", "removed", "open"),
        *("overdue", "remarks", "plan", "written_by", "written_on", "signed_by", "signed_on", "sha256"),
    }
)
LANGUAGE = "zh-hans"  # documents are written in Chinese whatever the issuer reads


def content_of(case: Case, step: Transition, office: str, number: str, now: datetime) -> dict[str, str]:
    """All texts that a template may use, by name. Times are days at the mine; what there is not is empty."""
    zone = ZoneInfo(case.time_zone)
    with translation.override(LANGUAGE):
        texts = dict.fromkeys(facts(), "")
        accepted = ""
        for earlier in history(case):
            if earlier.version <= step.version:
                texts |= {name: facts()[name].shown(value) for name, value in earlier.facts.items() if name in facts()}
                accepted = earlier.reason if earlier.action == "accept" else accepted
        return (
            texts
            | _about(case, zone)
            | _of_step(step, zone)
            | {
                "acceptance": accepted,
                "office": office,
                "number": number,
                "issued_on": chinese_day(now, zone),
            }
        )


def _about(case: Case, zone: ZoneInfo) -> dict[str, str]:
    hazard = getattr(case, "hazard", None)
    return {
        "case_number": case.number,
        "kind": str(Kind(case.kind).label),
        "level": str(Level(case.level).label),
        "state": str(State(case.state).label),
        "mine": case.concerns,
        "mine_code": case.mine.code if case.mine else "",
        "bound": case.bound_node.name if case.bound_node else "",
        "place": case.place.name if case.place else "",
        "title": case.title.rstrip("。"),
        "description": case.description,
        "found_on": chinese_day(case.found_at, zone),
        "found_by": str(case.found_by or ""),
        "due_on": chinese_day(case.deadline, zone) if case.deadline else "",
        "responsible": case.responsible,
        "edition": hazard.clause.catalogue.name if hazard and hazard.clause else "",
        "clause_code": hazard.clause_code if hazard else case.clause,
        "clause_citation": hazard.clause_citation if hazard else "",
        "clause_title": hazard.clause_title if hazard else "",
        "clause_text": hazard.clause_text if hazard else "",
    }


def _of_step(step: Transition, zone: ZoneInfo) -> dict[str, str]:
    return {
        "reason": step.reason,
        "step_name": action_label(step.action),
        "step_by": str(step.actor or ""),
        "step_on": chinese_day(step.at, zone),
    }


def chinese_day(moment: datetime, zone: ZoneInfo) -> str:
    """2026年8月3日, at the mine."""
    day = timezone.localtime(moment, zone).date()
    return f"{day.year}年{day.month}月{day.day}日"


def names() -> list[str]:
    """Every name that a template may use, in order, for the page of templates and the trial of a new one."""
    known = {
        *facts(), "acceptance", "office", "number", "issued_on", "case_number", "kind", "level", "state", "mine",
        "mine_code", "bound", "place", "title", "description", "found_on", "found_by", "due_on", "responsible",
        "edition", "clause_code", "clause_citation", "clause_title", "clause_text", "reason", "step_name", "step_by",
        "step_on",
    }  # fmt: skip
    return sorted(known)
