"""Reads of notices: everybody their own."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from minewarden.center.registry.models import User
from minewarden.center.ui.shell import COUNT_CAP

from .models import Channel, Notice

ORDER = ("-created_at", "-pk")


def mine(user: User) -> QuerySet[Notice]:
    """The user's notices."""
    return Notice.objects.filter(user=user)


def unread(user: Any) -> int:
    """How many the user has not read, capped."""
    return Notice.objects.filter(user=user, read_at=None).order_by()[:COUNT_CAP].count()


def channels(user: User) -> QuerySet[Channel]:
    """The channels of offices and mines that the user manages."""
    found: QuerySet[Channel] = Channel.objects.for_user(user, "escalation.manage").select_related("node")
    return found.order_by("node__name", "name", "pk")
