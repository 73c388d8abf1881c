"""Shared pieces of pages with notices: ``{% load notices %}``."""

from __future__ import annotations

from typing import Final

from django import template
from django.utils.safestring import SafeString

from minewarden.center.notices.models import Channel, Message, MessageState, Notice
from minewarden.center.notices.wording import text
from minewarden.center.ui.templatetags.ui import badge

register = template.Library()

TONES: Final = {MessageState.WAITING: "neutral", MessageState.SENT: "good", MessageState.FAILED: "bad"}


@register.simple_tag
def notice_text(notice: Notice) -> str:
    """The words of a notice in the reader's language."""
    return text(notice.kind, notice.params)


@register.simple_tag
def message_state(message: Message) -> SafeString:
    """What became of a message."""
    state = MessageState(message.state)
    return badge(state.label, TONES[state])


@register.simple_tag
def channel_address(channel: Channel) -> str:
    """The kind of address alone: all else of an apprise URL may be a secret."""
    return f"{channel.url.partition('://')[0]}://•••"
