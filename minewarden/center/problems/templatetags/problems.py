"""Pieces of the pages: ``{% load problems %}``.

===================================  ================================================
``{% ratio_bar candidate %}``          a ratio with its interval as a small bar
``{% verdict "shown" %}``              a verdict in a sentence and a tone
``{% month_chart course %}``           the course by month (``chart.Course``)
===================================  ================================================
"""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from minewarden.center.problems.chart import BAR_WIDTH, Course
from minewarden.center.problems.chart import ratio_bar as placed
from minewarden.center.problems.wording import verdict_tone
from minewarden.center.ui.templatetags.ui import badge

register = template.Library()


@register.simple_tag
def ratio_bar(candidate: Any) -> SafeString:
    """A ratio, its interval, and the line at which nothing stands out; logarithmic."""
    bar = placed(candidate.low, candidate.mean, candidate.high)
    said = _("%(mean)s times, %(low)s to %(high)s") % {
        "mean": f"{candidate.mean:.1f}",
        "low": f"{candidate.low:.1f}",
        "high": f"{candidate.high:.1f}",
    }
    return format_html(
        '<svg class="ratio-bar" viewBox="0 0 {0} 14" width="{0}" height="14" role="img" aria-label="{1}">'
        "<title>{1}</title>"
        '<line class="ratio-one" x1="{2}" y1="0" x2="{2}" y2="14"/>'
        '<rect class="ratio-span" x="{3}" y="4" width="{4}" height="6"/>'
        '<line class="ratio-mean" x1="{5}" y1="1" x2="{5}" y2="13"/></svg>',
        *(BAR_WIDTH, said, bar.one, bar.low, bar.width, bar.middle),
    )


@register.simple_tag
def verdict(name: str) -> SafeString:
    """A verdict in a sentence."""
    words, tone = verdict_tone(name)
    return badge(words, tone)


@register.inclusion_tag("problems/_course.html")
def month_chart(course: Course, label: str = "") -> dict[str, Any]:
    """The course by month."""
    return {"course": course, "label": label}
