"""Every write of inspections, campaigns and penalties: one function an action, one transaction, audited.

Whether the actor may is asked where the rows are chosen (``for_user(user, permission)``). All raise Django's
``ValidationError`` by column. ``case_numbers`` are numbers of cases of the same mine; None leaves the links
as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.cases.models import Case
from minewarden.center.ledgers import writing
from minewarden.center.registry.models import Mine, NodePath, User

from .checks import check_campaign, check_inspection, check_penalty
from .models import Inspection, InspectionCampaign, InspectionCase, InspectionKind, Penalty, PenaltyCase
from .rules import days_of


def record_inspection(
    actor: User | None, *, mine: Mine, case_numbers: Sequence[str] | None = None, **columns: Any
) -> Inspection:
    """Record an inspection. Days are made of the hours where ``person_days`` is not given; one with the same
    ``source_id`` is answered as it is, and nothing is written."""
    source_id = columns.get("source_id") or ""
    if source_id:
        known: Inspection | None = Inspection.objects.filter(mine=mine, source_id=source_id, withdrawn=False).first()
        if known is not None:
            return known
    with act("enforcement.record_inspection", actor):
        inspection = writing.put(Inspection(mine=mine, **completed(columns)), _whole_inspection)
        link_inspection(inspection, case_numbers or ())
    return inspection


def change_inspection(
    actor: User | None,
    inspection: Inspection,
    reason: str,
    *,
    expected_version: int,
    case_numbers: Sequence[str] | None = None,
    **changes: Any,
) -> Inspection:
    """Correct an inspection, and which cases it found."""
    with act("enforcement.change_inspection", actor, reason):
        if days_follow(inspection, changes):
            changes["person_days"] = days_of(changes.get("hours_on_site") or inspection.hours_on_site)
        changed = writing.amend(inspection, expected_version, changes, _whole_inspection)
        if case_numbers is not None:
            link_inspection(changed, case_numbers)
    return changed


def withdraw_inspection(
    actor: User | None, inspection: Inspection, reason: str, *, expected_version: int
) -> Inspection:
    """Leave an inspection out of every figure."""
    with act("enforcement.withdraw_inspection", actor, reason):
        return writing.withdraw(inspection, expected_version, reason)


def plan_campaign(actor: User | None, **columns: Any) -> InspectionCampaign:
    """Enter a campaign of inspections."""
    with act("enforcement.plan_campaign", actor):
        return writing.put(InspectionCampaign(**columns), check_campaign)


def change_campaign(
    actor: User | None, campaign: InspectionCampaign, reason: str, *, expected_version: int, **changes: Any
) -> InspectionCampaign:
    """Correct a campaign."""
    with act("enforcement.change_campaign", actor, reason):
        return writing.amend(campaign, expected_version, changes, check_campaign)


def withdraw_campaign(
    actor: User | None, campaign: InspectionCampaign, reason: str, *, expected_version: int
) -> InspectionCampaign:
    """Withdraw a campaign that no inspection belongs to."""
    with act("enforcement.withdraw_campaign", actor, reason):
        if campaign.inspections.filter(withdrawn=False).exists():
            raise ValidationError({"reason": _("Inspections belong to it: take them out of the campaign first.")})
        return writing.withdraw(campaign, expected_version, reason)


def record_penalty(
    actor: User | None, *, mine: Mine, case_numbers: Sequence[str] | None = None, **columns: Any
) -> Penalty:
    """Record one sanction of a decision."""
    with act("enforcement.record_penalty", actor):
        penalty = writing.put(Penalty(mine=mine, **columns), check_penalty)
        link_penalty(penalty, case_numbers or ())
    return penalty


def change_penalty(
    actor: User | None,
    penalty: Penalty,
    reason: str,
    *,
    expected_version: int,
    case_numbers: Sequence[str] | None = None,
    **changes: Any,
) -> Penalty:
    """Correct a penalty, and which cases it punishes."""
    with act("enforcement.change_penalty", actor, reason):
        changed = writing.amend(penalty, expected_version, changes, check_penalty)
        if case_numbers is not None:
            link_penalty(changed, case_numbers)
    return changed


def withdraw_penalty(actor: User | None, penalty: Penalty, reason: str, *, expected_version: int) -> Penalty:
    """Leave a penalty out of every figure: it was repealed, or a mistake."""
    with act("enforcement.withdraw_penalty", actor, reason):
        return writing.withdraw(penalty, expected_version, reason)


def completed(columns: dict[str, Any]) -> dict[str, Any]:
    """The columns of a new inspection with what follows from the others: days from hours, one day without an end, the
    share that was drawn by lot from the kind."""
    whole = dict(columns)
    if whole.get("person_days") is None:
        whole["person_days"] = days_of(Decimal(whole.get("hours_on_site") or 0))
    if whole.get("ended_on") is None:
        whole["ended_on"] = whole.get("began_on")
    if whole.get("random_percent") is None:
        whole["random_percent"] = 100 if whole.get("kind") == InspectionKind.RANDOM else 0
    return whole


def days_follow(inspection: Inspection, changes: dict[str, Any]) -> bool:
    """Whether days are made of hours again: they were left empty, or followed from the old hours untouched."""
    days = changes.get("person_days", inspection.person_days)
    if days is None:
        return True
    followed = inspection.person_days == days_of(inspection.hours_on_site)
    return followed and days == inspection.person_days and "hours_on_site" in changes


def _whole_inspection(inspection: Inspection) -> None:
    check_inspection(inspection)
    campaign = inspection.campaign
    paths = NodePath.objects.filter(descendant=inspection.mine.node_id)
    if campaign is not None and not paths.filter(ancestor=campaign.node_id).exists():
        raise ValidationError({"campaign": _("This campaign is of an office that is not above the mine.")})


def cases_of(mine: Mine, numbers: Iterable[str]) -> list[Case]:
    """The cases of a mine with these numbers, each once.

    Raises:
        ValidationError: ``case_numbers``: which are not cases of this mine.
    """
    wanted = list(dict.fromkeys(number.strip() for number in numbers if number.strip()))
    found = {case.number: case for case in Case.objects.filter(mine=mine, number__in=wanted)}
    if strange := [number[:20] for number in wanted if number not in found]:
        words = _("No case of this mine has this number: %(numbers)s.") % {"numbers": "、".join(strange[:5])}
        raise ValidationError({"case_numbers": words})
    return [found[number] for number in wanted]


def link_inspection(inspection: Inspection, numbers: Sequence[str]) -> None:
    """Say which cases an inspection found, all of them. Inside an action."""
    _link(InspectionCase, {"inspection": inspection}, cases_of(inspection.mine, numbers))


def link_penalty(penalty: Penalty, numbers: Sequence[str]) -> None:
    """Say which cases a penalty punishes, all of them. Inside an action."""
    _link(PenaltyCase, {"penalty": penalty}, cases_of(penalty.mine, numbers))


def _link(model: type[InspectionCase] | type[PenaltyCase], owner: dict[str, Any], cases: Sequence[Case]) -> None:
    """Links that are no longer named are withdrawn, those that come back are put in force again."""
    wanted = {case.pk for case in cases}
    known: dict[Any, Any] = {link.case_id: link for link in model.objects.filter(**owner)}
    for key, link in known.items():
        if link.withdrawn == (key in wanted):
            link.withdrawn = not link.withdrawn
            link.save(update_fields=["withdrawn"])
    for case in cases:
        if case.pk not in known:
            model(case=case, **owner).save()
