"""What guards an account beyond its password, and where it is logged in."""

from __future__ import annotations

from django.db import models

from minewarden.center.audit.models import AuditedModel, AuditedQuerySet
from minewarden.center.registry.models import User


class SecondFactor(AuditedModel):
    """A telephone that shows a new code every 30 seconds (TOTP, RFC 6238). ``last_step`` is the time step of the last
    code that was taken: a code counts once."""

    audit_secret = frozenset({"secret"})

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="second_factor")
    secret = models.CharField(max_length=64, blank=True, help_text="base32; empty where the factor was taken away")
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)

    objects = AuditedQuerySet.as_manager()


class RecoveryCode(AuditedModel):
    """A code that stands in for a lost telephone, once. Kept as a hash."""

    audit_secret = frozenset({"code_hash"})

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)

    objects = AuditedQuerySet.as_manager()


class Token(AuditedModel):
    """The key by which a program speaks for an account, with that account's rights. Kept as a hash, shown once."""

    audit_secret = frozenset({"token_hash"})

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=60)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = AuditedQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class TokenUse(models.Model):
    """When a token was last used, to some minutes: not a record, so not audited."""

    token = models.OneToOneField(Token, on_delete=models.CASCADE, related_name="use")
    at = models.DateTimeField()
    address = models.CharField(max_length=64, blank=True)


class LoginSession(models.Model):
    """Where an account is logged in: for its owner to see and to end. The login itself is in the audit."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="login_sessions")
    session_key = models.CharField(max_length=40, db_index=True)
    address = models.CharField(max_length=64, blank=True)
    agent = models.CharField(max_length=200, blank=True)
    since = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "ended_at", "-seen_at"], name="session_of_user")]


class PasswordBefore(models.Model):
    """A password that an account has or had, as a hash: so that none comes back soon and its age is known."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="passwords_before")
    password = models.CharField(max_length=128)
    set_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user", "-set_at"], name="password_newest")]
