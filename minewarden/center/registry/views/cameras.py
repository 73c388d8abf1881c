"""Cameras, and the search over mines and cameras."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from minewarden.center.registry import queries, services
from minewarden.center.registry.access import permissions_of, requires, user_of
from minewarden.center.registry.forms import CameraFilter, CameraForm, class_of
from minewarden.center.registry.masking import masked
from minewarden.center.registry.models import Camera, VersionSource
from minewarden.center.registry.scene_names import scene_name
from minewarden.center.ui.forms import attempt, render_form
from minewarden.center.ui.paging import keyset
from minewarden.center.ui.shell import found_by, related_to

# A search shows so many of each kind; who wants more filters the list.
SEARCH_LIMIT: Final = 20


@requires("registry.view")
def cameras(request: HttpRequest) -> HttpResponse:
    """The cameras that the user may see."""
    may_manage = queries.MANAGE_CAMERAS in permissions_of(request)
    form = CameraFilter(user_of(request), may_manage, request.GET)
    filters: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    page = keyset(queries.cameras(user_of(request), filters), request, order=("code",))
    return render(request, "registry/cameras.html", {"form": form, "page": page, "may_manage": may_manage})


@requires("registry.view")
def camera(request: HttpRequest, pk: int) -> HttpResponse:
    """One camera: place, source without its password, scenes."""
    found = get_object_or_404(queries.cameras(user_of(request)).select_related("place__mine__node"), pk=pk)
    request.focus_node = found.place.mine.node_id  # type: ignore[attr-defined] # the shell's tree opens there
    held = permissions_of(request)
    context = {
        "camera": found,
        "place_class": class_of(found.place).name(get_language() or "zh"),
        "source": masked(found.source) if "video.view" in held or queries.MANAGE_CAMERAS in held else "",
        "may_manage": queries.MANAGE_CAMERAS in held,
        "related": related_to("camera", found, held),
        "scenes": [(scene_name(entry["scene"]), _shown(entry.get("settings") or {})) for entry in found.scenes],
    }
    return render(request, "registry/camera.html", context)


def _shown(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings in short: corners say nothing to a reader, the page of setting up shows them on the picture."""
    drawn = _("drawn on the picture")
    return {name: drawn if value and isinstance(value, list) and isinstance(value[0], list) else value
            for name, value in settings.items()}  # fmt: skip


@requires("registry.manage_cameras")
def camera_add(request: HttpRequest) -> HttpResponse:
    """Register a camera."""
    form = CameraForm(user_of(request), request.POST or None, initial={"place": request.GET.get("place")})

    def register() -> Camera:
        columns = {name: value for name, value in form.cleaned_data.items() if name != "reason"}
        return services.create_camera(user_of(request), made_through=VersionSource.PAGE, **columns)

    added = attempt(form, register)
    if added is None:
        return render_form(request, "registry/form.html", form, heading=_("Register a camera"))
    messages.success(request, _("%(name)s is registered.") % {"name": added})
    return redirect("registry:camera", added.pk)


@requires("registry.manage_cameras")
def camera_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a camera; its edge fetches the new settings by itself."""
    allowed = Camera.objects.for_user(user_of(request), queries.MANAGE_CAMERAS).select_related("place__mine")
    found = get_object_or_404(allowed, pk=pk)
    form = CameraForm(user_of(request), request.POST or None, instance=found)

    def change() -> Camera:
        columns = dict(form.cleaned_data)
        if not columns["source"]:
            del columns["source"]
        return services.update_camera(user_of(request), found, made_through=VersionSource.PAGE, **columns)

    if attempt(form, change) is None:
        return render_form(request, "registry/form.html", form, heading=_("Change %(name)s") % {"name": found})
    messages.success(request, _("The change is kept. The edge takes it over by itself."))
    return redirect("registry:camera", pk)


@requires("registry.view")
def search(request: HttpRequest) -> HttpResponse:
    """Mines and cameras by a part of their name or the beginning of their code, and what other apps find."""
    text = request.GET.get("q", "").strip()
    mines = list(queries.mines(user_of(request), {"q": text}).order_by("name")[:SEARCH_LIMIT]) if text else []
    cameras = list(queries.cameras(user_of(request), {"q": text}).order_by("code")[:SEARCH_LIMIT]) if text else []
    others = found_by(user_of(request), permissions_of(request), text) if text else []
    hits = [hit for _label, found, _url in others for hit in found]
    if len(cameras) + len(mines) + len(hits) == 1:
        if hits:
            return redirect(hits[0].url)
        one = (mines or cameras)[0]
        return redirect("registry:mine" if mines else "registry:camera", one.pk)
    context = {"mines": mines, "cameras": cameras, "others": others, "text": text}
    return render(request, "registry/search.html", context)
