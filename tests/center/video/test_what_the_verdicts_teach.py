"""The page of what the verdicts say: counted by day with every verdict, and right after any order of verdicts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from minewarden.center.video import tally
from minewarden.center.video.chart import chart, nice_top
from minewarden.center.video.learning import Chosen, Count, learned, wilson
from minewarden.center.video.models import ReviewTally
from minewarden.center.video.services import Given, judge
from tests.center.video.reviewed import decided
from tests.center.world import World

pytestmark = pytest.mark.django_db


def counted() -> list[tuple[object, ...]]:
    names = ("day", "mine_id", "camera_id", "scene", "model", "settings_version", "state", "reason", "events")
    return sorted(ReviewTally.objects.filter(events__gt=0).values_list(*names))


def of_today() -> Chosen:
    today = timezone.localdate()
    return Chosen(today - timedelta(days=3), today)


def test_every_verdict_is_counted_and_one_taken_back_is_not(world: World) -> None:
    watcher = world.users["video_watch"]
    for verdict in ("reject", "reject", "confirm"):
        last = decided(world, watcher, verdict)
    decided(world, watcher, camera=world.camera_a2, scene="forbidden_zone", label="zone", model=None)
    assert sorted(row[-3:] for row in counted()) == [
        ("confirmed", "", 1),
        ("rejected", "false_alarm", 1),
        ("rejected", "false_alarm", 2),
    ]
    judge(watcher, last, Given("undo"))
    before = counted()
    assert sum(row[-1] for row in before) == 3
    assert tally.wrong_days() == []
    ReviewTally.objects.all().delete()
    assert len(tally.wrong_days()) == 1
    for day in tally.wrong_days():
        assert tally.recount(day) == 3
    assert counted() == before


def test_the_page_counts_by_scene_model_and_camera_with_what_that_costs(world: World, client: Client) -> None:
    watcher = world.users["video_watch"]
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for verdict in ("confirm", "reject", "reject", "reject"):
            clock.shift(20)
            decided(world, watcher, verdict)
        decided(world, watcher, camera=world.camera_a2)
    found = learned(watcher, of_today())
    assert (found.total.confirmed, found.total.rejected) == (1, 4)
    assert found.models == [("no_helmet", "starter 2", Count(1, 4))]
    assert [(line.code, line.count.rejected, line.reasons) for line in found.cameras] == [
        (world.camera_a.code, 3, [("误报", 3)]),
        (world.camera_a2.code, 1, [("误报", 1)]),
    ]
    assert (found.look, found.cameras[0].minutes, found.timed) == (20, 1.0, 3)
    client.force_login(world.users["operations"])
    client.get(reverse("video:learning"))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = client.get(reverse("video:learning"), {"camera": world.camera_a.code}).content.decode()
    assert len(queries) <= 13, len(queries)
    assert "starter 2" in page
    assert page.count('class="bar-rejected"') == 30


def test_another_city_sees_nothing_of_it(world: World, client: Client) -> None:
    decided(world, world.users["video_watch"])
    assert learned(world.users["inspector_b"], of_today()).total.total == 0


def test_a_period_that_makes_no_sense_is_said(world: World, client: Client) -> None:
    client.force_login(world.users["operations"])
    for query in ({"since": "2026-11-20", "until": "2026-11-01"}, {"since": "2020-01-01"}):
        page = client.get(reverse("video:learning"), query)
        assert page.status_code == 200
        assert "errorlist" in page.content.decode() or "field-error" in page.content.decode()


@pytest.mark.parametrize(("hits", "total", "low", "high"), [(0, 0, 0, 1), (8, 10, 0.490, 0.943), (50, 50, 0.929, 1)])
def test_the_interval_is_wilsons(hits: int, total: int, low: float, high: float) -> None:
    assert wilson(hits, total) == pytest.approx((low, high), abs=0.001)


@pytest.mark.parametrize(("days", "step", "bars"), [(2, "day", 2), (62, "day", 62), (63, "week", 9), (400, "week", 58)])
def test_the_chart_has_a_bar_for_every_stretch_and_no_more_than_can_be_told_apart(
    days: int, step: str, bars: int
) -> None:
    until = date(2026, 11, 22)
    since = until - timedelta(days=days - 1)
    drawn = chart({until: Count(3, 9), since: Count(1, 0)}, since, until)
    assert (drawn.step, len(drawn.bars)) == (step, bars)
    assert sum(bar.count.total for bar in drawn.bars) == 13
    highest = max(drawn.bars, key=lambda bar: bar.count.total)
    assert highest.rejected_y >= 12
    assert len(drawn.ticks) <= 9


@pytest.mark.parametrize(("most", "top"), [(0, 4), (3, 4), (12, 20), (41, 60), (390, 400), (1001, 2000)])
def test_the_scale_ends_at_a_round_number(most: int, top: int) -> None:
    assert nice_top(most) == top
