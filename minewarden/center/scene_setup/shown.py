"""What the page says of a still or preview that was asked of an edge: progress, result, and what to do without one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from minewarden.center.registry.models import Camera
from minewarden.center.video import catalogue
from minewarden.center.video.cards import BoxShape, box_shape

from .models import OPEN, CameraTask, TaskState
from .queries import Stills

PROBLEMS: Final[dict[str, str | Promise]] = {
    "not_watched": gettext_lazy("The edge does not watch this camera yet."),
    "no_picture": gettext_lazy("The edge has no picture of this camera: it cannot be reached, or it has just started."),
    "bad_settings": gettext_lazy("The edge cannot obey these settings."),
    "too_slow": gettext_lazy("The edge was too busy to look at a whole minute in time."),
    "broken": gettext_lazy("The edge could not do it."),
}
ADVICE: Final[dict[str, str | Promise]] = {
    "not_watched": gettext_lazy("It learns of a new camera within seconds: try again, or look how the edge is."),
    "no_picture": gettext_lazy("Look at address and password of the camera, or use a picture from a file meanwhile."),
    "too_slow": gettext_lazy("Try again, or switch off scenes that need close watch for the trial."),
}
SILENT: Final = gettext_lazy("The edge of this camera has not been heard for a while: no answer is to be expected.")
SILENT_ADVICE: Final = gettext_lazy(
    "Look under “Camera health” at what is wrong with it. Meanwhile draw on the last picture, or on one from a file."
)
NO_EDGE: Final = gettext_lazy("No edge watches this camera, so nobody can take a still.")
NO_EDGE_ADVICE: Final = gettext_lazy("Choose one under “Camera”, “Change”. Meanwhile use a picture from a file.")
LATE: Final = gettext_lazy("No answer came in time.")
MINUTE: Final = 59.0  # seconds; what is less is said to be short


def edge_silent(camera: Camera, now: datetime) -> bool:
    """Whether the camera's edge has not been heard for so long that its answer is not to be expected."""
    live = getattr(camera.edge, "live", None)
    heard = live.received_at if live is not None else None
    return heard is None or now - heard > timedelta(seconds=settings.EDGE_SILENT_SECONDS)


@dataclass(frozen=True)
class StillShown:
    """``waiting``: words while one is being taken. ``problem`` and ``advice``: why there is none and what to do."""

    url: str = ""
    taken_at: datetime | None = None
    uploaded: bool = False
    width: int = 0
    height: int = 0
    waiting: str = ""
    waited: int = 0
    problem: str = ""
    advice: str = ""


def still_shown(camera: Camera, stills: Stills, now: datetime) -> StillShown:
    """The last still and how far the one is that was asked for."""
    last, newest = stills.last, stills.newest
    told: dict[str, Any] = {}
    if last is not None:
        told["url"] = picture_url(camera, last, last.still_sha256)
        told["taken_at"] = parse_datetime(last.result.get("taken_at") or "") or last.done_at or last.asked_at
        told["uploaded"] = bool(last.result.get("uploaded"))
        told["width"], told["height"] = last.result.get("width", 0), last.result.get("height", 0)
    if newest is not None and is_open(newest, now):
        told |= _waiting(newest, now)
    elif newest is not None and newest != last:
        told["problem"], told["advice"] = _failed(newest)
    return StillShown(**(told | _unreachable(camera, now)))


def _unreachable(camera: Camera, now: datetime) -> dict[str, str]:
    if camera.edge is None:
        return {"problem": str(NO_EDGE), "advice": str(NO_EDGE_ADVICE)}
    if edge_silent(camera, now):
        return {"problem": str(SILENT), "advice": str(SILENT_ADVICE)}
    return {}


def is_open(task: CameraTask, now: datetime) -> bool:
    """Whether an answer may still come."""
    return task.state in OPEN and now < task.expires_at


def _waiting(task: CameraTask, now: datetime) -> dict[str, Any]:
    return {"waiting": str(task.get_state_display()), "waited": int((now - task.asked_at).total_seconds())}


def _failed(task: CameraTask) -> tuple[str, str]:
    """Why nothing came of a task, and what to do."""
    if task.state != TaskState.FAILED:
        return str(LATE), str(SILENT_ADVICE)
    problem = task.result.get("problem", "")
    message = task.result.get("message", "")
    words = str(PROBLEMS.get(problem, PROBLEMS["broken"]))
    if message and problem in ("bad_settings", "broken"):
        words = f"{words} ({message})"
    return words, str(ADVICE.get(problem, ""))


@dataclass(frozen=True)
class EventShown:
    """An event that the settings would have raised. ``lasted``: seconds; None: it still was so at the end."""

    scene: str
    label: str
    started_at: datetime | None
    lasted: float | None
    picture: str
    boxes: list[BoxShape]


@dataclass(frozen=True)
class PreviewShown:
    """``seconds`` were really there, ``analysed`` pictures were really looked at; ``left_out`` events are not shown."""

    pk: Any
    waiting: str = ""
    waited: int = 0
    problem: str = ""
    advice: str = ""
    taken_at: datetime | None = None
    seconds: float = 0
    analysed: int = 0
    not_analysed: int = 0
    left_out: int = 0
    events: list[EventShown] = field(default_factory=list)

    @property
    def count(self) -> int:
        """All events, also those not shown."""
        return len(self.events) + self.left_out

    @property
    def short(self) -> bool:
        """Whether less than a minute was there."""
        return self.seconds < MINUTE


def preview_shown(camera: Camera, task: CameraTask, now: datetime) -> PreviewShown:
    """How far a preview is, or what it found."""
    if is_open(task, now):
        unreachable = _unreachable(camera, now) if now - task.asked_at > timedelta(seconds=10) else {}
        if not unreachable:
            return PreviewShown(task.pk, **_waiting(task, now))
        return PreviewShown(task.pk, problem=unreachable["problem"], advice=unreachable["advice"])
    if task.state != TaskState.DONE:
        problem, advice = _failed(task)
        return PreviewShown(task.pk, problem=problem, advice=advice)
    result = task.result
    begun = parse_datetime(result.get("taken_at") or "")
    return PreviewShown(
        task.pk,
        taken_at=begun,
        seconds=result.get("seconds", 0),
        analysed=result.get("frames_analysed", 0),
        not_analysed=result.get("frames_not_analysed", 0),
        left_out=result.get("events_left_out", 0),
        events=[_event_shown(camera, task, event, begun) for event in result.get("events", [])],
    )


def _event_shown(camera: Camera, task: CameraTask, event: dict[str, Any], begun: datetime | None) -> EventShown:
    ended, picture = event.get("ended_at"), event.get("picture")
    return EventShown(
        scene=str(catalogue.scene(event["scene"]).names),
        label=catalogue.label_words(event["scene"], event["label"]),
        started_at=begun + timedelta(seconds=event["started_at"]) if begun else None,
        lasted=None if ended is None else ended - event["started_at"],
        picture=picture_url(camera, task, picture) if picture else "",
        boxes=[box_shape(box) for box in event.get("boxes", [])],
    )


def picture_url(camera: Camera, task: CameraTask, sha256: str) -> str:
    """Where a picture of a task is shown."""
    return reverse("scene_setup:picture", args=[camera.pk, task.pk, sha256])
