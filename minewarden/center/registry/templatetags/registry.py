"""States of mines and cameras as badges: ``{% load registry %}``."""

from __future__ import annotations

from typing import Final

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from minewarden.center.registry.models import Camera, CameraState, Edge, Mine, MineState, User
from minewarden.center.ui.templatetags.ui import badge

register = template.Library()

MINE_TONES: Final = {MineState.PRODUCING: "good", MineState.BUILDING: "info", MineState.STOPPED: "bad"}
CAMERA_TONES: Final = {CameraState.ACTIVE: "good", CameraState.PAUSED: "warn"}


@register.simple_tag
def mine_state(mine: Mine) -> SafeString:
    """Whether a mine produces, is built, stopped, suspended or closed."""
    return badge(mine.get_state_display(), MINE_TONES.get(MineState(mine.state), "neutral"))


@register.simple_tag
def camera_state(camera: Camera) -> SafeString:
    """Whether a camera is in use, paused or retired: what the office decided, not whether a picture comes."""
    return badge(camera.get_state_display(), CAMERA_TONES.get(CameraState(camera.state), "neutral"))


@register.simple_tag
def edge_state(edge: Edge) -> SafeString:
    """Whether an edge may speak to the office."""
    return badge(_("Revoked"), "bad") if edge.revoked_at else badge(_("May speak"), "good")


@register.simple_tag
def account_state(user: User) -> SafeString:
    """Whether somebody can log in."""
    return badge(_("Account open"), "good") if user.is_active else badge(_("Account closed"), "neutral")
