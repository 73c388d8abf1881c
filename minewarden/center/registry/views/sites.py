"""Mines and their places."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from minewarden.center.registry import queries, services
from minewarden.center.registry.access import permissions_of, requires, user_of
from minewarden.center.registry.forms import MineEditForm, MineFilter, MineForm, PlaceForm, class_of
from minewarden.center.registry.models import Camera, Mine, Place
from minewarden.center.ui.forms import attempt, render_form
from minewarden.center.ui.paging import keyset
from minewarden.center.ui.panels import record_panels
from minewarden.center.ui.shell import related_to


@requires("registry.view")
def mines(request: HttpRequest) -> HttpResponse:
    """The mines that the user may see."""
    form = MineFilter(request.GET)
    filters = form.cleaned_data if form.is_valid() else {}
    page = keyset(queries.mines(user_of(request), filters), request, order=("name", "pk"))
    may_add = queries.MANAGE_ORGANISATION in permissions_of(request)
    return render(request, "registry/mines.html", {"form": form, "page": page, "may_add": may_add})


@requires("registry.view")
def mine(request: HttpRequest, pk: int) -> HttpResponse:
    """One mine: its facts, places and cameras."""
    found = get_object_or_404(queries.mines(user_of(request)), pk=pk)
    request.focus_node = found.node_id  # type: ignore[attr-defined] # the shell's tree opens there
    language = get_language() or "zh"
    cameras = Camera.objects.filter(place__mine=found).select_related("place", "edge")
    held = permissions_of(request)
    places = [(place, class_of(place).name(language)) for place in queries.places(found).select_related("mine")]
    context = {
        "mine": found,
        "places": places,
        "page": keyset(cameras, request, order=("code",)),
        "may_manage_cameras": queries.MANAGE_CAMERAS in held,
        "related": related_to("mine", found, held),
        "panels": record_panels("mine", request, found, held),
        "may_edit": queries.MANAGE_ORGANISATION in held,
    }
    return render(request, "registry/mine.html", context)


@requires("registry.manage_organisation")
def mine_add(request: HttpRequest) -> HttpResponse:
    """Register a mine."""
    form = MineForm(user_of(request), request.POST or None)
    added = attempt(form, lambda: services.create_mine(user_of(request), **form.cleaned_data))
    if added is None:
        return render_form(request, "registry/form.html", form, heading=_("Register a mine"))
    messages.success(request, _("%(name)s is registered.") % {"name": added})
    return redirect("registry:mine", added.pk)


@requires("registry.manage_organisation")
def mine_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what may change of a mine."""
    found = get_object_or_404(Mine.objects.for_user(user_of(request), queries.MANAGE_ORGANISATION), pk=pk)
    form = MineEditForm(request.POST or None, instance=found)
    if attempt(form, lambda: services.update_mine(user_of(request), found, **form.cleaned_data)) is None:
        return render_form(request, "registry/form.html", form, heading=_("Change %(name)s") % {"name": found})
    messages.success(request, _("The change is kept."))
    return redirect("registry:mine", pk)


@requires("registry.manage_cameras")
def place_add(request: HttpRequest, mine_pk: int) -> HttpResponse:
    """Register a place of a mine."""
    at = get_object_or_404(Mine.objects.for_user(user_of(request), queries.MANAGE_CAMERAS), pk=mine_pk)
    form = PlaceForm(at, request.POST or None)
    if attempt(form, lambda: services.create_place(user_of(request), mine=at, **form.cleaned_data)) is None:
        return render_form(
            request, "registry/form.html", form, heading=_("Register a place of %(name)s") % {"name": at}
        )
    messages.success(request, _("The place is registered."))
    return redirect("registry:mine", mine_pk)


@requires("registry.manage_cameras")
def place_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a place."""
    allowed = Place.objects.for_user(user_of(request), queries.MANAGE_CAMERAS).select_related("mine")
    found = get_object_or_404(allowed, pk=pk)
    form = PlaceForm(found.mine, request.POST or None, instance=found)
    if attempt(form, lambda: services.update_place(user_of(request), found, name=form.cleaned_data["name"])) is None:
        return render_form(request, "registry/form.html", form, heading=_("Change %(name)s") % {"name": found})
    messages.success(request, _("The change is kept."))
    return redirect("registry:mine", found.mine_id)
