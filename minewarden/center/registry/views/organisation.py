"""The tree of offices and companies, for the administrator."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.registry import queries, services
from minewarden.center.registry.access import requires, user_of
from minewarden.center.registry.models import Node, NodeKind
from minewarden.center.registry.people_forms import NodeForm, NodeMoveForm
from minewarden.center.ui.forms import attempt, render_form
from minewarden.center.ui.paging import keyset


@requires("registry.manage_organisation")
def nodes(request: HttpRequest) -> HttpResponse:
    """Offices, companies and mines with what they hang below."""
    rows = Node.objects.for_user(user_of(request), queries.MANAGE_ORGANISATION).select_related("parent")
    page = keyset(rows, request, order=("kind", "name", "pk"))
    return render(request, "registry/nodes.html", {"page": page})


@requires("registry.manage_organisation")
def node_add(request: HttpRequest) -> HttpResponse:
    """Add an office or company."""
    user = user_of(request)
    form = NodeForm(user, request.POST or None)
    if attempt(form, lambda: services.create_node(user, **form.cleaned_data)) is None:
        return render_form(request, "registry/form.html", form, heading=_("New office or company"))
    messages.success(request, _("The office is added."))
    return redirect("registry:nodes")


@requires("registry.manage_organisation")
def node_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename or move a node. Rights follow the tree at once."""
    user = user_of(request)
    found = get_object_or_404(Node.objects.for_user(user, queries.MANAGE_ORGANISATION), pk=pk)
    form = NodeMoveForm(user, found, request.POST or None)

    def change() -> bool:
        wished: dict[str, Any] = form.cleaned_data
        with act("registry.change_node", user, wished["reason"]):
            if "name" in wished and wished["name"] != found.name:
                services.rename_node(user, found, wished["name"])
            if "parent" in wished and wished["parent"] != found.parent:
                services.move_node(user, found, wished["parent"])
        return True

    if attempt(form, change) is None:
        heading = _("Change %(name)s") % {"name": found}
        note = _("Everything below moves with it, and so do the rights over it.")
        return render_form(request, "registry/form.html", form, heading=heading, note=note)
    messages.success(request, _("The change is kept."))
    return redirect("registry:mine", found.mine.pk) if found.kind == NodeKind.MINE else redirect("registry:nodes")
