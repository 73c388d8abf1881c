"""What people are told in the page, and what goes to the outside."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from minewarden.center.audit.models import AuditedModel
from minewarden.center.cases.models import Case, Transition
from minewarden.center.registry.models import Node, Role, User
from minewarden.center.registry.scope import ScopedQuerySet


class Notice(models.Model):
    """Something that one person is told. The words are made when it is read, in the reader's language, out of ``kind``
    and ``params`` (``wording.py``). Not audited: there are many, and what they tell of is audited itself."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="notices")
    node = models.ForeignKey(Node, null=True, on_delete=models.PROTECT, related_name="+", help_text="as whose person")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=300)
    dedupe_key = models.CharField(max_length=200, help_text="told once to each person")
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["user", "-created_at", "-id"], name="notice_newest"),
            models.Index(fields=["user"], condition=models.Q(read_at=None), name="notice_unread"),
            models.Index(fields=["created_at"], name="notice_age"),
        ]
        constraints = [models.UniqueConstraint(fields=["user", "dedupe_key"], name="notice_once")]


class Untold(models.Model):
    """A step of a case that people are still to be told of; written with the step, gone when they are told."""

    transition = models.ForeignKey(Transition, on_delete=models.CASCADE, related_name="+")


class Channel(AuditedModel):
    """A way to the outside: an apprise URL such as a group robot's. It gets what people of ``role`` (empty: every role)
    are told at ``node``. With ``{email}`` in the URL each of them who has an address gets their own message."""

    name = models.CharField(max_length=60)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=16, choices=Role, blank=True)
    url = models.CharField(max_length=500, help_text=_("apprise URL with its secrets; shown masked"))
    in_use = models.BooleanField(default=True)

    audit_secret = frozenset({"url"})

    NODE = "node"
    objects = ScopedQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class MessageState(models.TextChoices):
    WAITING = "waiting", _("Not sent yet")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")


class Message(models.Model):
    """One message to the outside, and what became of it. ``channel`` null: the addresses of the settings."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    channel = models.ForeignKey(Channel, null=True, on_delete=models.PROTECT, related_name="messages")
    to = models.CharField(max_length=254, blank=True, help_text="e-mail address, where the channel wants one")
    title = models.CharField(max_length=200)
    body = models.TextField()
    dedupe_key = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=MessageState, default=MessageState.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-created_at", "-id"], name="message_newest")]
        constraints = [
            models.UniqueConstraint(fields=["channel", "to", "dedupe_key"], name="message_once"),
            models.UniqueConstraint(
                fields=["to", "dedupe_key"], condition=models.Q(channel=None), name="message_of_settings_once"
            ),
        ]
