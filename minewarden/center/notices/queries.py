"""Reads of notices: everybody their own."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from minewarden.center.registry.models import User

from .models import Channel, Notice

ORDER = ("-created_at", "-pk")


def mine(user: User) -> QuerySet[Notice]:
    """The user's notices."""
    return Notice.objects.filter(user=user)


def unread(user: Any) -> QuerySet[Notice]:
    """What the user has not read."""
    return Notice.objects.filter(user=user, read_at=None)


def channels(user: User) -> QuerySet[Channel]:
    """The channels of offices and mines that the user manages."""
    found: QuerySet[Channel] = Channel.objects.for_user(user, "escalation.manage").select_related("node")
    return found.order_by("node__name", "name", "pk")
