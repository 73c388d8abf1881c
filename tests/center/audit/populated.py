"""An office with at least one row in every audited table and a kept file of each kind."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from django.http import QueryDict
from django.utils import timezone

from minewarden.center.accounts import tokens
from minewarden.center.audit import files
from minewarden.center.audit.services import act
from minewarden.center.cases import extensions
from minewarden.center.cases.columns import CASES
from minewarden.center.cases.models import CalendarDay, Case
from minewarden.center.documents import services as documents
from minewarden.center.escalation.scan import scan
from minewarden.center.escalation.services import sync_ladder
from minewarden.center.hazards.models import Catalogue, Clause, ClauseWording
from minewarden.center.hazards.services import relate
from minewarden.center.lists.services import share_view
from minewarden.center.lookback import checks
from minewarden.center.major_hazards.quarters import Quarter
from minewarden.center.major_hazards.services import write_report
from minewarden.center.notices.models import Channel
from minewarden.center.notices.services import save_channel
from minewarden.center.problems import services as problems
from minewarden.center.problems.models import Reckoning, Word
from minewarden.center.ranking.models import Setting
from minewarden.center.registry.models import Edge, LoginFailure, Person
from minewarden.center.video.models import (
    ApprovedActivity,
    BlindInterval,
    CaseEvent,
    Event,
    Evidence,
    LabelledExport,
    Lesson,
    Verdict,
)
from minewarden.center.workbooks import services as workbooks
from minewarden.center.workbooks.exporting import export
from minewarden.center.workbooks.spec import sheet_of
from tests.center.access_rows.problems import candidate, problem
from tests.center.access_rows.ranking import frozen, taken_off
from tests.center.access_rows.resident_teams import working
from tests.center.access_rows.workbooks import batch_of
from tests.center.accidents.records import accident, hours
from tests.center.accounts.conftest import with_factor
from tests.center.cases.conftest import Walker, picture
from tests.center.documents.conftest import word_file
from tests.center.enforcement.records import campaign, inspection, penalty
from tests.center.hazards.conftest import Recorder
from tests.center.lookback.office import closed_cases, running
from tests.center.world import World


def populate(world: World) -> Case:
    """Fill the world; answers the case that went furthest."""
    walker = Walker(world)
    extended = walker.to("assigned")
    extension = extensions.request_extension(
        extended.pk, world.users["mine_a"], until=extended.due_at + timedelta(days=3), reason="等配件",
        expected_version=extended.version,
    )  # fmt: skip
    extensions.decide_extension(
        extension.pk, world.users["office_head"], approve=True, reason="", expected_version=extended.version + 1
    )
    with act("test.people", None):
        Person(name="王工", post="机电队长", node=world.mine_a.node).save()
        LoginFailure(username="mine_a", address="192.0.2.7").save()
        CalendarDay(day=date(2027, 2, 6), working=True, note="调休").save()
    _documents(world, walker)
    _accounts(world)
    third = Quarter(2026, 3)
    write_report(world.mine_a, third, world.users["mine_a"], remarks="无", plan="无", expected_version=0)
    case = walker.to("handed_in")
    case = walker.do(case, "accept", "inspector", reason="合格", proofs=[picture("green")])
    _video(world, world.edge_a, case)
    _lists(world)
    _clauses()
    _hazards(world)
    _look_back(world)
    _escalation(world, walker)
    _workbooks(world)
    _enforcement(world, case)
    _problems(world)
    _ranking(world)
    working(world)  # a resident team
    return case


def _problems(world: World) -> None:
    problems.dismiss(candidate(world, "another").pk, world.users["inspector"], "口径变化")
    with act("test.problems", None):
        Word(kind="place", word="老空区").save()
        Reckoning(
            problem=problem(world),
            purpose="nightly",
            verdict="too_little",
            figures={"low": 2.5e-7, "high": None, "ratio": 0.1 + 0.2, "n": [1, 2.0]},
            at=timezone.now(),
        ).save()


def _ranking(world: World) -> None:
    """A mine taken off the list, a frozen record, and how many teams there are."""
    taken_off(world)
    frozen(world)
    with act("tests.teams", None):
        Setting(key="teams", value=4, decided_at=timezone.now()).save()


def _enforcement(world: World, case: Case) -> None:
    inspection(world, ended_on=date(2026, 8, 9), kind="campaign", campaign=campaign(world), case_numbers=[case.number])
    penalty(world, case_numbers=[case.number])
    accident(world)
    hours(world)


def _workbooks(world: World) -> None:
    """A workbook whose columns were named, and a list that was taken out."""
    batch, inspector = batch_of(world), world.users["inspector"]
    mapping = {int(index): name for index, name in batch.mapping.items()}
    workbooks.name_columns(batch, inspector, mapping, queue=False)
    sheet = sheet_of("hazards")
    assert sheet is not None
    with TemporaryDirectory() as folder:
        export(inspector, sheet, QueryDict(), Path(folder) / "hazards.csv", "csv")


def _escalation(world: World, walker: Walker) -> None:
    """A case that is late enough for a supervision order, and a channel to the outside."""
    sync_ladder()
    late = walker.to("verified", case=walker.open(level="red"))
    walker.do(late, "assign", "inspector", due_at=timezone.now() + timedelta(hours=1), responsible="王工")
    scan(timezone.now() + timedelta(days=9))
    columns = {"name": "市局群", "node": world.city_a, "url": "json://127.0.0.1:9/hook"}
    save_channel(world.users["administrator"], Channel(), **columns)


def _look_back(world: World) -> None:
    closed_cases(world.mine_a, 1, acceptor=world.users["inspector"])
    check = running(world, "inspector_2").checks.select_related("case").get()
    found = checks.Found("never_put_right", "仅有资料", [picture("black")], charge="验收时未到现场")
    checks.record(check.pk, world.users["inspector_2"], found, expected_version=check.case.version)


def _hazards(world: World) -> None:
    record = Recorder(world)
    first, second = (record(found_at=timezone.now(), clause_code="local-1", photos=[picture("teal")]) for _ in range(2))
    relate(second.pk, world.users["inspector"], expected_version=1, other_id=first.pk, answer="again")


def _clauses() -> None:
    with act("test.clauses", None):
        catalogue = Catalogue.objects.create(key="local", name="本局目录", kind="ordinary", valid_from=date(2026, 1, 1))
        clause = Clause.objects.create(
            catalogue=catalogue, code="local-1", title="护栏缺失", text="护栏缺一段。", valid_from=date(2026, 1, 1),
            worded_from=date(2026, 7, 1),
        )  # fmt: skip
        ClauseWording.objects.create(
            clause=clause, title="护栏", text="护栏不全。", valid_from=date(2026, 1, 1), valid_to=date(2026, 6, 30)
        )


def _accounts(world: World) -> None:
    with_factor(world.users["inspector"])
    until = timezone.now() + timedelta(days=30)
    tokens.make_token(world.users["administrator"], world.users["nobody"], name="对接", valid_until=until)


def _documents(world: World, walker: Walker) -> None:
    administrator = world.users["administrator"]
    documents.put_template("stop_order", administrator, word_file("{{ mine }} {{ number }}"))
    documents.set_letterhead(administrator, world.city_a, name="甲川市局", word="甲煤监")
    documents.issue(walker.to("ordered", "major_hazard").pk, "stop_order", world.users["inspector"])


def _lists(world: World) -> None:
    share_view(world.users["office_head"], CASES, name="挂牌逾期", query="overdue=on", node=world.city_a)


def _video(world: World, edge: Edge, case: Case) -> None:
    now = timezone.now()
    content = picture("navy").read()
    sha256 = hashlib.sha256(content).hexdigest()
    path = files.new_incoming_path()
    path.write_bytes(content)
    files.keep(path, sha256)
    with act("test.video", None):
        event = Event.objects.create(
            id=uuid4(), edge=edge, camera=world.camera_a, place=world.place_a, mine=world.mine_a, scene="no_helmet",
            label="no_helmet", started_at=now, revision=1, confidence=0.75, model={"name": "starter"},
            settings_version=1, received_at=now, urgency=2, case=case,
        )  # fmt: skip
        Evidence.objects.create(
            id=uuid4(), event=event, kind="snapshot", media_type="image/jpeg", size=len(content), sha256=sha256,
            complete_at=now,
        )  # fmt: skip
        Verdict.objects.create(
            event=event, action="confirm", old_state="waiting", new_state="confirmed",
            by=world.users["video_watch"], at=now,
        )  # fmt: skip
        BlindInterval.objects.create(
            id=uuid4(), camera=world.camera_a, mine=world.mine_a, edge=edge, reason="offline", started_at=now
        )
        _activity_and_learning(world, event, sha256)


def _activity_and_learning(world: World, event: Event, sha256: str) -> None:
    inspector, now = world.users["inspector"], timezone.now()
    CaseEvent.objects.create(
        event=event, case=event.case, mine=world.mine_a, at=now, rule="truck_out", weight=1, mine_state="stopped",
        added_at=now,
    )  # fmt: skip
    ApprovedActivity.objects.create(
        mine=world.mine_a, work="pumping", excepted=["people_in"], people=4, valid_from=now,
        valid_until=now + timedelta(days=9), document="甲煤监〔2026〕12号", entered_by=inspector, entered_at=now,
    )  # fmt: skip
    Lesson.objects.create(
        event=event, camera=world.camera_a, mine=world.mine_a, scene="no_helmet", kind="threshold",
        value={"confidence": 0.8}, before={"confidence": 0.5}, lost=1, confirmed=9, old_version=1, new_version=2,
        by=inspector, at=now,
    )  # fmt: skip
    LabelledExport.objects.create(
        id=uuid4(), exported_by=inspector, exported_at=now, chosen={"scene": "no_helmet"}, pictures=1, boxes=0,
        size=event.evidence.get().size, sha256=sha256,
    )  # fmt: skip
