"""Pieces of the video pages: ``{% load video %}``."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minewarden.center.registry.models import Edge
from minewarden.center.ui.templatetags.ui import LEVELS, badge
from minewarden.center.video import catalogue, health
from minewarden.center.video.learning import Count
from minewarden.center.video.models import Event, ReviewState, Verdict

register = template.Library()

VERDICT_TONES: Final = {"waiting": "warn", "sent_on": "info", "confirmed": "bad", "rejected": "neutral"}
ACTIONS: Final = {
    "confirm": gettext_lazy("Confirmed"),
    "reject": gettext_lazy("Turned down"),
    "send_on": gettext_lazy("Sent on"),
    "undo": gettext_lazy("Verdict taken back"),
}
MODES: Final = {"patrol": gettext_lazy("patrol"), "watch": gettext_lazy("watch")}
# What detectors call what they box; another name is shown as it is.
BOX_WORDS: Final = {
    "person": gettext_lazy("person"),
    "head": gettext_lazy("bare head"),
    "helmet": gettext_lazy("helmet"),
    "vehicle": gettext_lazy("vehicle"),
}
LEVEL_KEYS: Final = dict(zip(LEVELS, "qwer", strict=True))
FIGURE_TONES: Final = {"bad": "figure-red", "warn": "figure-orange"}
# A clock that is off by more than this puts events at wrong times.
DRIFT_SECONDS: Final = 2.0


@register.simple_tag
def scene_name(scene: str, label: str = "") -> str:
    """A scene in words, with what exactly was seen where that says more."""
    name = str(catalogue.scene(scene).names)
    said = catalogue.label_words(scene, label) if label else name
    return name if said == name else f"{name} · {said}"


@register.simple_tag
def verdict_badge(event: Event) -> SafeString:
    """Where the review of an event stands, with the reason where it was rejected."""
    word = ReviewState(event.state).label
    reason = catalogue.reject_reasons().get(event.reject_reason)
    return badge(f"{word}：{reason.names}" if reason else str(word), VERDICT_TONES[event.state])


@register.simple_tag
def verdict_words(verdict: Verdict) -> str:
    """What somebody decided."""
    reason = catalogue.reject_reasons().get(verdict.reason)
    word = ACTIONS[verdict.action]
    return f"{word}：{reason.names}" if reason and verdict.action == "reject" else str(word)


@register.simple_tag
def level_key(name: str) -> str:
    """The key that chooses a level on the review page."""
    return LEVEL_KEYS[name]


@register.simple_tag
def level_word(name: str) -> str:
    """A level without its colour, for a list of choices."""
    return str(LEVELS[name])


@register.simple_tag
def box_word(label: str) -> str:
    """What is inside a box, in words."""
    return str(BOX_WORDS.get(label, label))


@register.simple_tag
def percent(share: float) -> str:
    """0…1 as percent."""
    return f"{share:.0%}"


@register.simple_tag
def interval(count: Count) -> str:
    """Where the confirmed share lies with 95 %."""
    low, high = count.interval
    return f"{low:.0%} – {high:.0%}"


@register.simple_tag
def span(length: timedelta) -> str:
    """A length of time in hours and minutes; below a minute in seconds."""
    seconds = int(length.total_seconds())
    if seconds < 60:
        return _("%(count)d s") % {"count": seconds}
    hours, minutes = divmod(seconds // 60, 60)
    said = {"hours": hours, "minutes": minutes}
    return _("%(hours)d h %(minutes)d min") % said if hours else _("%(minutes)d min") % said


@register.simple_tag
def lasted(began: datetime, ended: datetime) -> str:
    """How long something went on; a clock that jumped back makes that unknown."""
    return span(ended - began) if ended >= began else "–"


@register.simple_tag
def state_word(state: str) -> str:
    """The state of a camera in words."""
    return str(health.STATES[state][0])


@register.simple_tag
def state_figure(state: str) -> str:
    """The class of a figure that counts cameras in this state."""
    return FIGURE_TONES.get(health.STATES[state][1], "")


@register.simple_tag
def state_counts(states: dict[str, int]) -> SafeString:
    """Counts by state, the worst first."""
    shown = [(name, states[name]) for name in health.STATES if states.get(name)]
    return format_html_join(
        " ", "{}", ((badge(f"{state_word(name)} {count}", health.STATES[name][1]),) for name, count in shown)
    )


@register.simple_tag
def camera_now(camera: Any) -> SafeString:
    """State and faults of a camera out of ``health.cameras_now``."""
    word, tone = health.STATES[camera.now_state]
    live = getattr(camera, "live", None)
    faults = live.faults.split() if live is not None and camera.now_state in ("online", "degraded") else []
    marks = [badge(str(word), tone)]
    marks += [badge(catalogue.label_words("camera_health", fault), "warn") for fault in faults]
    return format_html_join(" ", "{}", ((mark,) for mark in marks))


@register.simple_tag
def edge_now(edge: Any) -> SafeString:
    """Whether an edge out of ``health.edges_now`` is heard."""
    if not edge.silent:
        return badge(_("Heard"), "good")
    heard = getattr(edge, "live", None) and edge.live.received_at
    return badge(_("Silent") if heard else _("Never heard"), "bad")


@register.simple_tag
def drift(edge: Edge) -> SafeString | str:
    """How far the clock of an edge is from the office's."""
    live = getattr(edge, "live", None)
    if live is None or live.received_at is None:
        return "–"
    # Adding zero turns a "-0.0" into "0.0".
    text = f"{round(live.drift_seconds, 1) + 0:+.1f} s"
    return badge(text, "warn") if abs(live.drift_seconds) > DRIFT_SECONDS else format_html("{}", text)


@register.simple_tag
def mode_word(mode: str | None) -> str:
    """Patrol or watch."""
    return str(MODES.get(mode or "", "–"))
