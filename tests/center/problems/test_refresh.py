"""A night reads only what is new or was changed, and must give what reading everything gives."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from minewarden.center.audit.services import act
from minewarden.center.cases.models import Case
from minewarden.center.enforcement.models import Inspection, InspectionCase
from minewarden.center.notices.models import Notice
from minewarden.center.problems.kept import differing, facts_anew, facts_refreshed
from minewarden.center.problems.models import KeptFacts, Run, Word
from minewarden.center.problems.running import search
from minewarden.center.problems.services import add_word
from minewarden.center.problems.vocabulary import office_lexicon
from minewarden.center.registry.models import Role, User
from minewarden.center.video.models import Event
from tests.center.problems import office
from tests.center.world import World, make_user

NOW = datetime(2026, 9, 10, 4, tzinfo=UTC)
DAY = date(2026, 9, 10)
CHANGES = (
    *("add", "add_unlinked", "text", "clause", "close", "reject", "take_back", "move", "found_earlier"),
    *("found_long_ago", "unlink", "link", "withdraw_inspection", "inspection_of_other_mine", "hours", "zone", "word"),
    *("video", "other_scene", "day", "year"),
)
# Those that change what is kept of a case.
OF_CASES = (
    *("add", "add_unlinked", "text", "clause", "close", "reject", "take_back", "move", "found_earlier"),
    *("found_long_ago", "unlink", "zone", "video", "other_scene"),
)


@pytest.fixture
def known(world: World) -> World:
    mines = office.mines(world.city_a, 8)
    make_user("lexicon", Role.OFFICE_HEAD, world.province)
    office.live(mines, DAY, {(mines[3].code, "INV-2.1"): 0.75}, days=(240, 1))
    return world


def both(now: datetime) -> Run:
    """A search of what is new, and one of everything after it; they must agree in every figure."""
    refreshed = search(None, now)
    anew = search(None, now, anew=True)
    assert (anew.anew, anew.differed) == (True, 0)
    assert anew.input_sha256 == refreshed.input_sha256
    assert anew.output_sha256 == refreshed.output_sha256
    assert anew.counts == refreshed.counts
    return refreshed


def test_the_first_search_reads_all_and_the_next_only_what_is_new(known):
    first = search(None, NOW)
    cases = Case.objects.filter(kind="hazard").count()
    assert (first.anew, first.cases_read, first.differed) == (True, cases, None)
    second = search(None, NOW)
    assert (second.anew, second.cases_read) == (False, 0)
    assert second.output_sha256 == first.output_sha256
    with act("test.add", None):
        office.inspect(office.known()[0], DAY - timedelta(days=1), ["INV-2.1", "INV-4.1"], "新")
    third = search(None, NOW)
    assert (third.anew, third.cases_read) == (False, 2)
    assert third.counts["inspection"]["findings"] == second.counts["inspection"]["findings"] + 2


def test_after_a_week_all_is_read_again_and_compared(known):
    search(None, NOW)
    assert search(None, NOW + timedelta(days=6)).anew is False
    weekly = search(None, NOW + timedelta(days=7))
    assert (weekly.anew, weekly.differed) == (True, 0)


def test_kept_facts_that_somebody_changed_are_not_believed(known):
    first = search(None, NOW)
    row = KeptFacts.objects.first()
    row.facts = KeptFacts.objects.last().facts
    row.save()
    second = search(None, NOW)
    assert (second.anew, second.output_sha256) == (True, first.output_sha256)


def test_what_went_past_the_chain_is_found_by_the_weekly_count_and_said(known):
    operations = make_user("weekly_operations", Role.OPERATIONS, known.province)
    search(None, NOW)
    case = Case.objects.filter(kind="hazard").order_by("pk").first()
    # Nothing but raw SQL writes past the chain.
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET clause = 'INV-5.5', description = 'x' WHERE number = %s", [case.number])
    assert search(None, NOW).differed is None
    weekly = search(None, NOW + timedelta(days=8))
    assert weekly.differed == 1
    assert Notice.objects.filter(user=operations, kind="problems.differed").count() == 1


def test_each_change_of_a_case_is_seen_by_itself(known):
    run = search(None, NOW)
    words, sha256 = office_lexicon()
    before = facts_anew(run.begins_on, words)
    for number, change in enumerate(OF_CASES, 7):
        with act("test.change", None):
            Change(known, number, DAY).do(change)
        now, kept = facts_anew(run.begins_on, words), facts_refreshed(run, run.begins_on, words, sha256)
        assert set(before.of("inspection") + before.of("video")) != set(now.of("inspection") + now.of("video")), change
        assert (change, differing(kept, now, without=set())) == (change, 0)
        before = now


NIGHT = st.lists(st.tuples(st.sampled_from(CHANGES), st.integers(0, 999)), min_size=1, max_size=5)


@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.generate],  # the records of one example go on in the next: nothing could be shrunk
)
@given(st.lists(NIGHT, min_size=4, max_size=5))
def test_a_refreshed_search_is_the_search_from_nothing(known, nights):
    now = NOW
    search(None, now)
    for changes in nights:
        for change, number in changes:
            if change in ("day", "year"):
                now += timedelta(days=1 if change == "day" else 400)
                continue
            with act("test.change", None):
                Change(known, number, now.date()).do(change)
        run = search(None, now)
        words, sha256 = office_lexicon()
        kept = facts_refreshed(run, run.begins_on, words, sha256)
        assert kept is not None
        assert (kept.read, differing(kept, facts_anew(run.begins_on, words))) == (0, 0)
    both(now)


class Change:
    """One change of the office's records, chosen by a number."""

    def __init__(self, world: World, number: int, today: date) -> None:
        self.world, self.number, self.today = world, number, today
        self.mines = office.known()
        self.mine = self.mines[number % len(self.mines)]

    def do(self, change: str) -> None:
        """Make it; where there is nothing to change, nothing is."""
        getattr(self, change)()

    def add(self) -> None:
        """An inspection that finds something."""
        day = self.today - timedelta(days=1 + self.number % 40)
        office.inspect(self.mine, day, [], uuid.uuid4().hex[:6])
        visit = Inspection.objects.latest("pk")
        InspectionCase.objects.create(inspection=visit, case=self._case(self.mine, day, "INV-2.1"))

    def add_unlinked(self) -> None:
        """A hazard of no inspection, perhaps of a day with one."""
        visit = Inspection.objects.filter(mine=self.mine).order_by("-began_on").first()
        self._case(self.mine, visit.began_on if self.number % 2 else self.today, "INV-4.1")

    def text(self) -> None:
        """Another text."""
        self._put(description=f"顶板离层仪损坏第{self.number}处")

    def clause(self) -> None:
        """Another clause, or none."""
        self._put(clause=("", "INV-8.1", "INV-1.1")[self.number % 3])

    def close(self) -> None:
        """Closed on another day."""
        self._put(closed_at=datetime.combine(self.today, datetime.min.time(), UTC))

    def reject(self) -> None:
        """Rejected."""
        self._put(state="rejected")

    def take_back(self) -> None:
        """No longer rejected."""
        rejected = Case.objects.filter(state="rejected").first()
        if rejected is not None:
            rejected.state = "closed"
            rejected.save()

    def move(self) -> None:
        """At another mine."""
        self._put(mine=self.mine, node=self.mine.node)

    def found_earlier(self) -> None:
        """Found a month before."""
        case = self._any()
        case.found_at -= timedelta(days=31)
        case.save()

    def found_long_ago(self) -> None:
        """Found before everything that is looked at."""
        self._put(found_at=datetime(2020, 1, 1, tzinfo=UTC))

    def unlink(self) -> None:
        """A link to its inspection taken back."""
        self._row(InspectionCase, withdrawn=True)

    def link(self) -> None:
        """Found by another inspection too."""
        visit, case = self._pick(Inspection), self._any()
        if not InspectionCase.objects.filter(inspection=visit, case=case).exists():
            InspectionCase.objects.create(inspection=visit, case=case)

    def withdraw_inspection(self) -> None:
        """An inspection that never was."""
        self._row(Inspection, withdrawn=True)

    def inspection_of_other_mine(self) -> None:
        """An inspection of another mine."""
        self._row(Inspection, mine=self.mine)

    def hours(self) -> None:
        """An inspection without time, or with more."""
        self._row(Inspection, hours_on_site=self.number % 3 * 4)

    def zone(self) -> None:
        """A mine whose days begin at another time."""
        self.mine.time_zone = "Asia/Shanghai" if self.mine.time_zone == "America/Anchorage" else "America/Anchorage"
        self.mine.save()

    def word(self) -> None:
        """A word more in the lexicon."""
        if not Word.objects.filter(word=f"托盘{self.number}").exists():
            add_word(
                User.objects.get(username="lexicon"),
                kind="synonym",
                word=f"托盘{self.number}",
                stands_for="托板",
                note="",
            )

    def video(self) -> None:
        """A violation that a camera saw."""
        day = self.today - timedelta(days=self.number % 10)
        case = self._case(self.world.mine_a, day, "", kind="violation")
        event = Event(
            id=uuid.uuid4(), edge=self.world.edge_a, camera=self.world.camera_a, place=self.world.place_a,
            mine=self.world.mine_a, scene="no_helmet", label="x", started_at=case.found_at, revision=1, confidence=0.9,
            settings_version=1, received_at=case.found_at, urgency=2, case=case,
        )  # fmt: skip
        event.save(force_insert=True)

    def other_scene(self) -> None:
        """Another scene of an event."""
        event = Event.objects.order_by("pk").first()
        if event is not None:
            event.scene = f"scene_{self.number}"
            event.save()

    def _case(self, mine: Any, day: date, clause: str, kind: str = "hazard") -> Case:
        key = uuid.uuid4()
        at = datetime(day.year, day.month, day.day, self.number % 24, tzinfo=UTC)
        case = Case(
            id=key, number=f"{day.year}-{key.int % 10**7:07d}", kind=kind, state="closed", mine=mine, node=mine.node,
            title="托辊损坏", description=f"托辊损坏第{self.number}处", level="yellow", found_at=at, clause=clause,
        )  # fmt: skip
        case.save(force_insert=True)
        return case

    def _pick(self, model: Any) -> Any:
        rows = model.objects.order_by("pk")
        return rows[self.number % rows.count()]

    def _any(self) -> Case:
        rows = Case.objects.filter(kind="hazard").order_by("pk")
        return rows[self.number % rows.count()]

    def _put(self, **columns: Any) -> None:
        case = self._any()
        for name, value in columns.items():
            setattr(case, name, value)
        case.save()

    def _row(self, model: Any, **columns: Any) -> None:
        row = self._pick(model)
        for name, value in columns.items():
            setattr(row, name, value)
        row.save()
