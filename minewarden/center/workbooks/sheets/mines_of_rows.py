"""Which mine each row means, and what the user may do there: asked in a few queries for all rows together."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from minewarden.center.registry.models import Mine, NodePath, User
from minewarden.center.registry.scope import grants_in_force, roles_with
from minewarden.center.workbooks.problems import Problem, problem
from minewarden.center.workbooks.spec import Values


class MinesOfRows:
    """The mines that rows name by ``mine_code`` or ``mine``, of those that the user may see."""

    def __init__(self, user: User, permissions: Collection[str], column: str = "mine") -> None:
        self._user = user
        self._name = column
        grants = list(grants_in_force(user).values_list("role", "node_id")) if user.is_active else []
        self._tops = {
            permission: {node for role, node in grants if role in roles_with(permission)} for permission in permissions
        }
        self._above: dict[int, set[int]] = {}
        self._by_code: dict[str, Mine] = {}
        self._by_name: dict[str, list[Mine]] = {}

    def load(self, rows: Sequence[Values]) -> None:
        """Fetch the mines of these rows. What was fetched before stays."""
        codes = {row["mine_code"] for row in rows if row.get("mine_code")} - set(self._by_code)
        names = {row[self._name] for row in rows if row.get(self._name)} - set(self._by_name)
        seen = Mine.objects.for_user(self._user, "registry.view").select_related("node")
        for mine in seen.filter(code__in=sorted(codes)) if codes else ():
            self._by_code[mine.code] = mine
        if names:
            self._by_name |= {name: [] for name in names}
            for mine in seen.filter(name__in=sorted(names)):
                self._by_name[mine.name].append(mine)
        self._know_nodes({mine.node_id for mine in self._by_code.values()})
        self._know_nodes({mine.node_id for mines in self._by_name.values() for mine in mines})

    def of(self, row: Values) -> Mine | Problem:
        """The mine of a row, or what is wrong with what it says."""
        code, name = row.get("mine_code"), row.get(self._name)
        if code:
            mine = self._by_code.get(code)
            if mine is None:
                return problem("mine_code", "unknown_mine", found=code)
            return mine if name in (None, mine.name) else problem(self._name, "mine_differs", name=mine.name)
        named = self._by_name.get(name or "", [])
        if len(named) == 1:
            return named[0]
        if named:
            return problem("mine_code", "which_mine")
        return problem(self._name, "unknown_mine", found=name) if name else problem("mine_code", "required")

    def may(self, node_id: int, permission: str) -> bool:
        """Whether the user has the permission at the node of a mine that was loaded, or of any other."""
        self._know_nodes({node_id})
        return bool(self._above.get(node_id, set()) & self._tops[permission])

    def _know_nodes(self, nodes: set[int]) -> None:
        unknown = nodes - set(self._above)
        if unknown:
            self._above |= {node: set() for node in unknown}
            paths = NodePath.objects.filter(descendant_id__in=sorted(unknown))
            for above, below in paths.values_list("ancestor_id", "descendant_id"):
                self._above[below].add(above)
