"""Pieces of mission pages: ``{% load missions %}``.

==============================  ==============================
``{% mission_state mission %}``  the state as a badge
==============================  ==============================
"""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from minewarden.center.resident_teams.columns import state_badge
from minewarden.center.resident_teams.models import Mission

register = template.Library()


@register.simple_tag
def mission_state(mission: Mission) -> SafeString:
    """The state in a word."""
    return state_badge(mission)
