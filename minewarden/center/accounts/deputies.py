"""Deputies with dates: somebody else holds one's role at one's node for a while, and is named as such."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.registry.models import Role, RoleGrant, User
from minewarden.center.registry.scope import grants_in_force

LONGEST: Final = timedelta(days=90)
# Who manages accounts does not lend that away; who signs for a government does so by its own rules, as it likes.
NEVER: Final = frozenset({Role.ADMINISTRATOR})


def lendable(user: User) -> QuerySet[RoleGrant]:
    """The roles that somebody may lend: their own in force, not those they only stand in for."""
    own = grants_in_force(user).filter(stands_in_for=None).exclude(role__in=NEVER)
    return own.select_related("node").order_by("role", "node__name")


def deputies_of(user: User) -> QuerySet[RoleGrant]:
    """Who stands in for somebody, now or later, the nearest first."""
    rows = RoleGrant.objects.filter(stands_in_for__user=user, valid_until__gt=timezone.now())
    found: QuerySet[RoleGrant] = rows.select_related("user", "node").order_by("valid_from", "pk")
    return found


def name_deputy(actor: User, grant: RoleGrant, deputy: User, *, begins: datetime, ends: datetime) -> RoleGrant:
    """Lend a role of one's own from ``begins`` until ``ends`` (timezone-aware).

    Raises:
        ValidationError: not one's own role, oneself, a closed account, an end before the beginning, in the past or too
            far away, or the deputy has the role there already.
    """
    with act("accounts.name_deputy", actor):
        if not lendable(actor).filter(pk=grant.pk).exists():
            raise ValidationError({"grant": _("Only a role of your own can be lent.")})
        if deputy.pk == actor.pk or not deputy.is_active:
            raise ValidationError({"deputy": _("Choose another account that is open.")})
        if not begins < ends or ends <= timezone.now() or ends - begins > LONGEST:
            raise ValidationError({"ends": _("Choose an end after the beginning, within 90 days.")})
        held = RoleGrant.objects.filter(user=deputy, role=grant.role, node=grant.node)
        if held.filter(valid_until=None).exists() or held.filter(valid_until__gt=begins, valid_from__lt=ends).exists():
            raise ValidationError({"deputy": _("This person has the role there already in that time.")})
        lent = RoleGrant(
            user=deputy, role=grant.role, node=grant.node, valid_from=begins, valid_until=ends, stands_in_for=grant
        )
        lent.full_clean()
        lent.save()
    return lent


def end_deputy(actor: User, lent: RoleGrant) -> bool:
    """Take a lent role back now; False where somebody was faster."""
    with act("accounts.end_deputy", actor):
        now = timezone.now()
        if lent.valid_until is None or lent.valid_until <= now:
            return False
        return RoleGrant.objects.compare_and_set(lent, {"valid_until": lent.valid_until}, valid_until=now)
