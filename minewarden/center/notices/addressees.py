"""Who is told at which node: up the tree from whom a case binds."""

from __future__ import annotations

from collections.abc import Iterable

from minewarden.center.cases.models import Case
from minewarden.center.registry.models import Node, NodeKind, NodePath, RoleGrant
from minewarden.center.registry.scope import in_force

OFFICES = (NodeKind.COUNTY, NodeKind.CITY, NodeKind.PROVINCE)


class Addressees:
    """Holders of roles and the offices above nodes, each asked once for the length of a scan."""

    def __init__(self, roles: Iterable[str]) -> None:
        """Read who holds these roles now."""
        self._holders: dict[tuple[str, int], list[int]] = {}
        grants = RoleGrant.objects.filter(in_force(), role__in=set(roles), user__is_active=True)
        for role, node, user in grants.order_by("pk").values_list("role", "node_id", "user_id"):
            users = self._holders.setdefault((role, node), [])
            if user not in users:
                users.append(user)
        self._above: dict[int, list[int]] = {}

    def learn(self, nodes: Iterable[int]) -> None:
        """Read the offices above these nodes, where they are not known yet; one query."""
        unknown = {node for node in nodes if node not in self._above}
        if not unknown:
            return
        self._above |= {node: [] for node in unknown}
        paths = NodePath.objects.filter(descendant_id__in=unknown, depth__gt=0, ancestor__kind__in=OFFICES)
        for node, above in paths.order_by("depth").values_list("descendant_id", "ancestor_id"):
            self._above[node].append(above)

    def above(self, node: int) -> list[int]:
        """The offices above a node, the nearest first."""
        self.learn([node])
        return self._above[node]

    def of(self, role: str, base: int, levels_up: int) -> tuple[int, list[int]]:
        """A node and the users with this role there; where an office has nobody, those of the next office above it."""
        if levels_up == 0:
            return base, self._holders.get((role, base), [])
        offices = self.above(base)
        offices = offices[min(levels_up, len(offices)) - 1 :]
        for node in offices:
            if users := self._holders.get((role, node)):
                return node, users
        return (offices[0] if offices else base), []

    def bound(self, base: int, levels_up: int) -> int | None:
        """The node that an order binds: so many levels up, but never one without an office above it."""
        ways = [base, *self.above(base)][:-1]
        return ways[min(levels_up, len(ways) - 1)] if ways else None


def base_of(case: Case) -> int:
    """The node that a case binds: the mine, or what a supervision order says."""
    bound: int | None = case.bound_node_id
    node: int = case.node_id
    return bound or node


def issuer_above(bound: Node) -> Node | None:
    """The nearest office above a node."""
    above = NodePath.objects.filter(descendant=bound, depth__gt=0, ancestor__kind__in=OFFICES)
    path = above.select_related("ancestor").order_by("depth").first()
    return path.ancestor if path else None
