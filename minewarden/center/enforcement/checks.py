"""What must be true of a record, whoever writes it: asked by services, and by workbooks before anything is written."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.registry.models import Mine, NodeKind

from .models import Inspection, InspectionCampaign, InspectionKind, Penalty
from .rules import rules

EARLIEST = date(1990, 1, 1)


def today_at(mine: Mine) -> date:
    """The date at the mine."""
    return timezone.now().astimezone(ZoneInfo(mine.time_zone)).date()


def day_faults(day: date, today: date) -> str:
    """Why something cannot have been on this day; "" where it can."""
    if day > today:
        return _("This date is still to come.")
    return _("This is before %(day)s: look at the year.") % {"day": EARLIEST} if day < EARLIEST else ""


def check_inspection(inspection: Inspection) -> None:
    """Raises ``ValidationError`` by column."""
    faults: dict[str, str] = {}
    if fault := day_faults(inspection.began_on, today_at(inspection.mine)):
        faults["began_on"] = fault
    days = (inspection.ended_on - inspection.began_on).days + 1
    if days < 1:
        faults["ended_on"] = _("This is before the begin.")
    elif days > rules().longest_days:
        faults["ended_on"] = _("An inspection takes at most %(days)s days: write longer ones as several.") % {
            "days": rules().longest_days
        }
    elif not faults and (fault := day_faults(inspection.ended_on, today_at(inspection.mine))):
        faults["ended_on"] = fault
    most = max(1, days) * inspection.inspector_count * rules().most_hours_a_day
    if inspection.hours_on_site <= 0:
        faults["hours_on_site"] = _("Hours at the mine are more than zero; without them no rate can be made.")
    elif inspection.hours_on_site > most:
        faults["hours_on_site"] = _("%(count)s inspectors cannot be on site for so long: at most %(most)s hours.") % {
            "count": inspection.inspector_count,
            "most": most,
        }
    if inspection.person_days <= 0 < inspection.hours_on_site:
        faults["person_days"] = _("Leave it empty, or write more than zero.")
    faults |= _campaign_faults(inspection)
    if faults:
        raise ValidationError(faults)


def _campaign_faults(inspection: Inspection) -> dict[str, str]:
    campaign = inspection.campaign
    if campaign is None:
        wants = inspection.kind == InspectionKind.CAMPAIGN
        return {"campaign": _("Say which campaign it belongs to.")} if wants else {}
    if campaign.withdrawn:
        return {"campaign": _("This campaign is withdrawn.")}
    if inspection.ended_on < campaign.began_on or inspection.began_on > campaign.ended_on:
        span = {"first": campaign.began_on, "last": campaign.ended_on}
        return {"campaign": _("This campaign ran from %(first)s to %(last)s.") % span}
    return {}


def check_campaign(campaign: InspectionCampaign) -> None:
    """Raises ``ValidationError`` by column."""
    if campaign.ended_on < campaign.began_on:
        raise ValidationError({"ended_on": _("This is before the begin.")})
    if campaign.began_on < EARLIEST:
        raise ValidationError({"began_on": day_faults(campaign.began_on, campaign.began_on)})
    if campaign.node.kind == NodeKind.MINE:
        raise ValidationError({"node": _("An office runs a campaign, not a mine.")})


def check_penalty(penalty: Penalty) -> None:
    """Raises ``ValidationError`` by column."""
    faults: dict[str, str] = {}
    if fault := day_faults(penalty.decided_on, today_at(penalty.mine)):
        faults["decided_on"] = fault
    if penalty.kind in rules().money and not penalty.amount:
        faults["amount"] = _("Say how much, in yuan.")
    if penalty.kind not in rules().money and penalty.amount:
        faults["amount"] = _("This kind has no amount: a fine beside it is a row of its own.")
    if penalty.post and not penalty.person:
        faults["person"] = _("Say who holds this post.")
    if penalty.inspection is not None and penalty.inspection.mine_id != penalty.mine_id:
        faults["inspection"] = _("This inspection was at another mine.")
    if faults:
        raise ValidationError(faults)
