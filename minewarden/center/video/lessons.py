"""From an alarm that was turned down to other settings of its camera: a mask where it was, or a higher threshold.

Before anything is changed the office says what it would have cost: how many confirmed alarms of the same camera and
scene would not have come. It judges by what the events keep, boxes and confidence; whether other pictures would have
been told instead nobody can know.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.registry.models import Camera, User, VersionSource
from minewarden.center.registry.queries import MANAGE_CAMERAS
from minewarden.center.registry.scope import may
from minewarden.center.scene_setup.catalogue import scenes_for
from minewarden.center.scene_setup.services import save_version
from minewarden.standards.scenes import MASK, SceneEntry

from . import queries
from .cards import WRONG_LABELS
from .models import Event, Lesson, LessonKind, ReviewState

CONFIDENCE: Final = "confidence"
LOOKED_BACK: Final = timedelta(days=30)
CHECKED_AT_MOST: Final = 5000
# The mask is a little larger than the box, for the next box will not be the very same; as fractions of the picture.
MARGIN: Final = 0.02
MASKS_AT_MOST: Final = 5
# So much above the alarm's own confidence; a threshold beyond the highest would leave the scene blind.
STEP: Final = 0.01
HIGHEST: Final = 0.95

Rectangle = tuple[float, float, float, float]  # x1, y1, x2, y2 in fractions


@dataclass(frozen=True)
class Offer:
    """A change that could be made, or the words why it cannot: then ``value`` is None.

    ``lost`` of ``confirmed`` alarms would not have come with it; ``events`` are those, at most twenty of them.
    """

    kind: str
    value: Any = None
    before: Any = None
    why_not: str = ""
    lost: int = 0
    confirmed: int = 0
    events: tuple[UUID, ...] = ()
    rectangles: tuple[Rectangle, ...] = ()

    @property
    def shapes(self) -> list[tuple[int, int, int, int]]:
        """The masks in thousandths, as the picture's SVG wants them: x, y, width, height."""
        scaled = ([round(corner * 1000) for corner in one] for one in self.rectangles)
        return [(x1, y1, x2 - x1, y2 - y1) for x1, y1, x2, y2 in scaled]


def offers(event: Event, drawn: Rectangle | None = None) -> list[Offer]:
    """What could be changed at the camera because of this alarm: the mask first. ``drawn`` is a mask of the user's."""
    settings, entry = _assigned(event.camera, event.scene)
    if settings is None or entry is None:
        words = _("The camera is not watched for this scene any more: there is nothing to change.")
        return [Offer(LessonKind.MASK, why_not=words), Offer(LessonKind.THRESHOLD, why_not=words)]
    confirmed = _confirmed(event)
    return [_mask(event, settings, confirmed, drawn), _threshold(event, settings, entry, confirmed)]


def _assigned(camera: Camera, scene: str) -> tuple[dict[str, Any] | None, SceneEntry | None]:
    """The settings of a scene at a camera, and what can be set of it."""
    settings = next((each.get("settings", {}) for each in camera.scenes if each.get("scene") == scene), None)
    return settings, scenes_for(camera).get(scene)


def _confirmed(event: Event) -> list[Event]:
    """The confirmed alarms of the last thirty days of this camera and scene, as far as they are looked at."""
    since = timezone.now() - LOOKED_BACK
    rows = Event.objects.filter(camera_id=event.camera_id, scene=event.scene, started_at__gte=since)
    right = rows.filter(state=ReviewState.CONFIRMED).only("id", "boxes", "confidence", "started_at")
    return list(right.order_by("-started_at")[:CHECKED_AT_MOST])


def alarm_boxes(boxes: Sequence[dict[str, Any]]) -> list[Rectangle]:
    """The boxes that made the alarm: those of the rule's breakers where there are any, else all."""
    wrong = [box for box in boxes if box["label"] in WRONG_LABELS]
    return [(box["x1"], box["y1"], box["x2"], box["y2"]) for box in wrong or boxes]


def _mask(event: Event, settings: dict[str, Any], confirmed: list[Event], drawn: Rectangle | None) -> Offer:
    rectangles = [drawn] if drawn else [_widened(box) for box in alarm_boxes(event.boxes)]
    if not rectangles:
        return Offer(LessonKind.MASK, why_not=_("This alarm has no box: draw the mask yourself."))
    if len(rectangles) > MASKS_AT_MOST:
        return Offer(LessonKind.MASK, why_not=_("This alarm has many boxes: draw the mask yourself."))
    before = settings.get(MASK)
    zones = [[[x1, y1], [x2, y1], [x2, y2], [x1, y2]] for x1, y1, x2, y2 in rectangles]
    lost = [one for one in confirmed if _would_be_masked(one, rectangles)]
    return Offer(
        LessonKind.MASK,
        value=[*(before or []), *zones],
        before=before,
        lost=len(lost),
        confirmed=len(confirmed),
        events=tuple(one.pk for one in lost[:20]),
        rectangles=tuple(rectangles),
    )


def _widened(box: Rectangle) -> Rectangle:
    x1, y1, x2, y2 = box
    wide = (min(x1, x2) - MARGIN, min(y1, y2) - MARGIN, max(x1, x2) + MARGIN, max(y1, y2) + MARGIN)
    left, top, right, bottom = (round(min(max(corner, 0.0), 1.0), 4) for corner in wide)
    return left, top, right, bottom


def _would_be_masked(event: Event, rectangles: Sequence[Rectangle]) -> bool:
    """Whether the foot of every box that made the alarm stands in a mask: the watch drops such a box unseen."""
    feet = [((x1 + x2) / 2, y2) for x1, _y1, x2, y2 in alarm_boxes(event.boxes)]
    return bool(feet) and all(any(x1 <= x <= x2 and y1 <= y <= y2 for x1, y1, x2, y2 in rectangles) for x, y in feet)


def _threshold(event: Event, settings: dict[str, Any], entry: SceneEntry, confirmed: list[Event]) -> Offer:
    setting = entry.setting(CONFIDENCE)
    if setting is None:
        return Offer(LessonKind.THRESHOLD, why_not=_("This scene has no threshold of confidence."))
    before = settings.get(CONFIDENCE)
    now, wanted = float(setting.default if before is None else before), math.floor(event.confidence * 100 + 1) / 100
    wanted = round(max(wanted, setting.low or 0.0), 2)
    if wanted <= now:
        words = _("The threshold is %(now)s already, above this alarm's confidence.") % {"now": f"{now:.0%}"}
        return Offer(LessonKind.THRESHOLD, why_not=words)
    if wanted > min(HIGHEST, setting.high or 1.0):
        words = _("The machine was %(sure)s sure: a threshold above that would leave the camera blind for this scene.")
        return Offer(LessonKind.THRESHOLD, why_not=words % {"sure": f"{event.confidence:.0%}"})
    lost = [one for one in confirmed if one.confidence < wanted]
    return Offer(
        LessonKind.THRESHOLD,
        value=wanted,
        before=now,
        lost=len(lost),
        confirmed=len(confirmed),
        events=tuple(one.pk for one in lost[:20]),
    )


def learn(user: User, event: Event, kind: str, expected_version: int, drawn: Rectangle | None = None) -> Lesson:
    """Make the change as a new version of the camera's settings; its edge has it within seconds.

    ``expected_version`` is the camera's version that the offer was made for.

    Raises:
        ValidationError: the event was not turned down, the change cannot be made, or somebody changed the camera
            meanwhile.
        PermissionDenied: no right to set up this camera.
    """
    if event.state != ReviewState.REJECTED:
        raise ValidationError(_("Only an alarm that was turned down teaches this."))
    offer = next((one for one in offers(event, drawn) if one.kind == kind), None)
    if offer is None or offer.value is None:
        raise ValidationError(offer.why_not if offer else _("There is no such change."))
    name = MASK if kind == LessonKind.MASK else CONFIDENCE
    settings, _entry = _assigned(event.camera, event.scene)
    before = (settings or {}).get(name)
    why = _("Alarm %(event)s was turned down.") % {"event": event.pk}
    with act("video.learn", user, why):
        old = event.camera.settings_version
        made = _save(user, event.camera, event.scene, {name: offer.value}, why, expected_version)
        lesson = Lesson(
            event=event,
            camera=event.camera,
            mine_id=event.mine_id,
            scene=event.scene,
            kind=kind,
            value={name: offer.value},
            before={name: before},
            lost=offer.lost,
            confirmed=offer.confirmed,
            old_version=old,
            new_version=made,
            by=user,
            at=timezone.now(),
        )
        lesson.save(force_insert=True)
    return lesson


def unlearn(user: User, lesson: Lesson) -> Lesson:
    """Take a change back: what it added goes, what others set since stays.

    Raises:
        ValidationError: it was taken back already, or the setting has been changed by hand since.
        PermissionDenied: no right to set up this camera.
    """
    camera: Camera = Camera.objects.select_related("edge", "place__mine__node").get(pk=lesson.camera_id)
    settings, _entry = _assigned(camera, lesson.scene)
    (name, value), before = next(iter(lesson.value.items())), next(iter(lesson.before.values()))
    if settings is None:
        raise ValidationError(_("The camera is not watched for this scene any more: there is nothing to change."))
    back = _without(settings.get(name), value, before) if name == MASK else before
    if name != MASK and settings.get(name) != value:
        raise ValidationError(_("The threshold was changed since: set it on the camera's page."))
    why = _("The change because of alarm %(event)s is taken back.") % {"event": lesson.event_id}
    with act("video.unlearn", user, why):
        undone = {"undone_by_id": user.pk, "undone_at": timezone.now()}
        if not Lesson.objects.compare_and_set(lesson, {"undone_at": None}, **undone):
            raise ValidationError(_("This change was taken back already."))
        _save(user, camera, lesson.scene, {name: back}, why, camera.settings_version)
    return lesson


def _without(now: Any, value: list[Any], before: list[Any] | None) -> list[Any] | None:
    added = [zone for zone in value if zone not in (before or [])]
    left = [zone for zone in (now or []) if zone not in added]
    return left or None


def _save(user: User, camera: Camera, scene: str, change: dict[str, Any], why: str, expected_version: int) -> int:
    """A new version with one setting of one scene changed (None takes it away); answers its number."""
    scenes = []
    for each in camera.scenes:
        settings = dict(each.get("settings", {}))
        if each.get("scene") == scene:
            settings |= change
            settings = {name: value for name, value in settings.items() if value is not None or name not in change}
        scenes.append({"scene": each["scene"], "settings": settings})
    return int(save_version(user, camera, scenes, why, VersionSource.REVIEW, expected_version).version)


def may_learn(user: User, event: Event) -> bool:
    """Whether the user may change the settings of the event's camera."""
    return may(user, MANAGE_CAMERAS, event.mine.node)


def shown_event(user: User, event_id: UUID) -> Event | None:
    """The event with its camera as the change needs them, if this person may see it."""
    rows = queries.events(user).select_related("camera__edge", "camera__place__mine__node", "mine__node")
    return rows.filter(pk=event_id).first()
