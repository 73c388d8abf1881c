"""The page on which somebody copies what one camera is watched for to others like it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minewarden.center.registry.access import requires, user_of
from minewarden.center.registry.models import Camera
from minewarden.center.registry.queries import MANAGE_CAMERAS
from minewarden.center.ui.forms import attempt, render_form
from minewarden.center.workbooks.undoing import NAMED

from . import queries
from .catalogue import scenes_for
from .copying import MOST, Copied, alike, copy_scenes
from .words import scene_label


class CopyForm(forms.Form):
    """To which cameras, and why."""

    cameras = forms.MultipleChoiceField(label=gettext_lazy("To these cameras"), widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=300)

    def __init__(self, targets: list[Camera], data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        field = self.fields["cameras"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(str(one.pk), f"{one.place.mine.name} · {one.name}") for one in targets]


@requires(MANAGE_CAMERAS)
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Copy scenes and values to other cameras at places of the same class."""
    user = user_of(request)
    camera = queries.camera_of(user, pk)
    request.focus_node = camera.place.mine.node_id  # type: ignore[attr-defined] # the shell's tree opens there
    targets = list(alike(user, camera)[:MOST])
    form = CopyForm(targets, request.POST or None)
    chosen = set(form.cleaned_data["cameras"]) if form.is_bound and form.is_valid() else set()
    done = attempt(
        form,
        lambda: copy_scenes(
            user, camera, [one for one in targets if str(one.pk) in chosen], form.cleaned_data["reason"]
        ),
    )
    if done is None:
        return render_form(request, "scene_setup/copy.html", form, camera=camera, targets=targets)
    _say(request, camera, done)
    return redirect("scene_setup:setup", pk)


def _say(request: HttpRequest, camera: Camera, done: Copied) -> None:
    messages.success(request, _("%(n)s cameras have a new version of their settings.") % {"n": done.changed})
    if done.to_draw:
        entries = scenes_for(camera)
        lines = [
            f"{target.name}（{'、'.join(scene_label(entries[name]) if name in entries else name for name in names)}）"
            for target, names in done.to_draw[:NAMED]
        ]
        words = _("Left off, because something must be drawn there first: %(names)s.")
        messages.warning(request, words % {"names": "、".join(lines) + ("…" if len(done.to_draw) > NAMED else "")})
    if done.late:
        names = "、".join(one.name for one in done.late[:NAMED])
        messages.warning(request, _("Somebody has worked on these since: %(names)s.") % {"names": names})
