"""Pieces of look-back pages: ``{% load lookback %}``.

===================================  =========================================================================
``{% result_bar results %}``         the results of one part as a bar, each as wide as its share
``{% check_state check %}``          what came of one check, as a badge
``{% result_badge result %}``        a result in a word, with its colour
``{% campaign_state state %}``       the state of a campaign, as a badge
``{% percent share %}``              "12.3 %"
===================================  =========================================================================
"""

from __future__ import annotations

from typing import Final

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from minewarden.center.lookback.models import CampaignState, Check, CheckState, Result
from minewarden.center.ui.templatetags.ui import badge

register = template.Library()

TONES: Final = {
    Result.PUT_RIGHT: "good",
    Result.NOT_PUT_RIGHT: "warn",
    Result.NEVER_PUT_RIGHT: "bad",
    Result.COME_BACK: "info",
}
CAMPAIGN_TONES: Final = {
    CampaignState.PLANNED: "info",
    CampaignState.RUNNING: "warn",
    CampaignState.FINISHED: "good",
    CampaignState.WITHDRAWN: "neutral",
}
WIDTH: Final = 200


@register.simple_tag
def result_bar(results: dict[str, int]) -> SafeString:
    """Results → a bar of ``WIDTH`` units; in words for those who do not see it. Empty where nothing was looked at."""
    total = sum(results.values())
    if not total:
        return SafeString("")
    parts, x = [], 0.0
    for result in Result:
        if count := results.get(result, 0):
            width = WIDTH * count / total
            parts.append((f"{x:.2f}", f"{width:.2f}", result.value, f"{result.label} {count}"))
            x += width
    words = "，".join(words for *_numbers, words in parts)
    rects = format_html_join(
        "", '<rect x="{}" y="0" width="{}" height="12" class="result-{}"><title>{}</title></rect>', parts
    )
    return format_html(
        '<svg class="result-bar" viewBox="0 0 {} 12" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>',
        WIDTH,
        words,
        rects,
    )


@register.simple_tag
def check_state(check: Check) -> SafeString:
    """The result where there is one, else the state."""
    if check.state == CheckState.DONE:
        return result_badge(check.result)
    return badge(str(CheckState(check.state).label), "neutral" if check.state == CheckState.SKIPPED else "info")


@register.simple_tag
def result_badge(result: str) -> SafeString:
    """A result in a word."""
    return badge(str(Result(result).label), TONES[Result(result)])


@register.simple_tag
def campaign_state(state: str) -> SafeString:
    """The state of a campaign in a word."""
    return badge(str(CampaignState(state).label), CAMPAIGN_TONES[CampaignState(state)])


@register.simple_tag
def percent(share: float) -> str:
    """A share between 0 and 1 as percent with one decimal."""
    return f"{share * 100:.1f} %"
