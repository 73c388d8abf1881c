"""Shared pieces of the ladder's page: ``{% load escalation %}``."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minewarden.center.cases.models import Kind
from minewarden.center.escalation.forms import UP
from minewarden.center.escalation.models import Count, Rung

register = template.Library()


@register.simple_tag
def rung_when(rung: Rung) -> str:
    """When a rung is reached, in words."""
    days = abs(rung.days)
    if rung.days == 0:
        return _("when the deadline has passed")
    if rung.count == Count.WORKING:
        count = ngettext("%(days)d working day", "%(days)d working days", days) % {"days": days}
    else:
        count = ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
    return (_("%(span)s before") if rung.days < 0 else _("%(span)s after")) % {"span": count}


@register.simple_tag
def rung_where(rung: Rung) -> str:
    """At which level people are told, or whom an order binds."""
    if rung.levels_up == 0 and rung.kind == Kind.SUPERVISION:
        return _("Whom the order binds")
    return str(dict(UP).get(rung.levels_up, rung.levels_up))
