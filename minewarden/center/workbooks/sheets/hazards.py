"""The ledger of hazards as a workbook: out, and in again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from minewarden.center.cases.forms import CaseFilter
from minewarden.center.cases.models import Case, Kind, Transition
from minewarden.center.cases.queries import ORDER, narrowed, visible
from minewarden.center.hazards.grading import PARTS
from minewarden.center.registry.models import User
from minewarden.center.workbooks.spec import SheetSpec, Values, register_sheet
from minewarden.interfaces.workbooks.cells import clean

from .hazard_columns import COLUMNS
from .hazard_import import HazardImporter

PART = 1000  # records read at once
HAZARD_KINDS = (Kind.HAZARD, Kind.MAJOR_HAZARD)


def all_cases(user: User, params: QueryDict) -> Iterator[Values]:
    """The list of cases, as its page narrows it."""
    return values_of(narrowed(visible(user), CaseFilter(user, params).filters()))


def only_hazards(user: User, params: QueryDict) -> Iterator[Values]:
    """The same, only hazards and major hazards."""
    cases = narrowed(visible(user), CaseFilter(user, params).filters())
    return values_of(cases.filter(kind__in=HAZARD_KINDS))


def values_of(cases: QuerySet[Case]) -> Iterator[Values]:
    """The rows of a workbook of these cases, the newest first. Keys are read first, so that rows are read in parts."""
    keys = list(cases.order_by(*ORDER).values_list("pk", flat=True))
    for start in range(0, len(keys), PART):
        yield from rows_of(keys[start : start + PART])


def rows_of(keys: Sequence[UUID]) -> list[Values]:
    """The rows of some cases, in their order."""
    found = Case.objects.filter(pk__in=keys).select_related("mine", "place", "hazard", "found_by")
    cases = {case.pk: case for case in found}
    steps: dict[Any, dict[str, str]] = {}
    told = Transition.objects.filter(case_id__in=keys, action__in=("accept", "import")).order_by("version")
    for step in told.select_related("actor"):
        facts = steps.setdefault(step.case_id, {})
        if step.action == "accept":
            facts["accepted_by"] = str(step.actor or "")
        else:
            facts |= {name: str(step.facts[name]) for name in ("found_by", "accepted_by") if name in step.facts}
    return [record_values(cases[key], steps.get(key, {})) for key in keys if key in cases]


def record_values(case: Case, steps: dict[str, str]) -> Values:
    """One case as a row says it. Kinds without a hazard's particulars leave their columns empty."""
    zone = ZoneInfo(case.time_zone)
    hazard = getattr(case, "hazard", None)
    values = {
        "id": str(case.pk),
        "version": str(case.version),
        "number": case.number,
        "kind": case.kind,
        "mine_code": case.own_mine.code,
        "mine": case.concerns,
        "place": case.place.name if case.place else (hazard.place_words if hazard else ""),
        "title": clean(case.title),
        "description": clean(case.description),
        "clause": case.clause,
        "level": case.level,
        "found_at": _local(case.found_at, zone),
        "found_by": steps.get("found_by") or str(case.found_by or ""),
        "state": case.state,
        "due": _local(case.deadline, zone, 10),
        "responsible": case.responsible,
        "closed_on": _local(case.closed_at, zone, 10),
        "accepted_by": steps.get("accepted_by", ""),
    }
    if hazard is not None:
        values |= {name: getattr(hazard, name) for name in (*PARTS, "source")}
    return {name: value or None for name, value in values.items()}


def _local(moment: datetime | None, zone: ZoneInfo, length: int = 16) -> str:
    return moment.astimezone(zone).isoformat()[:length] if moment else ""


def register() -> None:
    """Both lists have one form: a row of either can come in by the other."""
    notes = (
        _("Rows without a record id are new. Rows with one change title, description, place, clause and parts."),
        _("The state of a record is changed in the program only: its steps want proof."),
    )
    common: dict[str, Any] = {
        "columns": COLUMNS,
        "permission_export": "cases.view",
        "permission_import": "hazards.record",
        "importer": HazardImporter,
        "makes_ids": True,
        "chunk": 2000,
        "notes": notes,
    }
    register_sheet(SheetSpec("hazards", _("Hazards"), rows=only_hazards, order=10, **common))
    register_sheet(SheetSpec("cases", _("Cases"), rows=all_cases, order=11, **common))
