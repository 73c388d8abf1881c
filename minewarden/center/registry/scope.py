"""What a user may see and do: role × node × everything below, through the closure table.

Every queryset that a page or an API call shows starts with ``Model.objects.for_user(user)``. What a role may do is
data (``roles.toml``): a *permission* is a word such as ``video.review``, and ``may(user, permission, node)`` says
whether a grant of this user that is in force at or above the node carries it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q
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


def not_ended() -> Q:
    """What is true of a grant that holds now or will: a deputy's may not have begun."""
    return Q(valid_until=None) | Q(valid_until__gt=timezone.now())


def in_force() -> Q:
    """What is true of a grant that holds now. Only a deputy's begins later than it was written."""
    begun = Q(stands_in_for=None) | Q(valid_from__lte=timezone.now())
    return begun & not_ended()


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
        """Only the rows at or below a node where the user has a grant (that carries ``permission``).

        Who has it at the top of the tree sees every row, also those that belong to no node.
        """
        if not user.is_active:
            return self.none()
        granted = _granted_nodes(user, permission)
        return self.all() if _is_everything(user, granted) else self._inside(granted)

    def below(self, node_id: int) -> Self:
        """Only the rows at this node or below it. Says nothing of rights: ``for_user`` does."""
        return self._inside(frozenset({node_id}))

    def _inside(self, tops: frozenset[int]) -> Self:
        """Rows at or below these nodes.

        As a set that does not depend on the row, of mines where the path leads through one: then an index that begins
        with the mine leads to a county's rows, and no database asks the tree once for every row.
        """
        from .models import Mine, NodePath  # noqa: PLC0415 - the models need this module for their managers

        nodes = NodePath.objects.filter(ancestor_id__in=sorted(tops)).values("descendant_id")
        path, _, last = self.model.NODE.rpartition("__")
        holder: Any = self.model
        for step in path.split("__") if path else ():
            holder = holder._meta.get_field(step).related_model
        if path and holder is Mine:
            mines: models.QuerySet[Any, Any] = models.QuerySet(Mine).filter(node_id__in=nodes).values("pk")
            return self.filter(**{f"{path}__in": mines})
        return self.filter(**{f"{self.model.NODE}_id__in" if last else "pk__in": nodes})


@dataclass
class Held:
    """What a user holds, asked once for the length of a request: see ``remember_grants``."""

    grants: list[tuple[str, int, int | None]]  # role, node, the node above it
    everything: dict[frozenset[int], bool]


def remember_grants(user: User | AnonymousUser) -> Held:
    """Ask once for the user's grants and keep them with this very object, which must not outlive the request."""
    held: Held | None = getattr(user, "_held", None)
    if held is None:
        held = Held(list(grants_in_force(user).values_list("role", "node_id", "node__parent_id")), {})
        user._held = held  # type: ignore[union-attr] # of the user behind a lazy object, too
    return held


def holds(user: User | AnonymousUser, permission: str) -> bool:
    """Whether the user has the permission anywhere: for what a page shows. Before a write asks ``may``."""
    return user.is_active and bool(_granted_nodes(user, permission))


def sees_everything(user: User | AnonymousUser, permission: str) -> bool:
    """Whether ``for_user`` with this permission leaves nothing out: a different road may be quicker then."""
    return user.is_active and _is_everything(user, _granted_nodes(user, permission))


def _granted_nodes(user: User | AnonymousUser, permission: str | None) -> frozenset[int]:
    """The nodes where the user has a grant that carries the permission."""
    held: Held | None = getattr(user, "_held", None)
    if held is None:
        return frozenset(grants_in_force(user, permission).values_list("node_id", flat=True))
    roles = roles_with(permission) if permission else None
    return frozenset(node for role, node, _above in held.grants if roles is None or role in roles)


def _is_everything(user: User | AnonymousUser, tops: frozenset[int]) -> bool:
    """Whether these nodes are all tops of the tree, so that everything lies at or below them."""
    from .models import Node  # noqa: PLC0415 - the models need this module for their managers

    if not tops:
        return False
    held: Held | None = getattr(user, "_held", None)
    if held is not None:
        if tops in held.everything:
            return held.everything[tops]
        if not any(above is None for _role, node, above in held.grants if node in tops):
            return False
    roots = set(Node.objects.filter(parent=None).values_list("pk", flat=True)[: len(tops) + 1])
    everything = bool(roots) and roots <= tops
    if held is not None:
        held.everything[tops] = everything
    return everything
