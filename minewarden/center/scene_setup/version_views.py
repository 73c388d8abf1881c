"""The list of versions of a camera's settings, the differences between two, and setting an earlier one in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from minewarden.center.registry.access import permissions_of, requires, user_of
from minewarden.center.registry.models import Camera, SettingsVersion
from minewarden.center.registry.queries import MANAGE_CAMERAS
from minewarden.center.ui.paging import keyset
from minewarden.standards.scenes import SceneEntry

from . import queries, services
from .catalogue import scenes_for
from .differences import differences
from .forms import RestoreForm
from .words import scene_label


@require_safe
@requires(queries.VIEW)
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """All versions of a camera's settings, and what differs between two of them."""
    camera = queries.camera_of(user_of(request), pk, queries.VIEW)
    request.focus_node = camera.place.mine.node_id  # type: ignore[attr-defined] # the shell's tree opens there
    entries = scenes_for(camera)
    page = keyset(queries.versions(camera).order_by(), request, order=("-version",))
    rows = [(version, [_label(entries, scene["scene"]) for scene in version.scenes]) for version in page.rows]
    context: dict[str, Any] = {
        "camera": camera,
        "page": page,
        "rows": rows,
        "may_manage": MANAGE_CAMERAS in permissions_of(request),
        **_compared(request, camera, page.rows),
    }
    if context["compared"]:
        older, newer = context["older"], context["newer"]
        context["differences"] = differences(older.scenes, newer.scenes, entries)
        context["restore"] = RestoreForm(initial={"expected": camera.settings_version})
    return render(request, "scene_setup/versions.html", context)


def _label(entries: Mapping[str, SceneEntry], scene: str) -> str:
    return scene_label(entries[scene]) if scene in entries else scene


def _compared(request: HttpRequest, camera: Camera, newest: list[SettingsVersion]) -> dict[str, Any]:
    """The two versions that are asked for; without a question the newest two of the page."""
    wanted = [request.GET.get(name, "") for name in ("older", "newer")]
    if all(text.isdecimal() and len(text) < 10 for text in wanted):
        found = {one.version: one for one in queries.versions(camera).filter(version__in=map(int, wanted))}
        pair = [found.get(int(text)) for text in wanted]
        if pair[0] and pair[1]:
            return {"compared": True, "older": pair[0], "newer": pair[1]}
    if len(newest) > 1:
        return {"compared": False, "older": newest[1], "newer": newest[0]}
    return {"compared": False}


@require_POST
@requires(MANAGE_CAMERAS)
def restore(request: HttpRequest, pk: int, version: int) -> HttpResponse:
    """Set an earlier version in force again, as a new one."""
    camera = queries.camera_of(user_of(request), pk)
    form = RestoreForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            made = services.restore_version(user_of(request), camera, version, said["reason"], said["expected"])
        except SettingsVersion.DoesNotExist:
            raise Http404 from None
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(
                request, _("Version %(n)s is in force again, as version %(new)s.") % {"n": version, "new": made.version}
            )
    else:
        messages.error(request, _("Say why the earlier version is set in force again."))
    return redirect("scene_setup:versions", pk)
