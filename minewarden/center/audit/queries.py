"""Reads of the chain. Who may read of an object follows the organisation tree, as everything does."""

from __future__ import annotations

from django.db.models import QuerySet

from minewarden.center.registry.models import Node, NodePath, User
from minewarden.center.registry.scope import grants_in_force

from .models import AuditEvent, AuditHead


def visible_events(user: User) -> QuerySet[AuditEvent]:
    """Events of objects at or below the nodes where the user holds ``audit.view``; somebody who holds it at the root of
    the tree also sees events of what belongs to no node, such as accounts."""
    if not user.is_active:
        return AuditEvent.objects.none()
    grants = grants_in_force(user, "audit.view").values("node_id")
    if Node.objects.filter(pk__in=grants, parent=None).exists():
        return AuditEvent.objects.all()
    # A set that does not depend on the event, so that the index by node leads to those of a county.
    reachable = NodePath.objects.filter(ancestor_id__in=grants).values("descendant_id")
    return AuditEvent.objects.filter(node_id__in=reachable)


def head() -> AuditHead | None:
    """The end of the chain, None while nothing was written."""
    return AuditHead.objects.filter(pk=1).first()
