"""The approved list of mines that may not work: every write and read of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.registry.models import Mine, User
from minewarden.center.registry.scope import may

from . import queries
from .activity_rules import rules
from .models import ApprovedActivity

APPROVE = "video.approve_works"
ORDER = ("-valid_from", "-id")


@dataclass(frozen=True)
class Approval:
    """What an approval says. Times are timezone-aware; ``excepted`` are rules of ``activity_rules.toml``."""

    work: str
    words: str
    excepted: list[str]
    people: int
    valid_from: datetime
    valid_until: datetime
    document: str


def visible(user: User) -> QuerySet[ApprovedActivity]:
    """The entries that somebody may see."""
    rows: QuerySet[ApprovedActivity] = ApprovedActivity.objects.for_user(user, queries.VIEW)
    return rows.select_related("mine", "entered_by", "ended_by")


def changeable(user: User) -> QuerySet[ApprovedActivity]:
    """Those that they may change."""
    rows: QuerySet[ApprovedActivity] = ApprovedActivity.objects.for_user(user, APPROVE)
    return rows.select_related("mine__node")


def approve(user: User, mine: Mine, given: Approval) -> ApprovedActivity:
    """Enter approved work at a mine. Events that were judged already stay as they are.

    Raises:
        ValidationError: what makes no sense, by field; or not at this mine.
    """
    _check(user, mine, given)
    with act("video.approve_activity", user):
        entry = ApprovedActivity(mine=mine, entered_by=user, entered_at=timezone.now(), **asdict(given))
        entry.full_clean()
        entry.save()
    return entry


def change(user: User, entry: ApprovedActivity, given: Approval, reason: str = "") -> ApprovedActivity:
    """Correct an entry that has not been ended.

    Raises:
        ValidationError: as :func:`approve`, or it has been ended.
    """
    _check(user, entry.mine, given)
    if entry.ended_at is not None:
        raise ValidationError(_("This work was ended: enter a new one."))
    with act("video.change_activity", user, reason):
        for name, value in asdict(given).items():
            setattr(entry, name, value)
        entry.full_clean()
        entry.save()
    return entry


def end(user: User, entry: ApprovedActivity, reason: str = "") -> bool:
    """End approved work now. False where somebody has ended it already.

    Raises:
        ValidationError: not at this mine.
    """
    _check_right(user, entry.mine)
    now = timezone.now()
    with act("video.end_activity", user, reason):
        ended = {"ended_at": now, "ended_by_id": user.pk}
        return ApprovedActivity.objects.compare_and_set(entry, {"ended_at": None}, **ended)


def _check_right(user: User, mine: Mine) -> None:
    if not may(user, APPROVE, mine.node):
        raise ValidationError(_("Your role may not do this at this mine."))


def _check(user: User, mine: Mine, given: Approval) -> None:
    _check_right(user, mine)
    faults: dict[str, str] = {}
    if given.valid_until <= given.valid_from:
        faults["valid_until"] = _("The end must be after the beginning.")
    known = rules().rules
    if not given.excepted or set(given.excepted) - set(known):
        faults["excepted"] = _("Say which of these may be seen meanwhile.")
    counted = any(known[name].counts_out for name in given.excepted if name in known)
    if counted and not given.people:
        faults["people"] = _("Say how many people may be underground at once.")
    if not given.document.strip():
        faults["document"] = _("Give the number of the document that approves it.")
    if faults:
        raise ValidationError(faults)
