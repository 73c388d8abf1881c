"""Edges: create one and see its token once, its cameras, revoke it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from minewarden.center.registry import queries, services
from minewarden.center.registry.access import requires, user_of
from minewarden.center.registry.forms import EdgeForm
from minewarden.center.registry.models import Camera
from minewarden.center.ui.forms import attempt, render_form
from minewarden.center.ui.paging import keyset


@requires("registry.manage_cameras")
def edges(request: HttpRequest) -> HttpResponse:
    """The edges that the user manages."""
    page = keyset(queries.edges(user_of(request)).prefetch_related("mines"), request, order=("name",))
    return render(request, "registry/edges.html", {"page": page})


@requires("registry.manage_cameras")
def edge(request: HttpRequest, pk: int) -> HttpResponse:
    """One edge, its mines and the cameras it is to watch."""
    found = get_object_or_404(queries.edges(user_of(request)).prefetch_related("mines"), pk=pk)
    cameras = Camera.objects.filter(edge=found).select_related("place__mine")
    page = keyset(cameras, request, order=("code",))
    return render(request, "registry/edge.html", {"edge": found, "page": page})


@requires("registry.manage_cameras")
@never_cache
def edge_add(request: HttpRequest) -> HttpResponse:
    """Register an edge. The answer shows its token: the only page that ever does."""
    user = user_of(request)
    form = EdgeForm(user, request.POST or None)
    made = attempt(form, lambda: services.create_edge(user, **form.cleaned_data))
    if made is None:
        return render_form(request, "registry/form.html", form, heading=_("Register an edge"))
    created, token = made
    return render(request, "registry/edge_token.html", {"edge": created, "token": token})


@requires("registry.manage_cameras")
@require_POST
def edge_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End an edge's right to speak."""
    user = user_of(request)
    found = get_object_or_404(queries.edges(user), pk=pk)
    if services.revoke_edge(user, found, request.POST.get("reason", "")[:200]):
        messages.success(request, _("%(name)s is revoked. Its cameras are watched by nobody now.") % {"name": found})
    else:
        messages.info(request, _("%(name)s was revoked before.") % {"name": found})
    return redirect("registry:edge", pk)
