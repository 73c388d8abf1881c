"""Rules for passwords beyond Django's: none of the last five, and an age where the office sets one."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.registry.models import User

from .models import PasswordBefore


class NotUsedBefore:
    """Refuses the last passwords of the account; Django calls it by ``AUTH_PASSWORD_VALIDATORS``."""

    def __init__(self, last: int = 5) -> None:
        self.last = last

    def validate(self, password: str, user: User | None = None) -> None:
        """Compare with the last hashes; nothing to compare before the account is there."""
        if user is None or user.pk is None:
            return
        before = PasswordBefore.objects.filter(user=user).order_by("-set_at")[: self.last]
        hashes = [user.password, *before.values_list("password", flat=True)]
        if any(check_password(password, old) for old in hashes if old):
            raise ValidationError(self.get_help_text(), code="password_used_before")

    def password_changed(self, password: str, user: User | None = None) -> None:
        """Keep the hash of the new password; Django calls this when the account was saved."""
        if user is not None and user.pk is not None:
            PasswordBefore.objects.create(user=user, password=user.password, set_at=timezone.now())

    def get_help_text(self) -> str:
        """The rule in words."""
        return _("None of the last %(n)s passwords of the account.") % {"n": self.last}


def is_too_old(user: User) -> bool:
    """Whether the password must be changed now, by ``MINEWARDEN_PASSWORD_DAYS``; never where that is 0."""
    if not settings.PASSWORD_DAYS or not user.has_usable_password():
        return False
    newest = PasswordBefore.objects.filter(user=user).order_by("-set_at").values_list("set_at", flat=True).first()
    return (newest or user.date_joined) < timezone.now() - timedelta(days=settings.PASSWORD_DAYS)
