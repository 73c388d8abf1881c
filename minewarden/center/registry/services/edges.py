"""Edges: the machines beside the cameras, and the tokens by which they speak."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.registry.models import Camera, Edge, EdgeMine, Mine, User

from .sites import update_camera


def _hash(token: str) -> str:
    # A plain SHA-256 is enough for 32 random bytes: there is nothing to guess, and a slow hash would cost every call.
    return hashlib.sha256(token.encode()).hexdigest()


def create_edge(actor: User | None, *, name: str, mines: Iterable[Mine]) -> tuple[Edge, str]:
    """Register an edge for some mines. The token is in the answer and nowhere else: show it once."""
    bound = list(mines)
    if not bound:
        raise ValidationError({"mines": _("An edge speaks for at least one mine.")})
    token = secrets.token_urlsafe(32)
    with act("registry.create_edge", actor):
        edge = Edge(name=name, token_hash=_hash(token))
        edge.full_clean()
        edge.save()
        for mine in bound:
            EdgeMine(edge=edge, mine=mine).save()
    return edge, token


def revoke_edge(actor: User | None, edge: Edge, reason: str = "") -> bool:
    """End an edge's right to speak. False when it was revoked already; its cameras stay assigned until moved."""
    with act("registry.revoke_edge", actor, reason):
        return Edge.objects.compare_and_set(edge, {"revoked_at": None}, revoked_at=timezone.now())


def edge_of_token(token: str) -> Edge | None:
    """The edge that may speak with this token, None when there is none or it was revoked."""
    return Edge.objects.filter(token_hash=_hash(token), revoked_at=None).first()


def assign_camera(actor: User | None, camera: Camera, edge: Edge | None) -> Camera:
    """Let an edge watch a camera, or none. The edge must be bound to the camera's mine and not be revoked."""
    if edge is not None and edge.revoked_at is not None:
        raise ValidationError({"edge": _("This edge is revoked.")})
    return update_camera(actor, camera, edge=edge)
