"""The daily log: one entry a member and day, missing days are shown, a correction keeps the first words."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from minewarden.center.audit.files import record_path
from minewarden.center.jobs.registry import kind_of
from minewarden.center.notices.models import Notice
from minewarden.center.resident_teams import services
from minewarden.center.resident_teams.models import LogEntry, LogPhoto, Mission
from minewarden.center.resident_teams.queries import missing_days, to_write
from minewarden.center.resident_teams.services import Day
from minewarden.center.resident_teams.telling import remind
from tests.center.cases.conftest import picture
from tests.center.resident_teams.missions import day, lead_of, on_site, planned, refused
from tests.center.world import World


@pytest.fixture
def mission(world: World) -> Mission:
    """On site since three days ago."""
    found = planned(world, begins_on=day(-3), ends_on=day(20))
    return services.arrive(found.pk, world.users["office_head"], day(-3))


def write(world: World, mission: Mission, offset: int = 0, who: str = "inspector", **other) -> LogEntry:
    user = world.users[who]
    member = mission.members.get(user=user)
    written = Day(
        **({"day": day(offset), "text": "查 3101 回风流", "hours": Decimal("6.5"), "looked_at": "3101"} | other)
    )
    return services.write_log(mission.pk, member.pk, user, written)


def test_a_member_writes_a_day_once(world: World, mission: Mission):
    entry = write(world, mission, photos=[picture("teal")])
    assert (entry.hours, entry.version) == (Decimal("6.5"), 1)
    photo = LogPhoto.objects.get(entry=entry)
    assert record_path(photo.file_id).is_file()
    refused("day_taken", write, world, mission)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"offset": 1}, "day_ahead"),
        ({"offset": -4}, "not_there"),
        ({"text": " "}, "text_wanted"),
        ({"hours": Decimal(0)}, "hours_wanted"),
        ({"hours": Decimal(25)}, "hours_wanted"),
        ({"away": True}, "away_hours"),
    ],
)
def test_what_makes_no_sense_is_refused(world: World, mission: Mission, wrong: dict, code: str):
    refused(code, write, world, mission, **wrong)


def test_a_refused_entry_leaves_no_picture_behind(world: World, mission: Mission, settings):
    refused("hours_wanted", write, world, mission, hours=Decimal(0), photos=[picture("navy")])
    assert not [path for path in settings.RECORDS_DIR.rglob("*") if path.is_file()]


def test_everybody_writes_their_own_day_and_the_team_that_of_an_expert(world: World, mission: Mission):
    other, expert = mission.members.get(user=world.users["inspector"]), mission.members.get(user=None)
    written = Day(day(0), "指导测风", Decimal(3))
    refused("not_of_the_team", services.write_log, mission.pk, other.pk, world.users["inspector_2"], written)
    refused("not_yours", services.write_log, mission.pk, other.pk, lead_of(world), written)
    entry = services.write_log(mission.pk, expert.pk, world.users["inspector"], written)
    assert (str(entry.member), entry.written_by) == ("李工（通风专家）", world.users["inspector"])


def test_a_correction_keeps_what_was_written_first(world: World, mission: Mission):
    entry = write(world, mission)
    new = Day(entry.day, "查 3103 回风流", Decimal(5), "3103", photos=[picture("black")])
    inspector = world.users["inspector"]
    refused("reason_wanted", services.correct_log, entry.pk, mission.pk, inspector, new, "")
    services.correct_log(entry.pk, mission.pk, inspector, new, "工作面写错")
    entry.refresh_from_db()
    assert (entry.text, entry.hours, entry.version) == ("查 3103 回风流", Decimal(5), 2)
    (first,) = entry.earlier.all()
    assert (first.text, first.hours, first.reason) == ("查 3101 回风流", Decimal("6.5"), "工作面写错")
    assert entry.photos.count() == 1


def test_only_who_wrote_it_or_the_lead_corrects(world: World, mission: Mission):
    entry = write(world, mission)
    people = ([world.users["inspector"], world.users["inspector_2"]], [])
    services.set_team(mission.pk, world.users["office_head"], lead_of(world), people, "增员")
    new = Day(entry.day, "改", Decimal(1))
    refused("not_yours", services.correct_log, entry.pk, mission.pk, world.users["inspector_2"], new, "看错")
    services.correct_log(entry.pk, mission.pk, lead_of(world), new, "核对后更正")


def test_a_day_is_not_written_long_afterwards(world: World):
    mission = planned(world, begins_on=day(-30), ends_on=day(20))
    services.arrive(mission.pk, world.users["office_head"], day(-30))
    refused("too_late", write, world, mission, -15)
    write(world, mission, -14)


def test_missing_days_are_those_of_the_member_in_the_team_that_nobody_wrote(world: World, mission: Mission):
    write(world, mission, -2)
    missing = {str(member): days for member, days in missing_days(mission, day(-1)).items()}
    assert missing == {"监察员甲": [day(-3), day(-1)], "李工（通风专家）": [day(-3), day(-2), day(-1)]}
    write(world, mission, -3, away=True, hours=Decimal(0), text="轮休")
    assert next(iter(missing_days(mission, day(-1)).values())) == [day(-1)]


def test_today_waits_for_who_has_not_written_it(world: World, mission: Mission):
    inspector = world.users["inspector"]
    assert to_write(inspector).count() == 1
    write(world, mission)
    assert to_write(inspector).count() == 0


def test_the_lead_is_told_once_of_yesterdays_missing_log(world: World, mission: Mission):
    write(world, mission, -1)
    assert remind(mission, day(0)) == 1
    assert remind(mission, day(0)) == 0
    (notice,) = Notice.objects.filter(kind="missions.log_missing")
    assert notice.user == lead_of(world)
    assert notice.params["names"] == "李工（通风专家）"


def test_three_days_before_the_end_the_lead_is_told_what_does_not_hold(world: World):
    mission = on_site(world, ends_on=day(3))
    assert remind(mission, day(-1)) == 0
    assert remind(mission, day(0)) == 1
    (notice,) = Notice.objects.filter(kind="missions.ends_unmet")
    assert notice.params["count"] == "1"  # measures: none was agreed; the free condition is not confirmed
    assert remind(mission, day(0)) == 0


def test_the_nightly_job_looks_at_every_team_on_site(world: World, mission: Mission):
    class Run:
        def progress(self, *_: object) -> None:
            """Nothing."""

    kind = kind_of("missions.remind")
    assert kind is not None
    assert kind.handler(Run()) == {"told": 1}
    assert mission.ends_on - timezone.localdate() > timedelta(days=3)
