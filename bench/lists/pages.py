"""Which pages are walked: every page that is a list, each as an account that uses it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

WHERE = ("county", "city", "province")


@dataclass(frozen=True)
class Page:
    """One page: its name in the table, the role that opens it, the URL's name and the query."""

    title: str
    role: str
    url_name: str
    query: str = ""

    @property
    def address(self) -> str:
        """Empty where the program has no such page."""
        try:
            return reverse(self.url_name) + (f"?{self.query}" if self.query else "")
        except NoReverseMatch:
            return ""


def _cases(title: str, **query: str) -> Page:
    return Page(f"cases: {title}", "inspector", "cases:list", urlencode(query))


PAGES = (
    _cases("newest"),
    _cases("open", state="open"),
    _cases("handed in", state="handed_in"),
    _cases("closed", state="closed"),
    _cases("due within three days", state="soon"),
    _cases("violations", kind="violation"),
    _cases("red", level="red"),
    _cases("one mine", mine="1"),
    _cases("overdue", overdue="on"),
    _cases("red, open, overdue", level="red", state="open", overdue="on"),
    _cases("found in one month", found_from="2025-05-01", found_to="2025-05-31"),
    _cases("a clause", clause="2026-3"),
    _cases("recurring", recurrence="1"),
    _cases("open for 30 to 90 days", state="open", age_from="30", age_to="90"),
    _cases("office", node="13"),
    _cases("search 甲烷", q="甲烷"),
    _cases("search 甲烷 传感器 CH4", q="甲烷传感器 CH4"),
    _cases("search, one character", q="烷"),
    _cases("search, nothing there", q="龙卷风"),
    _cases("search, number", q="2025-0123"),
    _cases("search 甲烷, open, overdue", q="甲烷", state="open", overdue="on"),
    Page("due and waiting", "inspector", "cases:due"),
    Page("tasks of a mine", "mine", "cases:mine_tasks"),
    Page("head's figures", "office_head", "registry:head"),
    Page("search at the top", "inspector", "registry:search", "q=2025-000123"),
    Page("mines", "inspector", "registry:mines"),
    Page("cameras", "inspector", "registry:cameras"),
    Page("cameras by name", "inspector", "registry:cameras", "q=14"),
    Page("edges", "operations", "registry:edges"),
    Page("users", "administrator", "registry:users"),
    Page("offices", "administrator", "registry:nodes"),
    Page("audit trail", "office_head", "audit:trail"),
    Page("events", "inspector", "video:events"),
    Page("events waiting", "video_watch", "video:events", "state=waiting"),
    Page("events of a scene", "inspector", "video:events", "scene=no_helmet"),
    Page("cameras' health", "operations", "video:health"),
    Page("live", "video_watch", "video:live"),
    Page("hazards", "inspector", "hazards:list"),
    Page("major hazards: board", "inspector", "major_hazards:board"),
    Page("major hazards: reports", "inspector", "major_hazards:reports"),
    Page("look-back campaigns", "inspector", "lookback:campaigns"),
    Page("workbooks", "inspector", "workbooks:batches"),
    Page("documents", "inspector", "documents:list"),
    Page("supervision orders", "office_head", "escalation:orders"),
    Page("notices", "inspector", "notices:list"),
    Page("jobs", "administrator", "jobs:list"),
)
