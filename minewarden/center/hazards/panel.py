"""The hazard's panel on the page of its case: clause, grade, the five fixes, and what it has to do with others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.forms import BaseForm
from django.http import HttpRequest

from minewarden.center.cases.models import Case
from minewarden.center.cases.queries import open_states
from minewarden.center.registry.access import user_of
from minewarden.center.registry.scope import may

from .clauses.queries import clauses_on
from .forms import FixesForm, JudgeForm
from .grading import PARTS, UnknownPart, grading
from .likeness import KINDS, Alike, alike, described
from .models import Hazard, Relation
from .services import FIXES
from .services.fixes import may_write
from .services.judged import day_of_finding
from .services.judging import STATES
from .told_before import told_before

TEMPLATE: Final = "hazards/_panel.html"


@dataclass(frozen=True)
class Refused:
    """A form of the panel that was refused: it comes back with what was typed. Kept on the request by the view."""

    name: str
    form: BaseForm


def hazard_panel(request: HttpRequest, case: Case) -> dict[str, Any] | None:
    """The context of the panel; None for what is no hazard of ours."""
    hazard: Hazard | None = Hazard.objects.select_related("clause__catalogue").filter(pk=case.pk).first()
    if hazard is None:
        return None
    user, node = user_of(request), case.node
    refused: Refused | None = getattr(request, "hazard_refused", None)
    judges = case.state in STATES and may(user, "cases.verify", node)
    writes = may_write(case) and may(user, "cases.rectify", node)
    relations = list(Relation.objects.filter(case=case).select_related("other", "said_by").order_by("-said_at", "pk"))
    return {
        "case": case,
        "hazard": hazard,
        "grade": _grade(hazard),
        "parts": _parts(hazard),
        "fixes": [(FixesForm.Meta.labels[name], getattr(hazard, name)) for name in FIXES],
        "has_fixes": any(getattr(hazard, name) for name in FIXES),
        "fixes_form": _form(refused, "fixes", FixesForm(instance=hazard)) if writes else None,
        "judge_form": _form(refused, "judge", JudgeForm(hazard)) if judges else None,
        "clauses": clauses_on(day_of_finding(case.found_at, case.own_mine)) if judges else (),
        "opened": refused.name if refused else "",
        "told": told_before(user, case.own_mine, hazard.clause_code, without=case.pk),
        "relations": relations,
        "related_by": list(
            Relation.objects.filter(other=case).select_related("case", "said_by").order_by("-said_at", "pk")[:20]
        ),
        "alike": _unanswered(request, case, relations),
        "zone": case.time_zone,
    }


def _form(refused: Refused | None, name: str, fresh: BaseForm) -> BaseForm:
    return refused.form if refused is not None and refused.name == name else fresh


def _grade(hazard: Hazard) -> Any:
    """The grade as the table has it now; None where the office's table no longer has it."""
    table = grading()
    grades = {grade.name: grade for grade in (*table.grades, table.major)}
    return grades.get(hazard.grade)


def _parts(hazard: Hazard) -> list[tuple[str, str]]:
    """Each part and what was chosen; a value that is no longer offered is shown as it was kept."""
    shown = []
    for name in PARTS:
        part, value = grading().part(name), getattr(hazard, name)
        try:
            shown.append((str(part.words), str(part.choice(value).words)))
        except UnknownPart:
            shown.append((str(part.words), value))
    return shown


def _unanswered(request: HttpRequest, case: Case, relations: list[Relation]) -> list[Alike]:
    """Open ones that look alike and of which nobody has said anything, for whom it is to say."""
    user = user_of(request)
    if case.state not in STATES or case.kind not in KINDS or case.state not in open_states():
        return []
    if not may(user, "hazards.record", case.node):
        return []
    said = {relation.other_id for relation in relations}
    return [one for one in alike(user, case.own_mine, described(case), without=case.pk) if one.case.pk not in said]
