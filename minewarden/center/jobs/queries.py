"""Who sees which jobs: who asked; and everybody's, whoever holds ``jobs.view`` for the whole office."""

from __future__ import annotations

from django.db.models import QuerySet

from minewarden.center.registry.models import User
from minewarden.center.registry.scope import sees_everything

from .models import Job

ORDER = ("-created_at", "pk")


def sees_all(user: User) -> bool:
    """Jobs belong to no node, so only a grant at the root of the tree reaches other people's."""
    return sees_everything(user, "jobs.view")


def visible(user: User) -> QuerySet[Job]:
    """The jobs that this person may look at."""
    jobs = Job.objects.select_related("user")
    return jobs if sees_all(user) else jobs.filter(user=user)
