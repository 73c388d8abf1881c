"""What a user may see and do: role × node × everything below, through the closure table.

Every queryset that a page or an API call shows starts with ``Model.objects.for_user(user)``. What a role may do is
data (``roles.toml``): a *permission* is a word such as ``video.review``, and ``may(user, permission, node)`` says
whether a grant of this user that is in force at or above the node carries it.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from minewarden.center.audit.models import AuditedQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from .models import Node, RoleGrant, User


@cache
def permissions_of_roles() -> dict[str, frozenset[str]]:
    """Role → its permissions, from ``roles.toml``."""
    table = tomllib.loads(files(__package__).joinpath("roles.toml").read_text("utf-8"))
    return {role: frozenset(entry["may"]) for role, entry in table.items()}


def roles_with(permission: str) -> list[str]:
    """The roles that carry a permission.

    Raises:
        KeyError: no role carries it: a misspelt permission would otherwise silently refuse everybody.
    """
    roles = [role for role, may in permissions_of_roles().items() if permission in may]
    if not roles:
        raise KeyError(f"no role carries the permission {permission!r}")
    return roles


def in_force() -> Q:
    """What is true of a grant that holds now."""
    return Q(valid_until=None) | Q(valid_until__gt=timezone.now())


def grants_in_force(user: User | AnonymousUser, permission: str | None = None) -> models.QuerySet[RoleGrant]:
    """The user's grants that hold now, only those that carry ``permission`` if one is named."""
    from .models import RoleGrant  # noqa: PLC0415 - the models need this module for their managers

    grants = RoleGrant.objects.filter(in_force(), user_id=user.pk or 0)
    return grants.filter(role__in=roles_with(permission)) if permission else grants


def may(user: User | AnonymousUser, permission: str, node: Node | None = None) -> bool:
    """Whether the user may do this at this node, or anywhere at all when no node is named."""
    grants = grants_in_force(user, permission)
    if node is not None:
        grants = grants.filter(node__descendant_paths__descendant=node)
    return user.is_active and grants.exists()


class ScopedQuerySet(AuditedQuerySet):
    """A queryset whose model says in ``NODE`` by which column path its rows belong to a node of the tree; an empty
    ``NODE`` says that the rows are nodes themselves."""

    def for_user(self, user: User | AnonymousUser, permission: str | None = None) -> Self:
        """Only the rows at or below a node where the user has a grant (that carries ``permission``)."""
        from .models import NodePath  # noqa: PLC0415 - the models need this module for their managers

        if not user.is_active:
            return self.none()
        grants = grants_in_force(user, permission).values("node_id")
        reachable = NodePath.objects.filter(ancestor_id__in=grants, descendant_id=OuterRef(self._node_column()))
        return self.filter(Exists(reachable))

    def below(self, node_id: int) -> Self:
        """Only the rows at this node or below it. Says nothing of rights: ``for_user`` does."""
        from .models import NodePath  # noqa: PLC0415 - the models need this module for their managers

        inside = NodePath.objects.filter(ancestor_id=node_id, descendant_id=OuterRef(self._node_column()))
        return self.filter(Exists(inside))

    def _node_column(self) -> str:
        return f"{self.model.NODE}_id" if self.model.NODE else "pk"
