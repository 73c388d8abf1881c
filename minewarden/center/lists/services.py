"""Keeping how somebody wants a list, and sharing a view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.registry.models import Node, User
from minewarden.center.registry.scope import may

from .models import Density, Preference, SharedView
from .queries import SHARE, normal_query
from .spec import ListSpec

MOST_VIEWS: Final = 30
LONGEST_QUERY: Final = 1000


def _kept(user: User, spec: ListSpec) -> Preference:
    """The user's row of this list, locked until the transaction ends."""
    Preference.objects.get_or_create(user=user, list_key=spec.key)
    return Preference.objects.select_for_update().get(user=user, list_key=spec.key)


def choose_columns(user: User, spec: ListSpec, keys: Sequence[str]) -> None:
    """Show these columns in this order; none brings the standard ones back. Unknown keys are passed over."""
    known = {column.key for column in spec.columns}
    with transaction.atomic():
        kept = _kept(user, spec)
        kept.columns = [key for key in dict.fromkeys(keys) if key in known]
        kept.save(update_fields=["columns"])


def choose_density(user: User, spec: ListSpec, density: str) -> None:
    """Draw the list roomy or dense; anything else is roomy."""
    with transaction.atomic():
        kept = _kept(user, spec)
        kept.density = Density.DENSE if density == Density.DENSE else Density.CALM
        kept.save(update_fields=["density"])


def choose_start(user: User, spec: ListSpec, query: str) -> None:
    """Begin the list with this query; an empty one begins with everything."""
    with transaction.atomic():
        kept = _kept(user, spec)
        kept.start = _checked(query)
        kept.save(update_fields=["start"])


def save_view(user: User, spec: ListSpec, *, name: str, query: str) -> None:
    """Keep a query under a name; one of the same name is replaced.

    Raises:
        ValidationError: no name, too many views, or a query longer than is kept.
    """
    view: dict[str, Any] = {"name": _name(name), "query": _checked(query)}
    with transaction.atomic():
        kept = _kept(user, spec)
        kept.views = [*(other for other in kept.views if other["name"] != view["name"]), view]
        if len(kept.views) > MOST_VIEWS:
            raise ValidationError({"name": _("You have %(n)d views already: remove one first.") % {"n": MOST_VIEWS}})
        kept.save(update_fields=["views"])


def remove_view(user: User, spec: ListSpec, name: str) -> bool:
    """Forget an own view; False where there is none of this name."""
    with transaction.atomic():
        kept = _kept(user, spec)
        left = [view for view in kept.views if view["name"] != name]
        removed = len(left) < len(kept.views)
        kept.views = left
        kept.save(update_fields=["views"])
    return removed


def share_view(actor: User, spec: ListSpec, *, name: str, query: str, node: Node) -> SharedView:
    """Offer a view to everybody with a post at the node or below. Rights stay each reader's own.

    Raises:
        PermissionDenied: the actor may not share at this node.
        ValidationError: no name, one that is taken there, or a query longer than is kept.
    """
    if not may(actor, SHARE, node):
        raise PermissionDenied
    name, query = _name(name), _checked(query)
    with act("lists.share_view", actor):
        if SharedView.objects.filter(list_key=spec.key, node=node, name=name, retired_at=None).exists():
            raise ValidationError({"name": _("This office shares a view of this name already.")})
        view = SharedView(
            list_key=spec.key, name=name, query=query, node=node, shared_by=actor, shared_at=timezone.now()
        )
        view.save()
    return view


def retire_view(actor: User, view: SharedView) -> bool:
    """Take a shared view back; False where somebody was faster.

    Raises:
        PermissionDenied: the actor may not share at its node.
    """
    if not may(actor, SHARE, view.node):
        raise PermissionDenied
    with act("lists.retire_view", actor):
        return SharedView.objects.compare_and_set(view, {"retired_at": None}, retired_at=timezone.now())


def _name(name: str) -> str:
    name = name.replace("\x00", "").strip()
    if not name or len(name) > 40:
        raise ValidationError({"name": _("Give it a name of at most 40 characters.")})
    return name


def _checked(query: str) -> str:
    query = normal_query(query)
    if len(query) > LONGEST_QUERY:
        raise ValidationError({"name": _("These filters are too long to be kept: take some back.")})
    return query
