"""The second factor: codes of a telephone (TOTP) and codes on paper for the day when it is lost."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from urllib.parse import quote

import segno
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django_otp.oath import TOTP

from minewarden.center.audit.services import act
from minewarden.center.registry.models import User
from minewarden.center.registry.scope import grants_in_force

from .models import RecoveryCode, SecondFactor

STEP = 30  # seconds that a code holds, RFC 6238
TOLERANCE = 1  # steps: a telephone's clock may be off by so much
CODES = 10


def new_secret() -> str:
    """160 random bits, base32, as authenticator programs take them."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def address_of(user: User, secret: str) -> str:
    """What the QR code says to the telephone."""
    label = quote(f"Minewarden:{user.get_username()}")
    return f"otpauth://totp/{label}?secret={secret}&issuer=Minewarden&period={STEP}&digits=6"


def picture_of(user: User, secret: str) -> str:
    """The QR code as an inline SVG."""
    return str(segno.make(address_of(user, secret), error="m").svg_inline(scale=5, dark="#000", light="#fff"))


def factor_of(user: User) -> SecondFactor | None:
    """The account's factor, if it has one that is confirmed."""
    found: SecondFactor | None = SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).first()
    return found


def is_wanted_of(user: User) -> bool:
    """Whether one of the account's roles must have a second factor by ``MINEWARDEN_SECOND_FACTOR_ROLES``."""
    roles = settings.SECOND_FACTOR_ROLES
    return bool(roles) and grants_in_force(user).filter(role__in=roles).exists()


def step_of_code(secret: str, code: str, last_step: int, now: float | None = None) -> int | None:
    """The time step that the code belongs to; None where it is wrong, too old, or no newer than the last one taken."""
    if not (code.isascii() and code.isdecimal() and len(code) == 6):
        return None
    clock = TOTP(base64.b32decode(secret), step=STEP)
    clock.time = time.time() if now is None else now
    if not clock.verify(int(code), tolerance=TOLERANCE, min_t=last_step + 1):
        return None
    return int(clock.t())


def confirm(user: User, secret: str, code: str) -> list[str]:
    """Take a telephone into use; answers the recovery codes, which are shown this once.

    Raises:
        ValidationError: the code does not fit the secret.
    """
    with act("accounts.confirm_factor", user):
        step = step_of_code(secret, code, 0)
        if step is None:
            raise ValidationError(
                {"code": _("The code is not right. Is the telephone's clock right? Try the next one.")}
            )
        factor: SecondFactor = SecondFactor.objects.filter(user=user).first() or SecondFactor(user=user)
        factor.secret, factor.confirmed_at, factor.last_step = secret, timezone.now(), step
        factor.save()
        return _new_codes(user)


def _new_codes(user: User) -> list[str]:
    now = timezone.now()
    for old in RecoveryCode.objects.filter(user=user, used_at=None, replaced_at=None):
        old.replaced_at = now
        old.save()
    codes = [secrets.token_hex(5) for _ in range(CODES)]
    for code in codes:
        RecoveryCode(user=user, code_hash=_hash(code), made_at=now).save()
    return codes


def _hash(code: str) -> str:
    # 40 random bits behind the lock-out of the door: a slow hash would add nothing.
    return hashlib.sha256(code.strip().lower().encode()).hexdigest()


def accept(user: User, code: str) -> bool:
    """Whether a code lets the account in now; it does so once. Of two who use it at once one is let in."""
    factor = factor_of(user)
    if factor is None:
        return False
    with act("accounts.use_factor", user):
        step = step_of_code(factor.secret, code, factor.last_step)
        if step is not None:
            return SecondFactor.objects.compare_and_set(factor, {"last_step": factor.last_step}, last_step=step)
        recovery: RecoveryCode | None = RecoveryCode.objects.filter(
            user=user, code_hash=_hash(code), used_at=None, replaced_at=None
        ).first()
        if recovery is None:
            return False
        return RecoveryCode.objects.compare_and_set(recovery, {"used_at": None}, used_at=timezone.now())


def take_away(actor: User, user: User, reason: str = "") -> bool:
    """Take the factor off an account: by its owner, or by the administrator when the telephone is lost."""
    with act("accounts.take_factor_away", actor, reason):
        factor = factor_of(user)
        if factor is None:
            return False
        factor.secret, factor.confirmed_at = "", None
        factor.save()
        return True
