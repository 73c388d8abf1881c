"""The quarterly report of a mine as Word: what was frozen at the signature, or what would be signed now."""

from __future__ import annotations

import io
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import translation

from minewarden.center.audit.files import record_path
from minewarden.center.cases.facts import facts
from minewarden.center.cases.models import State
from minewarden.center.major_hazards.models import QuarterlyReport
from minewarden.center.major_hazards.quarters import Quarter
from minewarden.center.major_hazards.report_content import drafted
from minewarden.center.registry.models import Mine

from .content import LANGUAGE, chinese_day
from .kinds import kinds
from .queries import newest_template
from .rendering import Texts, filled, own_template

KIND = "quarterly_report"


def word_of(mine: Mine, quarter: Quarter, report: QuarterlyReport | None) -> bytes:
    """The Word file of a quarter; without a signature its line is empty.

    Raises:
        DocumentError: the office's template cannot be filled in.
    """
    template = newest_template(KIND)
    source = record_path(template.file_id) if template and template.file_id else io.BytesIO(own_template(kinds()[KIND]))
    with translation.override(LANGUAGE):
        return filled(source, _texts(mine, quarter, report))


def _texts(mine: Mine, quarter: Quarter, report: QuarterlyReport | None) -> Texts:
    frozen = report.content if report is not None else None
    content: dict[str, Any] = drafted(mine, quarter) if frozen is None else frozen
    zone = ZoneInfo(mine.time_zone)
    signed = report is not None and report.signed_at is not None
    texts: dict[str, str | list[dict[str, str]]] = {
        "mine": content["mine"]["name"],
        "mine_code": content["mine"]["code"],
        "year": str(content["year"]),
        "quarter": str(content["quarter"]),
        "first_day": content["from"],
        "last_day": content["until"],
        "remarks": report.remarks if report else "",
        "plan": report.plan if report else "",
        "written_by": str(report.written_by) if report else "",
        "written_on": chinese_day(report.written_at, zone) if report else "",
        "signed_by": str(report.signed_by) if report is not None and signed else "",
        "signed_on": chinese_day(report.signed_at, zone) if report is not None and report.signed_at else "",
        "sha256": report.sha256 if report else "",
        "rows": [_row(row) for row in content["hazards"]],
    }
    return texts | {name: str(value) for name, value in content["figures"].items()}


def _row(row: dict[str, Any]) -> dict[str, str]:
    level = row["listing_level"]
    overdue = "（逾期）" if row["overdue"] else ""
    return {
        "number": row["number"],
        "title": row["title"],
        "clause": row["clause"],
        "found_on": row["found_on"],
        "found_by": "自查" if row["self_found"] else "监管检查",
        "listing": f"{facts()['listing_level'].shown(level)} {row['document_number']}".strip() if level else "",
        "deadline": f"{row['deadline']}{overdue}",
        "state": f"{dict(State.choices).get(row['state'], row['state'])} {row['removed_on']}".strip(),
    }
