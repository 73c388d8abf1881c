"""What a notice says, in the reader's language."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from minewarden.center.escalation.telling import days_from
from minewarden.center.notices.rules import rules
from minewarden.center.notices.wording import TEXTS, text, when

ZONE = ZoneInfo("Asia/Shanghai")
DEADLINE = datetime(2026, 11, 20, 23, 59, 59, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("left", "chinese", "english"),
    [
        (timedelta(days=3), "还剩 3 天", "3 days left"),
        (timedelta(days=1, hours=23, minutes=55), "还剩 2 天", "2 days left"),
        (timedelta(days=1), "还剩 1 天", "1 day left"),
        (timedelta(hours=23), "今天到期", "due today"),
        (timedelta(minutes=1), "今天到期", "due today"),
        (timedelta(0), "逾期不足 1 天", "overdue for less than a day"),
        (-timedelta(hours=23), "逾期不足 1 天", "overdue for less than a day"),
        (-timedelta(days=1), "逾期 1 天", "1 day overdue"),
        (-timedelta(days=3, minutes=4), "逾期 3 天", "3 days overdue"),
    ],
)
def test_days_are_said_as_people_count_them(left: timedelta, chinese: str, english: str):
    late, days = days_from(DEADLINE, DEADLINE - left, ZONE)
    with translation.override("zh-hans"):
        assert when(overdue=late, days=days) == chinese
    with translation.override("en"):
        assert when(overdue=late, days=days) == english


def test_a_digest_lists_what_there_is_in_its_order_and_leaves_out_what_is_none():
    counts = {"counts": {"soon": 2, "overdue": 3, "to_do": 0}}
    with translation.override("zh-hans"):
        assert text("digest", counts) == "今日提要：逾期 3 项，三日内到期 2 项"
    with translation.override("en"):
        assert text("digest", counts) == "Today: 3 overdue, 2 due within three days"


def test_a_kind_of_a_later_version_is_shown_by_its_name():
    assert text("weather.storm", {"case": "2026-000001"}) == "weather.storm 2026-000001"


@pytest.mark.parametrize("kind", sorted(TEXTS))
def test_every_kind_has_words_in_both_languages(kind: str):
    params = {
        "case": "2026-000001 护栏", "mine": "青石煤矿", "days": 3, "count": 12, "action": "assign", "who": "王工",
        "bound": "甲川市局", "counts": {"overdue": 1}, "lead": "顾局", "begins": "2026-11-01", "ends": "2026-11-30",
        "day": "2026-11-09", "names": "严青、陆远",
    }  # fmt: skip
    said = set()
    for language in ("zh-hans", "en"):
        with translation.override(language):
            said.add(text(kind, params))
    assert len(said) == 2
    assert not any("%" in words for words in said)


def test_every_rule_names_an_action_of_the_table():
    from minewarden.center.cases.transitions import table

    known = {action for _kind, _state, action in table().moves} | {"open", "edit"}
    known |= {"extension_requested", "extension_approved", "extension_refused"}
    assert {action for rule in rules() for action in rule.actions} <= known
