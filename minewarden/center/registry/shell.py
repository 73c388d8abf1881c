"""Context of every page: menu, what waits, and the tree of offices and mines that the user may see."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from minewarden.center.ui.shell import menu_for, waiting_for
from minewarden.center.ui.views import THEME_COOKIE, THEMES

from .access import permissions_of, role_labels
from .models import Node, NodeKind, User

# With more nodes than this only offices stand in the tree, and the mines of the office in view.
TREE_LIMIT: Final = 300


@dataclass
class Branch:
    """A node of the tree as the page draws it."""

    node_id: int
    name: str
    url: str
    current: bool
    open: bool = False
    children: list[Branch] = field(default_factory=list)


def office_tree(user: User, focus: int | None = None) -> list[Branch]:
    """The offices and mines that the user may see, as branches; ``focus`` is the node that the page is about."""
    columns = ("pk", "name", "kind", "parent_id", "mine__pk")
    nodes = Node.objects.for_user(user, "registry.view").order_by("name", "pk")
    rows = list(nodes.values_list(*columns)[: TREE_LIMIT + 1])
    if len(rows) > TREE_LIMIT:
        rows = list(nodes.exclude(kind=NodeKind.MINE).values_list(*columns))
        beside = Q(parent_id=focus) | Q(parent__in=Node.objects.filter(children=focus))
        rows += list(nodes.filter(beside, kind=NodeKind.MINE).values_list(*columns)) if focus else []
    branches: dict[int, Branch] = {}
    for node_id, name, _kind, _parent, mine_id in rows:
        url = reverse("registry:mine", args=[mine_id]) if mine_id else f"{reverse('registry:mines')}?node={node_id}"
        branches[node_id] = Branch(node_id, name, url, current=node_id == focus)
    roots: list[Branch] = []
    for node_id, _name, _kind, parent_id, _mine in rows:
        parent = branches.get(parent_id) if parent_id else None
        (parent.children if parent else roots).append(branches[node_id])
    for root in roots:
        _unfold(root, top=True)
    return roots


def _unfold(branch: Branch, top: bool = False) -> bool:
    """Open what leads to the node in view; the roots always. True if it is in here."""
    inside = sum(_unfold(child) for child in branch.children) > 0  # all of them: any() would stop at the first
    branch.open = top or inside or branch.current
    return inside or branch.current


def _focus(request: HttpRequest) -> int | None:
    """The node that the page is about: from the address, or set by the view as ``request.focus_node``."""
    wished = getattr(request, "focus_node", None) or request.GET.get("node", "")
    return int(wished) if str(wished).isdigit() and str(wished).isascii() else None


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Answers to htmx get only their part, so nothing is counted for the frame."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    context: dict[str, Any] = {"theme": theme if theme in THEMES else "", "base": "ui/base.html"}
    htmx = getattr(request, "htmx", None)
    if htmx and htmx.target in ("drawer", "content") and not htmx.boosted:
        return {**context, "base": "ui/partial.html", "htmx_target": htmx.target}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return context
    assert isinstance(user, User)
    # Lazily, each asked at most once: an error page or a Word file has no frame, so nothing is counted for it.
    permissions = SimpleLazyObject(lambda: permissions_of(request))
    waiting = SimpleLazyObject(lambda: waiting_for(user, permissions))
    return {
        **context,
        "menu": SimpleLazyObject(lambda: menu_for(permissions)),
        "waiting": waiting,
        "waiting_total": SimpleLazyObject(lambda: sum(entry.count for entry in waiting)),
        "waiting_capped": SimpleLazyObject(lambda: any(entry.capped for entry in waiting)),
        "tree": SimpleLazyObject(lambda: _tree(request, user)),
        "role_labels": SimpleLazyObject(lambda: role_labels(request)),
        "search_text": request.GET.get("q", "") if request.path == reverse("registry:search") else "",
    }


def _tree(request: HttpRequest, user: User) -> list[Branch]:
    return office_tree(user, _focus(request)) if "registry.view" in permissions_of(request) else []
