"""The watch list, whose columns people choose. Cells ask nothing: the view puts on each row what they show."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from minewarden.center.lists.spec import Column, ListSpec
from minewarden.center.ui.templatetags.ui import badge

from .queries import VIEW


def _mine(row: Any) -> SafeString:
    place = format_html("<small>{}</small> ", row.place) if row.place else ""
    little = "" if row.sufficient else badge(gettext("Too little data"), "warn")
    url = reverse("ranking:mine", args=[row.mine_id])
    return format_html('<span class="watch-name">{}<a href="{}">{}</a> {}</span>', place, url, row.mine.name, little)


def _score(row: Any) -> SafeString:
    return format_html("<span{}>{}</span>", SafeString(' class="above"') if row.above else "", f"{row.score:.1f}")


def _chance(row: Any) -> str:
    return "–" if row.chance is None else f"{row.chance:.0%}"


def _lines(row: Any) -> SafeString | str:
    badges = format_html_join(" ", "{}", ((badge(words, "bad"),) for words in row.crossed))
    return format_html('<span class="watch-lines">{}</span>', badges) if row.crossed else "–"


def _change(row: Any) -> str:
    return "–" if row.change is None else f"{row.change:+.1f}"


def _team(row: Any) -> SafeString | str:
    mark = row.team
    if mark is None:
        return "–"
    return format_html('<a href="{}">{}</a>', mark.url, badge(mark.words, "warn" if mark.there else "info"))


def _capacity(row: Any) -> SafeString | str:
    words = {"team": (gettext("a team goes there"), "info"), "waiting": (gettext("waits for a team"), "warn")}
    return badge(*words[row.state]) if row.state in words else "–"


def _taken_off(row: Any) -> str:
    one = row.removal
    return f"{one.by} · {one.at:%Y-%m-%d}: {one.reason}" if one else "–"


WATCH_LIST = ListSpec(
    "watch_list",
    _("Watch list"),
    "ranking:list",
    VIEW,
    (
        Column("mine", _("Mine"), _mine),
        Column("score", _("Score"), _score, css="number"),
        Column("rank", _("Rank"), lambda row: row.rank or "–", css="number"),
        Column("chance", _("Chance of the first 20"), _chance, css="number"),
        Column("lines", _("Red lines"), _lines),
        Column("change", _("Change in points"), _change, css="number"),
        Column("team", _("Resident team"), _team, css="stays"),
        Column("capacity", _("By capacity"), _capacity, css="stays"),
        Column("taken_off", _("Taken off"), _taken_off, css="stays"),
        Column("office", _("Office or company"), lambda row: row.mine.node.parent or "–", standard=False),
        Column("code", _("Mine code"), lambda row: row.mine.code, standard=False, css="code"),
        Column("most", _("Most points from"), lambda row: row.most or "–", standard=False),
    ),
)
