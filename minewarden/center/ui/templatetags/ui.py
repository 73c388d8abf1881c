"""Shared pieces of pages: ``{% load ui %}``.

=============================================  ======================================================================
``{% level "red" %}`` or ``{% level 1 %}``       one of the four levels, colour and word
``{% badge label tone %}``                     a state; tone: good, warn, bad, info, neutral or a level
``{% local_time moment zone %}``               date and time in a mine's zone (default: the office's)
``{% age due_at %}``                           "3 days overdue" or "due in 2 hours"
``{% ago moment %}``                           "5 minutes ago"
``{% pager page %}``                           links to the pages before and after (``ui.paging.Page``)
``{% empty title hint url action %}``          an empty list that says what to do; hint, url and action may be left out
``{% field form.name %}``                      one field with label, help and faults; whole form: include "ui/form.html"
=============================================  ======================================================================
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.forms import BoundField, CheckboxInput
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from minewarden.center.ui.paging import Page

register = template.Library()

LEVELS: Final[dict[str, str | Promise]] = {
    "red": gettext_lazy("Grave"),
    "orange": gettext_lazy("Serious"),
    "yellow": gettext_lazy("General"),
    "blue": gettext_lazy("Slight"),
}
TONES: Final = frozenset({"good", "warn", "bad", "info", "neutral", *LEVELS})
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@register.simple_tag
def level(name: str | int, word: str = "") -> SafeString:
    """One of the four levels, by name or by number (1 red … 4 blue). The colour never stands alone: there is a word.

    Raises:
        KeyError: no such level.
    """
    if isinstance(name, int):
        name = dict(enumerate(LEVELS, start=1))[name]
    return format_html('<span class="level level-{}">{}</span>', name, word or LEVELS[name])


@register.simple_tag
def badge(label: str | Promise, tone: str = "neutral") -> SafeString:
    """A state in a word.

    Raises:
        ValueError: no such tone.
    """
    if tone not in TONES:
        raise ValueError(f"no tone {tone!r}")
    return format_html('<span class="badge tone-{}">{}</span>', tone, label)


@register.simple_tag
def local_time(moment: datetime | None, zone: str = "", seconds: bool = False) -> SafeString | str:
    """A moment as the clock on the wall of the mine says it, always with the date."""
    if moment is None:
        return "–"
    name = zone or settings.TIME_ZONE
    local = moment.astimezone(ZoneInfo(name))
    text = local.strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), name, text)


def _span(length: timedelta) -> str:
    """A length of time in its largest whole unit."""
    if length >= DAY:
        count = length // DAY
        return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}
    if length >= HOUR:
        count = length // HOUR
        return ngettext("%(count)d hour", "%(count)d hours", count) % {"count": count}
    count = max(1, length // MINUTE)
    return ngettext("%(count)d minute", "%(count)d minutes", count) % {"count": count}


@register.simple_tag
def age(due_at: datetime | None, now: datetime | None = None) -> SafeString | str:
    """How far something is from its date: overdue stands out, the rest is calm."""
    if due_at is None:
        return "–"
    left = due_at - (now or timezone.now())
    if left < timedelta(0):
        text = _("%(span)s overdue") % {"span": _span(-left)}
        return format_html('<span class="age age-overdue">{}</span>', text)
    tone = "age-soon" if left < 2 * DAY else "age-later"
    return format_html('<span class="age {}">{}</span>', tone, _("due in %(span)s") % {"span": _span(left)})


@register.simple_tag
def ago(moment: datetime | None, now: datetime | None = None) -> SafeString | str:
    """How long ago something was."""
    if moment is None:
        return "–"
    past = (now or timezone.now()) - moment
    text = _("just now") if past < MINUTE else _("%(span)s ago") % {"span": _span(past)}
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), text)


@register.inclusion_tag("ui/pager.html")
def pager(page: Page[Any]) -> dict[str, Any]:
    """Links to the pages before and after."""
    return {"page": page}


@register.inclusion_tag("ui/empty.html")
def empty(title: str, hint: str = "", url: str = "", action: str = "") -> dict[str, Any]:
    """What an empty list says."""
    return {"title": title, "hint": hint, "url": url, "action": action}


@register.inclusion_tag("ui/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """One field of a form."""
    return {"field": bound, "is_checkbox": isinstance(bound.field.widget, CheckboxInput)}
