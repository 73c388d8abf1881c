"""The organisation tree and its closure table."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.registry.models import Node, NodeKind, NodePath, User


def _lock_tree() -> None:
    """One change of the tree at a time: two moves at once could each be right and together make a circle."""
    list(Node.objects.select_for_update().filter(parent=None).values_list("pk", flat=True))


def _link(node_id: int, above: Node | None) -> None:
    """Add the paths from ``above`` and everything over it to the subtree of ``node_id``."""
    if above is None:
        return
    upper = list(NodePath.objects.filter(descendant=above).values_list("ancestor_id", "depth"))
    lower = list(NodePath.objects.filter(ancestor_id=node_id).values_list("descendant_id", "depth"))
    NodePath.objects.bulk_create(
        NodePath(ancestor_id=top, descendant_id=bottom, depth=high + low + 1)
        for top, high in upper
        for bottom, low in lower
    )


def create_node(actor: User | None, *, name: str, kind: NodeKind, parent: Node | None = None) -> Node:
    """Add an office, company or mine below ``parent``; None makes a root."""
    with act("registry.create_node", actor):
        _lock_tree()
        if parent is not None and parent.kind == NodeKind.MINE:
            raise ValidationError({"parent": _("Nothing can be placed below a mine.")})
        node = Node(name=name, kind=kind, parent=parent)
        node.full_clean()
        node.save()
        NodePath.objects.create(ancestor=node, descendant=node, depth=0)
        _link(node.pk, parent)
    return node


def move_node(actor: User | None, node: Node, parent: Node | None, reason: str = "") -> Node:
    """Hang ``node`` with everything below it under another parent. Rights follow at once.

    Raises:
        ValidationError: the parent lies below the node, or is a mine.
    """
    with act("registry.move_node", actor, reason):
        _lock_tree()
        inside = list(NodePath.objects.filter(ancestor=node).values_list("descendant_id", flat=True))
        if parent is not None and parent.pk in inside:
            raise ValidationError({"parent": _("An office cannot be moved below itself.")})
        if parent is not None and parent.kind == NodeKind.MINE:
            raise ValidationError({"parent": _("Nothing can be placed below a mine.")})
        NodePath.objects.filter(descendant_id__in=inside).exclude(ancestor_id__in=inside).delete()
        node.parent = parent
        node.save(update_fields=["parent"])
        _link(node.pk, parent)
    return node


def rename_node(actor: User | None, node: Node, name: str) -> Node:
    """Give an office another name. A mine's node is renamed with its mine (``update_mine``)."""
    with act("registry.rename_node", actor):
        node.name = name
        node.full_clean()
        node.save(update_fields=["name"])
    return node


@transaction.atomic
def rebuild_paths() -> None:
    """Make the closure table anew from the parents of the nodes: after an import, or when in doubt."""
    _lock_tree()
    parents: dict[int, int | None] = dict(Node.objects.values_list("pk", "parent_id"))
    NodePath.objects.all().delete()
    paths = []
    for bottom in parents:
        above: int | None = bottom
        depth = 0
        while above is not None:
            paths.append(NodePath(ancestor_id=above, descendant_id=bottom, depth=depth))
            above, depth = parents[above], depth + 1
    NodePath.objects.bulk_create(paths, batch_size=1000)
