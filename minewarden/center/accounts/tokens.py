"""Keys of integrations: made by the administrator for an account, shown once, with an end, revoked at any time."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from minewarden.center.audit.services import act
from minewarden.center.registry.models import User

from .models import Token, TokenUse

PREFIX = "mw_"
LONGEST = timedelta(days=400)
USE_EVERY = timedelta(minutes=5)


def make_token(actor: User, user: User, *, name: str, valid_until: datetime) -> tuple[Token, str]:
    """A new key for an account; the second of the pair is the key itself, kept nowhere.

    Raises:
        ValidationError: no name, or an end in the past or more than 400 days away.
    """
    now = timezone.now()
    if not name.strip():
        raise ValidationError({"name": _("Say what the key is for.")})
    if not now < valid_until <= now + LONGEST:
        raise ValidationError({"valid_until": _("Choose a day within the next 400 days.")})
    key = PREFIX + secrets.token_urlsafe(32)
    with act("accounts.make_token", actor):
        token = Token(user=user, name=name.strip(), token_hash=_hash(key), created_at=now, valid_until=valid_until)
        token.save()
    return token, key


def revoke_token(actor: User, token: Token) -> bool:
    """Let a key open nothing any more; False where it was revoked already."""
    with act("accounts.revoke_token", actor):
        return Token.objects.compare_and_set(token, {"revoked_at": None}, revoked_at=timezone.now())


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


class TokenAuth(HttpBearer):
    """``Authorization: Bearer mw_…``: the call is then made by the key's account, with its rights and no session."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        now = timezone.now()
        found: Token | None = (
            Token.objects.filter(token_hash=_hash(token), revoked_at=None, valid_until__gt=now, user__is_active=True)
            .select_related("user", "use")
            .first()
        )
        if found is None:
            return None
        use: TokenUse | None = getattr(found, "use", None)
        if use is None or now - use.at > USE_EVERY:
            address = request.META.get("REMOTE_ADDR", "")[:64]
            TokenUse.objects.update_or_create(token=found, defaults={"at": now, "address": address})
        request.user = found.user
        request.__dict__.pop("_roles", None)  # asked for nobody before the key was read
        user: User = found.user
        return user
