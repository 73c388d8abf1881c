"""The page on which somebody sets up what a camera is watched for. The form holds the draft; nothing is kept of it
before it is saved, but for a preview, which the edge needs to know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from minewarden.center.registry.access import requires, user_of
from minewarden.center.registry.forms import class_of
from minewarden.center.registry.models import Camera, VersionSource
from minewarden.center.registry.queries import MANAGE_CAMERAS
from minewarden.center.video.ranged import ranged_response
from minewarden.standards.place_scenes import scenes_of_place

from . import queries, services
from .catalogue import scenes_for
from .differences import differences
from .errors import SettingsRefused, StaleVersion
from .forms import SaveForm, SetupForms, StillForm
from .models import CameraTask
from .own_still import keep_own_still
from .pictures import picture_path
from .shown import preview_shown, still_shown
from .words import scene_words

Scenes = list[dict[str, Any]]


@dataclass
class Draft:
    """One opening of the page: the camera and its forms, bound to what was sent or filled from what is kept."""

    request: HttpRequest
    camera: Camera
    forms: SetupForms
    save: SaveForm
    upload: StillForm
    conflict: dict[str, Any] | None = None
    preview: CameraTask | None = None
    status: int = 200

    def render(self) -> HttpResponse:
        """The page."""
        camera, now = self.camera, timezone.now()
        self.request.focus_node = camera.place.mine.node_id  # type: ignore[attr-defined] # the shell's tree opens there
        proposals = {one.scene: one for one in scenes_of_place(camera.place.mine.kind, camera.place.place_class)}
        for form in self.forms.forms.values():
            form.words = scene_words(form.entry, proposals.get(form.entry.id))
        forms = self.forms.forms
        proposed = [forms[name] for name in proposals if name in forms]
        others = [form for form in forms.values() if form.entry.id not in proposals]
        context = {
            "camera": camera,
            "place_class": class_of(camera.place).name(get_language() or "zh"),
            "proposed": proposed,
            "others": others,
            "others_used": any(form.watched for form in others),
            "wrong": self.forms.wrong(),
            "save": self.save,
            "upload": self.upload,
            "conflict": self.conflict,
            "next_version": camera.settings_version + 1,
            "still": still_shown(camera, queries.stills(camera), now),
            "preview": preview_shown(camera, self.preview, now) if self.preview else None,
        }
        return render(self.request, "scene_setup/setup.html", context, status=self.status)

    def refuse(self, error: ValidationError) -> HttpResponse:
        """The page again, with what a service refused."""
        self.status = 422
        if isinstance(error, SettingsRefused):
            for problem in error.problems:
                form = self.forms.forms.get(problem.scene)
                if form is not None:
                    name = problem.setting if problem.setting in form.fields else None
                    form.add_error(name, problem.message)
        elif isinstance(error, StaleVersion):
            self._show_conflict()
        else:
            messages.error(self.request, " ".join(error.messages))
        return self.render()

    def _show_conflict(self) -> None:
        """Somebody was quicker: say who and what, keep what was typed, and go on from theirs."""
        base = int(self.save["expected"].value() or 0)
        self.camera.refresh_from_db()
        theirs = queries.versions(self.camera).filter(version=self.camera.settings_version).first()
        before = queries.versions(self.camera).filter(version=base).first()
        self.conflict = {
            "who": (theirs.made_by if theirs else None) or _("Somebody"),
            "version": self.camera.settings_version,
            "differences": differences(before.scenes if before else [], self.camera.scenes, scenes_for(self.camera)),
        }
        self.status = 409
        self.save.data = {**self.save.data.dict(), "expected": self.camera.settings_version}  # type: ignore[attr-defined]


@requires(MANAGE_CAMERAS)
def setup(request: HttpRequest, pk: int) -> HttpResponse:
    """Set up what a camera is watched for: the page, and every button of it."""
    camera = queries.camera_of(user_of(request), pk)
    if request.method == "POST":
        return _posted(request, camera)
    preview = _preview_of(request, camera)
    scenes: Scenes = preview.scenes if preview else camera.scenes
    draft = Draft(
        request,
        camera,
        SetupForms(scenes_for(camera).values(), None, scenes),
        SaveForm(initial={"expected": camera.settings_version}),
        StillForm(),
        preview=preview,
    )
    return draft.render()


def _preview_of(request: HttpRequest, camera: Camera) -> CameraTask | None:
    try:
        return queries.preview(camera, UUID(request.GET["preview"])) if "preview" in request.GET else None
    except ValueError:
        return None


def _posted(request: HttpRequest, camera: Camera) -> HttpResponse:
    action = request.POST.get("do", "")
    data = request.POST
    draft = Draft(
        request,
        camera,
        SetupForms(scenes_for(camera).values(), data, camera.scenes),
        SaveForm(data)
        if action == "save"
        else SaveForm(initial={"expected": data.get("expected"), "reason": data.get("reason")}),
        StillForm(data, request.FILES) if action == "upload" else StillForm(),
    )
    actions = {"still": _still, "upload": _upload, "preview": _preview, "save": _save}
    try:
        return actions.get(action, Draft.render)(draft)
    except ValidationError as error:
        return draft.refuse(error)


def _kept(data: QueryDict) -> dict[str, Any]:
    """What was typed into the last part of the page and is not looked at yet."""
    return {name: data.get(name) for name in ("expected", "reason")}


def _still(draft: Draft) -> HttpResponse:
    services.ask_still(user_of(draft.request), draft.camera)
    return draft.render()


def _upload(draft: Draft) -> HttpResponse:
    if not draft.upload.is_valid():
        draft.status = 422
        return draft.render()
    try:
        keep_own_still(user_of(draft.request), draft.camera, draft.upload.cleaned_data["picture"])
    except ValidationError as error:
        draft.upload.add_error("picture", error)
        draft.status = 422
    return draft.render()


def _preview(draft: Draft) -> HttpResponse:
    if not draft.forms.is_valid():
        draft.status = 422
        return draft.render()
    task = services.ask_preview(user_of(draft.request), draft.camera, draft.forms.scenes())
    return redirect(f"{reverse('scene_setup:setup', args=[draft.camera.pk])}?preview={task.pk}#try")


def _save(draft: Draft) -> HttpResponse:
    right = draft.forms.is_valid()
    if not draft.save.is_valid() or not right:
        draft.status = 422
        return draft.render()
    said = draft.save.cleaned_data
    version = services.save_version(
        user_of(draft.request), draft.camera, draft.forms.scenes(), said["reason"], VersionSource.PAGE, said["expected"]
    )
    if version.version == said["expected"]:
        messages.info(draft.request, _("Nothing was changed: version %(n)s stays in force.") % {"n": version.version})
    else:
        messages.success(
            draft.request,
            _("Version %(n)s is saved. The edge takes it over within seconds.") % {"n": version.version},
        )
    return redirect("scene_setup:setup", draft.camera.pk)


@require_safe
@requires(MANAGE_CAMERAS)
def still_state(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the still is: loaded again by the page until there is one."""
    camera = queries.camera_of(user_of(request), pk)
    still = still_shown(camera, queries.stills(camera), timezone.now())
    return render(request, "scene_setup/_still.html", {"camera": camera, "still": still, "upload": StillForm()})


@require_safe
@requires(MANAGE_CAMERAS)
def preview_state(request: HttpRequest, pk: int, task: UUID) -> HttpResponse:
    """How far the preview is, and what it found."""
    camera = queries.camera_of(user_of(request), pk)
    found = queries.preview(camera, task)
    if found is None:
        raise Http404
    shown = preview_shown(camera, found, timezone.now())
    return render(request, "scene_setup/_preview.html", {"camera": camera, "preview": shown})


@require_safe
@requires(MANAGE_CAMERAS)
def picture(request: HttpRequest, pk: int, task: UUID, sha256: str) -> HttpResponseBase:
    """A picture of a still or preview of this camera."""
    camera = queries.camera_of(user_of(request), pk)
    found = CameraTask.objects.filter(camera=camera, pk=task).first()
    if found is None or sha256 not in queries.pictures(found):
        raise Http404
    try:
        return ranged_response(request, picture_path(sha256), "image/jpeg", sha256)
    except FileNotFoundError:
        raise Http404 from None
