"""The digest of the day: by role, once, about one's own offices and mines, and none where there is nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from minewarden.center.jobs.registry import rhythms
from minewarden.center.jobs.services import enqueue
from minewarden.center.jobs.worker import run_pending
from minewarden.center.notices.digest import tell_role
from minewarden.center.notices.models import Notice
from minewarden.center.notices.wording import text

pytestmark = pytest.mark.django_db


def digest(user) -> list[str]:
    return [text(row.kind, row.params) for row in Notice.objects.filter(user=user, kind="digest").order_by("pk")]


def test_each_role_hears_its_own_counts(world, walker):
    walker.to("handed_in")
    walker.to("assigned")
    walker.to("assigned")
    walker.to("verified")
    now = timezone.now() + timedelta(days=8)
    for role in ("mine", "inspector", "office_head"):
        tell_role(role, now)
    assert digest(world.users["mine_a"]) == ["今日提要：逾期 2 项，待整改 2 项"]
    assert digest(world.users["inspector"]) == ["今日提要：逾期 2 项，待验收 1 项，待下达 1 项"]
    assert digest(world.users["office_head"]) == ["今日提要：逾期 2 项，未办结 4 项"]


def test_who_has_nothing_is_told_nothing(world, walker):
    walker.to("assigned")
    for role in ("mine", "inspector"):
        tell_role(role, timezone.now())
    assert digest(world.users["mine_b"]) == []
    assert digest(world.users["inspector_b"]) == []


def test_once_a_day_however_often_it_runs(world, walker):
    walker.to("assigned")
    now = timezone.now()
    assert tell_role("mine", now) == 1
    assert tell_role("mine", now) == 0
    assert tell_role("mine", now + timedelta(days=1)) == 1


def test_it_is_a_periodic_job_at_the_time_of_its_role(world, walker):
    walker.to("assigned")
    assert rhythms()["notices.digest.mine"].at.isoformat() == "07:00:00"
    with time_machine.travel(timezone.now()):
        job = enqueue("notices.digest.mine")
        run_pending()
    job.refresh_from_db()
    assert job.result == {"told": 1}
