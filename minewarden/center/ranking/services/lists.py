"""Taking a mine off the list and putting it back; how many teams there are, and the share of inspections by lot."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.ranking.models import Setting, SettingKey, TakenOff
from minewarden.center.ranking.queries import standing_of, taken_off_now
from minewarden.center.registry.models import Mine, User

from .common import must_decide_for_all, wanted

MOST_TEAMS, MOST_SHARE = 500, 100


def next_month(day: date) -> date:
    """The first day of the month after this day's."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def take_off(actor: User, mine: Mine, reason: str) -> TakenOff:
    """Take a mine off the list until the next monthly record; it stays there, struck, with reason and name."""
    reason = wanted(reason, "reason", _("Say why: it stands on the list with your name."))
    standing = standing_of(mine)
    if standing is None or not standing.listed:
        raise ValidationError(_("This mine is not on the list."))
    today = timezone.localdate()
    with act("ranking.take_off", actor, reason):
        Mine.objects.select_for_update(no_key=True).get(pk=mine.pk)  # of two at once one is refused
        if taken_off_now(today).filter(mine=mine).exists():
            raise ValidationError(_("This mine is taken off already."))
        row = TakenOff(mine=mine, reason=reason, by=actor, at=timezone.now(), until=next_month(today))
        row.save()
    return row


def put_back(actor: User, row: TakenOff, why: str) -> None:
    """Put a mine back before the next record says so."""
    why = wanted(why, "why", _("Say why: the mine reads it."))
    with act("ranking.put_back", actor, why):
        changes = {"put_back_by": actor, "put_back_at": timezone.now(), "put_back_why": why}
        if not TakenOff.objects.compare_and_set(row, {"put_back_at": None}, **changes):
            raise ValidationError(_("Somebody has put this mine back meanwhile."))


def decide_setting(actor: User, key: str, value: int, *, document: str = "", why: str = "") -> Setting:
    """Decide how many teams there are, or which share of inspections (in percent) is to be drawn by lot."""
    must_decide_for_all(actor)
    most = MOST_TEAMS if key == SettingKey.TEAMS else MOST_SHARE
    if not 0 <= value <= most:
        raise ValidationError({"value": _("From 0 to %(most)s.") % {"most": most}})
    with act("ranking.decide_setting", actor, why):
        row = Setting(
            key=key,
            value=value,
            document=document.strip(),
            why=why.strip(),
            decided_by=actor,
            decided_at=timezone.now(),
        )
        row.full_clean(exclude=["decided_by"])
        row.save()
    return row
