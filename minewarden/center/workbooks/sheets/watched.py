"""What is only taken out: events, hours without sight, the audit trail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from minewarden.center.audit.queries import visible_events
from minewarden.center.audit.wording import action_words
from minewarden.center.registry.models import User
from minewarden.center.video import queries
from minewarden.center.video.forms import EventFilter
from minewarden.center.video.models import BlindInterval
from minewarden.center.workbooks.parsing import show_moment, text
from minewarden.center.workbooks.spec import MANY, Column, SheetSpec, Values, register_sheet


def _text(name: str, zh: str, en: str, width: float = 16) -> Column:
    return Column(name, zh, en, text(2000), width=width)


def _moment(name: str, zh: str, en: str) -> Column:
    return Column(name, zh, en, text(40), show_moment, kind="moment", width=18)


def _at(moment: datetime | None, zone: str) -> str | None:
    return moment.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes")[:16] if moment else None


def event_rows(user: User, params: QueryDict) -> Iterator[Values]:
    """Events as their list narrows them, the newest first."""
    form = EventFilter(user, params)
    rows = queries.narrowed(queries.events(user), form.cleaned_data if form.is_valid() else {})
    for event in rows.order_by("-started_at", "pk").iterator(chunk_size=1000):
        yield {
            "started_at": _at(event.started_at, event.mine.time_zone),
            "mine": event.mine.name,
            "place": event.place.name,
            "camera": event.camera.name,
            "scene": event.scene,
            "label": event.label,
            "confidence": f"{event.confidence:.2f}",
            "state": str(event.get_state_display()),
            "model": str((event.model or {}).get("name", "")),
            "id": str(event.pk),
        }


def blind_rows(user: User, params: QueryDict) -> Iterator[Values]:
    """Hours without sight, the newest first."""
    rows = BlindInterval.objects.for_user(user, "video.view").select_related("mine", "camera").order_by("-started_at")
    for blind in rows.iterator(chunk_size=1000):
        zone = blind.mine.time_zone
        yield {
            "mine": blind.mine.name,
            "camera": blind.camera.name,
            "reason": blind.reason,
            "started_at": _at(blind.started_at, zone),
            "ended_at": _at(blind.ended_at, zone),
        }


def audit_rows(user: User, params: QueryDict) -> Iterator[Values]:
    """The newest of the audit trail; ``object_id`` narrows it to one record."""
    rows = visible_events(user).order_by("-sequence")
    if params.get("object_id"):
        rows = rows.filter(object_id=params["object_id"][:64])
    for event in rows[:MANY].iterator(chunk_size=2000):
        yield {
            "sequence": str(event.sequence),
            "at": _at(event.at, settings.TIME_ZONE),
            "actor": event.actor_name,
            "action": action_words(event.action) or event.action,
            "object": f"{event.object_type} {event.object_id}",
            "reason": event.reason,
            "hash": event.hash,
        }


def register() -> None:
    """Lists that nobody can bring in: machines and the program itself write them."""
    register_sheet(
        SheetSpec(
            "events",
            _("Events"),
            (
                _moment("started_at", "发生时间", "Started at"),
                _text("mine", "煤矿", "Mine", 20),
                _text("place", "地点", "Place", 20),
                _text("camera", "摄像机", "Camera", 20),
                _text("scene", "场景", "Scene"),
                _text("label", "类别", "Label"),
                _text("confidence", "置信度", "Confidence"),
                _text("state", "状态", "State"),
                _text("model", "模型", "Model"),
                _text("id", "事件标识", "Event id", 38),
            ),
            event_rows,
            "video.view",
            order=40,
        )
    )
    register_sheet(
        SheetSpec(
            "blind",
            _("Hours without sight"),
            (
                _text("mine", "煤矿", "Mine", 20),
                _text("camera", "摄像机", "Camera", 20),
                _text("reason", "原因", "Reason"),
                _moment("started_at", "开始", "From"),
                _moment("ended_at", "结束", "Until"),
            ),
            blind_rows,
            "video.view",
            order=41,
        )
    )
    register_sheet(
        SheetSpec(
            "audit",
            _("Audit trail"),
            (
                _text("sequence", "序号", "Number"),
                _moment("at", "时间", "At"),
                _text("actor", "操作人", "Who"),
                _text("action", "操作", "What", 22),
                _text("object", "对象", "Record", 40),
                _text("reason", "说明", "Reason", 40),
                _text("hash", "哈希", "Hash", 66),
            ),
            audit_rows,
            "audit.view",
            order=42,
        )
    )
