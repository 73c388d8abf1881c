"""Reads of the registry. Every one starts from what the user may see."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from .models import Camera, CameraState, Edge, EdgeMine, Mine, Node, NodePath, Place, RoleGrant, User
from .scope import grants_in_force, not_ended

MANAGE_CAMERAS = "registry.manage_cameras"
MANAGE_USERS = "registry.manage_users"
MANAGE_ORGANISATION = "registry.manage_organisation"


def _count(rows: QuerySet[Any], by: str) -> Coalesce:
    """A count of related rows that is computed only for the rows of the page."""
    counted = rows.filter(**{by: OuterRef("pk")}).order_by().values(by).annotate(rows=Count("pk")).values("rows")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def mines(user: User, filters: dict[str, Any] | None = None) -> QuerySet[Mine]:
    """Mines with ``cameras_in_use`` and their office; filters: node, kind, state, q."""
    wanted = filters or {}
    rows = Mine.objects.for_user(user, "registry.view").select_related("node__parent")
    if node := wanted.get("node"):
        rows = rows.below(node)
    rows = rows.filter(**{name: wanted[name] for name in ("kind", "state") if wanted.get(name)})
    if text := wanted.get("q"):
        rows = rows.filter(Q(name__icontains=text) | Q(code__startswith=text))
    active = Camera.objects.filter(state=CameraState.ACTIVE)
    counted: QuerySet[Mine] = rows.annotate(cameras_in_use=_count(active, "place__mine"))
    return counted


def places(mine: Mine) -> QuerySet[Place]:
    """The places of a mine that the caller has chosen by rights, with ``camera_count``."""
    used = Camera.objects.exclude(state=CameraState.RETIRED)
    rows = Place.objects.filter(mine=mine).annotate(camera_count=_count(used, "place"))
    ordered: QuerySet[Place] = rows.order_by("place_class", "pk")
    return ordered


def cameras(user: User, filters: dict[str, Any] | None = None) -> QuerySet[Camera]:
    """Cameras with place, mine and edge; filters: node, mine, place_class, state, edge (an id or ``none``), q."""
    wanted = filters or {}
    rows = Camera.objects.for_user(user, "registry.view").select_related("place__mine", "edge")
    if node := wanted.get("node"):
        rows = rows.below(node)
    columns = {"mine": "place__mine", "place_class": "place__place_class", "state": "state"}
    rows = rows.filter(**{column: wanted[name] for name, column in columns.items() if wanted.get(name)})
    if edge := wanted.get("edge"):
        rows = rows.filter(edge=None) if edge == "none" else rows.filter(edge_id=edge)
    if text := wanted.get("q"):
        rows = rows.filter(Q(name__icontains=text) | Q(code__startswith=text) | Q(place__name__icontains=text))
    return rows


def _nodes_reached(user: User, permission: str) -> QuerySet[NodePath, Any]:
    """The ids of all nodes at or below a node where the user has a grant that carries ``permission``."""
    roots = grants_in_force(user, permission).values("node_id")
    return NodePath.objects.filter(ancestor_id__in=roots).values("descendant_id")


def edges(user: User) -> QuerySet[Edge]:
    """Edges all of whose mines the user manages cameras of, with ``camera_count``.

    All, not some: who revokes an edge stops the watch over every mine it is bound to.
    """
    # Sets that do not depend on the row: PostgreSQL computes each once, and loops over correlated ones where it has no
    # statistics yet.
    reached = _nodes_reached(user, MANAGE_CAMERAS)
    inside = EdgeMine.objects.filter(mine__node_id__in=reached).values("edge_id")
    outside = EdgeMine.objects.exclude(mine__node_id__in=reached).values("edge_id")
    rows = Edge.objects.filter(pk__in=inside).exclude(pk__in=outside)
    counted: QuerySet[Edge] = rows.annotate(camera_count=_count(Camera.objects.all(), "edge"))
    return counted


def users(actor: User) -> QuerySet[User]:
    """Accounts that an administrator manages: all of whose roles in force lie below the administrator's nodes.

    An account with a role outside is not theirs: setting its password would give them that role.
    """
    managed = _nodes_reached(actor, MANAGE_USERS)
    outside = RoleGrant.objects.filter(not_ended(), user=OuterRef("pk")).exclude(node__in=managed)
    managed_users: QuerySet[User] = User.objects.exclude(Exists(outside))
    return managed_users


def grants(actor: User, user: User) -> QuerySet[RoleGrant]:
    """The roles of one account that the actor may know of, those in force first."""
    nodes = Node.objects.for_user(actor, MANAGE_USERS).values("pk")
    return user.grants.filter(node__in=nodes).select_related("node").order_by("-valid_until", "pk")
