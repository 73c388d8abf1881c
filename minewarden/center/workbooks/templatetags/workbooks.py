"""Shared pieces: ``{% load workbooks %}``.

====================================  ================================================================
``{% batch_state batch %}``              how far a batch has come, in a word and a tone
``{% sheet_label key %}``                what a list is called
``{% export_button "cases" %}``          the button on a list's page: what the page shows, with all its pages
====================================  ================================================================
"""

from __future__ import annotations

from typing import Any, Final

from django import template
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from minewarden.center.registry.access import permissions_of
from minewarden.center.ui.templatetags.ui import badge
from minewarden.center.workbooks.exporting import NOT_FILTERS
from minewarden.center.workbooks.models import Batch, BatchState
from minewarden.center.workbooks.spec import sheet_of

register = template.Library()

TONES: Final = {
    BatchState.UPLOADED: "info",
    BatchState.MAPPING: "warn",
    BatchState.READY: "warn",
    BatchState.COMMITTING: "info",
    BatchState.COMMITTED: "good",
    BatchState.UNDOING: "info",
    BatchState.UNDONE: "neutral",
    BatchState.REFUSED: "bad",
}


@register.simple_tag
def batch_state(batch: Batch) -> SafeString:
    """The state in a word and a tone."""
    state = BatchState(batch.state)
    return badge(state.label, TONES[state])


@register.simple_tag
def sheet_label(key: str) -> str:
    """What a list is called."""
    sheet = sheet_of(key)
    return str(sheet.label) if sheet else key


@register.simple_tag
def sample_of(samples: list[list[str]], field: str) -> str:
    """The first cells below a head of the file."""
    index = int(field.removeprefix("head_"))
    return "、".join(row[index] for row in samples if index < len(row) and row[index])


@register.simple_tag(takes_context=True)
def export_button(context: dict[str, Any], key: str, label: str = "") -> SafeString | str:
    """The button that takes a list out as its page is narrowed; empty for those who may not."""
    request: HttpRequest | None = context.get("request")
    sheet = sheet_of(key)
    if request is None or sheet is None or sheet.permission_export not in permissions_of(request):
        return ""
    query = request.GET.copy()
    for name in NOT_FILTERS:
        query.pop(name, None)
    address = reverse("workbooks:export", args=[key])
    url = f"{address}?{query.urlencode()}" if query else address
    return format_html('<a class="button" href="{}" download>{}</a>', url, label or _("Export"))
