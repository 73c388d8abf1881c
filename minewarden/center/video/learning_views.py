"""The page of what the reviewers' verdicts say, and the changes that follow from one of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from minewarden.center.registry.access import permissions_of, requires, user_of
from minewarden.center.registry.models import User
from minewarden.center.registry.queries import MANAGE_CAMERAS

from . import catalogue, learning, lessons, queries
from .chart import chart
from .forms import ANY, DayInput, MineScoped
from .models import Event, Lesson, ReviewState

DEFAULT_DAYS: Final = 30
STEPS: Final = {
    "day": gettext_lazy("Decided events a day"),
    "week": gettext_lazy("Decided events a week"),
    "month": gettext_lazy("Decided events a month"),
}


class LearningFilter(MineScoped):
    """What is counted. Without days the last thirty."""

    since = forms.DateField(label=gettext_lazy("From"), required=False, widget=DayInput)
    until = forms.DateField(label=gettext_lazy("To"), required=False, widget=DayInput)
    scene = forms.ChoiceField(label=gettext_lazy("Scene"), required=False)
    camera = forms.CharField(label=gettext_lazy("Camera: name or code"), required=False, max_length=100)
    model = forms.CharField(label=gettext_lazy("Model version"), required=False, max_length=120)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields["scene"].choices = [ANY, *queries.scene_choices()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Both days, in order, and no more than can be shown."""
        given: dict[str, Any] = self.cleaned_data
        today = timezone.localdate()
        until = given.get("until") or today
        since = given.get("since") or until - timedelta(days=DEFAULT_DAYS - 1)
        if since > until:
            self.add_error("until", _("The end must be after the beginning."))
        elif until - since > learning.LONGEST:
            self.add_error("since", _("Choose at most %(days)d days.") % {"days": learning.LONGEST.days})
        return given | {"since": since, "until": until}

    def chosen(self) -> learning.Chosen:
        """What is to be counted; what makes no sense counts as not given."""
        given = self.cleaned_data if self.is_valid() else {}
        today = timezone.localdate()
        return learning.Chosen(
            since=given.get("since") or today - timedelta(days=DEFAULT_DAYS - 1),
            until=given.get("until") or today,
            mine=given.get("mine"),
            scene=given.get("scene", ""),
            camera=given.get("camera", ""),
            model=given.get("model", ""),
        )


@requires(queries.VIEW)
@require_safe
def learning_page(request: HttpRequest) -> HttpResponse:
    """Confirmed and turned down by scene, model and camera, over time; what it costs; what was changed for it."""
    user = user_of(request)
    form = LearningFilter(user, request.GET)
    chosen = form.chosen()
    learned = learning.learned(user, chosen)
    drawn = chart(learned.days, chosen.since, chosen.until)
    permissions = permissions_of(request)
    context = {
        "form": form,
        "chosen": chosen,
        "learned": learned,
        "chart": drawn,
        "chart_title": STEPS[drawn.step],
        "scenes": [(str(catalogue.scene(name).names), name, count) for name, count in learned.scenes],
        "models": [(str(catalogue.scene(name).names), *rest) for name, *rest in learned.models],
        "versions": [(str(catalogue.scene(name).names), *rest) for name, *rest in learned.versions],
        "lessons": learning.lessons(user),
        "may_set": MANAGE_CAMERAS in permissions,
    }
    return render(request, "video/learning.html", context)


CORNERS: Final = {
    "x1": gettext_lazy("Left"),
    "y1": gettext_lazy("Top"),
    "x2": gettext_lazy("Right"),
    "y2": gettext_lazy("Bottom"),
}


def learn_panel(user: User, event: Event, params: QueryDict) -> dict[str, Any] | None:
    """What an event's page offers once it was turned down to who may set up its camera; None otherwise."""
    if event.state != ReviewState.REJECTED or not lessons.may_learn(user, event):
        return None
    drawn = _drawn(params)
    offered = lessons.offers(event, drawn)
    corners = drawn or (offered[0].rectangles[0] if offered[0].rectangles else (0.0, 0.0, 0.2, 0.2))
    named = dict(zip(CORNERS, (round(corner * 100, 1) for corner in corners), strict=True))
    return {
        "offers": offered,
        "drawn": named if drawn else {},
        "fields": [(name, label, f"{named[name]:g}") for name, label in CORNERS.items()],
        "next_version": event.camera.settings_version + 1,
        "lessons": list(event.lessons.select_related("camera", "mine", "by", "undone_by").order_by("-at")),
    }


def _drawn(params: QueryDict) -> lessons.Rectangle | None:
    """A mask that somebody gave, from percent; None where there is none that makes sense."""
    try:
        x1, y1, x2, y2 = (float(params.get(name, "")) / 100 for name in CORNERS)
    except ValueError:
        return None
    if not (0 <= x1 < x2 <= 1 and 0 <= y1 < y2 <= 1):
        return None
    return round(x1, 4), round(y1, 4), round(x2, 4), round(y2, 4)


@require_POST
@requires(MANAGE_CAMERAS)
def learn(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Mask the place of an alarm that was turned down, or raise the threshold."""
    user = user_of(request)
    event = lessons.shown_event(user, pk)
    if event is None or not lessons.may_learn(user, event):
        raise Http404
    version = request.POST.get("expected_version", "")
    expected = int(version) if version.isdecimal() and len(version) < 10 else 0
    try:
        lesson = lessons.learn(user, event, request.POST.get("kind", ""), expected, _drawn(request.POST))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        said = {"version": lesson.new_version, "camera": event.camera.name}
        messages.success(request, _("Version %(version)s of the settings of %(camera)s is kept.") % said)
    return redirect("video:event", pk)


@require_POST
@requires(MANAGE_CAMERAS)
def unlearn(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take such a change back."""
    user = user_of(request)
    lesson = get_object_or_404(Lesson.objects.for_user(user, queries.VIEW), pk=pk)
    try:
        lessons.unlearn(user, lesson)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The change is taken back."))
    return redirect("video:event", lesson.event_id)
