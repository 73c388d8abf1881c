"""Reads of documents, templates and letterheads."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from minewarden.center.cases.models import Case, Transition
from minewarden.center.registry.models import Node, NodePath, User
from minewarden.center.registry.scope import grants_in_force

from .kinds import DocumentKind, kinds
from .models import Document, DocumentState, Letterhead, Template

ISSUE = "documents.issue"
MANAGE = "documents.manage_templates"


def documents(user: User, filters: dict[str, Any] | None = None) -> QuerySet[Document]:
    """Documents that the user may see; filters: kind, state, q (a part of the number or of the mine's name)."""
    wanted = filters or {}
    rows = Document.objects.for_user(user, "documents.view").select_related(
        "case__mine", "case__node", "issuer", "issued_by"
    )
    rows = rows.filter(**{name: wanted[name] for name in ("kind", "state") if wanted.get(name)})
    if text := wanted.get("q"):
        rows = rows.filter(number__icontains=text) | rows.filter(case__mine__name__icontains=text)
    return rows


def issuing_office(user: User, mine_node: Node) -> Node | None:
    """The office in whose name the user issues for a mine: the nearest above it where they may."""
    held = grants_in_force(user, ISSUE).values("node_id")
    path = NodePath.objects.filter(descendant=mine_node, ancestor_id__in=held).select_related("ancestor")
    nearest = path.order_by("depth").first()
    return nearest.ancestor if nearest else None


def letterhead_of(office: Node) -> Letterhead:
    """The office's letterhead; until somebody enters one, its name serves for both."""
    found: Letterhead | None = Letterhead.objects.filter(node=office).first()
    return found or Letterhead(node=office, name=office.name, word=office.name[:20])


def newest_template(kind: str) -> Template | None:
    """The template in use; None is the package's own."""
    newest: Template | None = Template.objects.filter(kind=kind).order_by("-version").select_related("file").first()
    return newest if newest is not None and newest.file_id else None


def documented_step(case: Case, kind: DocumentKind) -> Transition | None:
    """The step that a document of this kind would be about: the newest of its actions."""
    if case.kind not in kind.case_kinds:
        return None
    steps = case.transitions.filter(action__in=kind.after)
    newest: Transition | None = steps.order_by("-version").first()
    return newest


def issuable(case: Case, issued: list[Document]) -> list[DocumentKind]:
    """The kinds that can be issued now: their step was done and has no document in force yet."""
    done = {step.action: step.pk for step in case.transitions.order_by("version")}
    taken = {(one.kind, one.step_id) for one in issued if one.state == DocumentState.ISSUED}
    found = []
    for kind in kinds().values():
        steps = [done[action] for action in kind.after if action in done]
        if case.kind in kind.case_kinds and steps and (kind.code, max(steps)) not in taken:
            found.append(kind)
    return found
