"""Random people do random things to a case, and a second reading of the rules foretells each outcome.

The model below knows only the data files (``transitions.toml``, ``roles.toml``, ``clocks.toml``) and what this file
says of guards and dates; it shares no code with the engine. After every attempt the case must be what the model says.
"""

from __future__ import annotations

import tomllib
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from minewarden.center import cases as package
from minewarden.center import registry
from minewarden.center.audit.services import act
from minewarden.center.cases import extensions, services
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import CalendarDay, Case, Extension
from minewarden.center.cases.working_days import add_days
from minewarden.center.registry.models import Role
from minewarden.center.registry.services import grant_role
from tests.center.cases.conftest import Walker, picture, states_on
from tests.center.world import World, make_user


def data_of(module: Any, name: str) -> dict[str, Any]:
    return tomllib.loads(files(module).joinpath(name).read_text("utf-8"))


TABLE, FACTS = data_of(package, "transitions.toml"), data_of(package, "facts.toml")
CLOCKS, ROLES = data_of(package, "clocks.toml"), data_of(registry, "roles.toml")
ZONE = ZoneInfo("Asia/Shanghai")
RUNS = set(TABLE["states"]["clock_runs"])
# (kind, state, action) → the row of the file
ROWS = {(kind, source, row["action"]): row for row in TABLE["moves"] for kind in row["kinds"] for source in row["from"]}
ACTIONS = sorted({action for _kind, _state, action in ROWS})
WORKED = {"start", "hand_in", "submit_plan", "report_progress", "apply"}
SIGNED = {"accept", "sign_removal", "agree_removal", "approve_removal"}

# Who holds what where: "here" is the mine of the case, "above" its city, "elsewhere" what lies beside it.
PEOPLE: dict[str, list[tuple[str, str]]] = {
    "video_watch": [("video_watch", "above")],
    "inspector": [("inspector", "above")],
    "inspector_2": [("inspector", "above")],
    "mine_a": [("mine", "here")],
    "mine_head": [("mine_head", "here")],
    "office_head": [("office_head", "above")],
    "inspectorate": [("inspectorate", "above")],
    "government": [("government", "above")],
    "operations": [("operations", "above")],
    "administrator": [("administrator", "above")],
    "inspector_b": [("inspector", "elsewhere")],
    "mine_b": [("mine", "elsewhere")],
    "nobody": [],
    # People of several posts: only four eyes keep them from judging their own work.
    "both": [("mine", "here"), ("mine_head", "here"), ("inspector", "above"), ("office_head", "above")],
    "all": [(role, "here") for role in ROLES],
}


def holds(who: str, permission: str, *places: str) -> bool:
    wanted = places or ("here", "above")
    return any(permission in ROLES[role]["may"] and place in wanted for role, place in PEOPLE[who])


@dataclass(frozen=True)
class Model:
    """What the case must be."""

    kind: str
    state: str
    version: int = 1
    recurrence: int = 0
    due_at: datetime | None = None
    extended_until: datetime | None = None
    office_due_at: datetime | None = None
    closed_at: datetime | None = None
    pending: tuple[str, datetime] | None = None  # who asked for more time, until when
    done: tuple[tuple[str, str], ...] = field(default=())  # (action, who)

    def did(self, who: str, actions: set[str], since: str = "") -> bool:
        steps = list(self.done)
        if since:
            last = max((number for number, step in enumerate(steps) if step[0] == since), default=None)
            steps = steps[last + 1 :] if last is not None else []
        return any(action in actions and actor == who for action, actor in steps)

    def guards_allow(self, row: dict[str, Any], who: str, given: dict[str, Any], now: datetime) -> bool:
        verdicts = {
            "due_in_future": given.get("due_at") is None or given["due_at"] > now,
            "did_not_rectify": not self.did(who, WORKED | {"self_accept"}),
            "did_not_work_on_it": not self.did(who, WORKED),
            "did_not_sign": not self.did(who, SIGNED, since="apply"),
            "did_not_accept": not self.did(who, SIGNED),
            "no_extension_pending": self.pending is None,
            "bound_by_it": holds(who, "problems.answer" if self.kind == "problem" else "supervision.answer", "here"),
            "measures_are_named": True,  # as conftest has the figures say
            "measure_shows_it": True,
            "did_not_find": ("open", who) not in self.done,
            "measure_still_shows_it": True,
            "above_the_bound": holds(who, "supervision.lift", "above"),
        }
        return all(verdicts[guard] for guard in row.get("guards", []))

    def allows(self, action: str, who: str, given: dict[str, Any], now: datetime) -> bool:
        row = ROWS.get((self.kind, self.state, action))
        if row is None or not holds(who, "cases.view") or not holds(who, row["permission"]):
            return False
        if not self.guards_allow(row, who, given, now):
            return False
        wanted = [name for name in row.get("facts", []) if not name.endswith("?")]
        taken = {name.rstrip("?") for name in row.get("facts", [])}
        proofs, slot = len(given.get("proofs", [])), row.get("proof", {"at_least": 0})
        dated, named = row.get("due_at", False), row.get("responsible", False)
        return (
            (bool(given.get("reason", "").strip()) or not row.get("reason", False))
            and (given.get("due_at") is not None) == dated
            and bool(given.get("responsible")) == named
            and proofs >= slot["at_least"]
            and (not proofs or "proof" in row)
            and set(wanted) <= set(given.get("facts", {})) <= taken
        )

    def after(self, action: str, who: str, given: dict[str, Any], now: datetime) -> Model:
        row = ROWS[self.kind, self.state, action]
        changed: dict[str, Any] = {
            "state": row["to"],
            "version": self.version + 1,
            "done": (*self.done, (action, who)),
            "office_due_at": ends(row["office_clock"], now) if "office_clock" in row else None,
        }
        if row["to"] == "closed":
            changed["closed_at"] = now
        elif self.state == "closed" and row["to"] not in TABLE["states"]["done"]:
            changed["closed_at"] = None
        if row.get("due_at"):
            changed |= {"due_at": given["due_at"], "extended_until": None}
        if row.get("recurs"):
            changed |= {"recurrence": self.recurrence + 1, "due_at": None, "extended_until": None}
        return replace(self, **changed)


# The State Council's days off and worked weekends that these tests lean on, written down once more.
OFF = {date(2026, 2, day) for day in range(15, 24)} | {date(2026, 10, day) for day in range(1, 8)}
OFF |= {date(2026, 9, day) for day in (25, 26, 27)} | {date(2026, 1, day) for day in (1, 2, 3)}
WORK = {date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 9, 20), date(2026, 10, 10)}


def working(day: date) -> bool:
    return day not in OFF and (day in WORK or day.weekday() < 5)


def ends(clock: str, now: datetime) -> datetime:
    """The last second of the clock's last day at the mine, counted by hand."""
    day, left = now.astimezone(ZONE).date(), CLOCKS[clock]["days"]
    while left:
        day += timedelta(days=1)
        left -= CLOCKS[clock]["count"] == "calendar" or working(day)
    return datetime.combine(day, time(23, 59, 59), ZONE)


def value_of(fact: str) -> object:
    values = {"whole": 5, "date": timezone.localdate().isoformat(), "text": "甲", "long_text": "甲"}
    return values.get(FACTS[fact]["type"]) or next(iter(FACTS[fact]["choices"]))


def complete(row: dict[str, Any]) -> dict[str, Any]:
    """Everything that a step wants."""
    given: dict[str, Any] = {"reason": "说明"}
    if row.get("due_at"):
        given["due_at"] = timezone.now() + timedelta(days=5)
    if row.get("responsible"):
        given["responsible"] = "王工"
    if row.get("proof", {}).get("at_least"):
        given["proofs"] = [picture("green")]
    if wanted := [name for name in row.get("facts", []) if not name.endswith("?")]:
        given["facts"] = {name: value_of(name) for name in wanted}
    return given


FAULTS = ("reason", "due_at", "responsible", "proofs", "facts", "past", "surplus_proof", "surplus_fact", "surplus_date")


def spoiled(given: dict[str, Any], fault: str) -> dict[str, Any]:
    """The same with one thing missing, wrong or too much; unchanged where it has no such thing."""
    given = dict(given)
    if fault == "reason":
        given["reason"] = " \t"
    elif fault == "past":
        given |= {"due_at": timezone.now()} if "due_at" in given else {}
    elif fault == "facts":
        given |= {"facts": dict(list(given["facts"].items())[1:])} if "facts" in given else {}
    elif fault.startswith("surplus"):
        more = {
            "proof": {"proofs": [picture("red")]},
            "fact": {"facts": {**given.get("facts", {}), "removal_number": "1"}},
        }
        given |= more.get(fault.removeprefix("surplus_"), {"due_at": timezone.now() + timedelta(days=3)})
    else:
        given.pop(fault, None)
    return given


# Where walks begin: anywhere on the straight way, and more often near its end, which few steps of chance would reach.
STARTS = {kind: [*states_on(kind), *states_on(kind)[-4:], states_on(kind)[-1]] for kind in TABLE["kinds"]}
STARTS["major_hazard"] += ["applied", "applied", "accepted", "signed"]


class Loop(RuleBasedStateMachine):
    """One case of one kind in the hands of fifteen people."""

    def __init__(self, world: World, kind: str, seen: set[str]) -> None:
        super().__init__()
        self.world, self.kind, self.seen = world, kind, seen
        self.undo = ExitStack()
        self.undo.enter_context(transaction.atomic())
        self.model: Model | None = None

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.close()

    @initialize(
        start=st.sampled_from(["2026-02-10", "2026-02-13", "2026-08-05", "2026-09-23", "2026-09-29"]),
        hour=st.sampled_from([0, 1, 7, 12, 23]),
        data=st.data(),
    )
    def begin(self, start: str, hour: int, data: st.DataObject) -> None:
        day = datetime.combine(date.fromisoformat(start), time(hour, 30), ZONE)
        self.clock = self.undo.enter_context(time_machine.travel(day, tick=False))
        walker = Walker(self.world)
        self.case = walker.to(data.draw(st.sampled_from(STARTS[self.kind]), label="state"), self.kind)
        names = {user.pk: name for name, user in self.world.users.items()}
        steps = list(self.case.transitions.order_by("version"))
        clock = ROWS.get((self.kind, steps[-1].from_state, steps[-1].action), {}).get("office_clock")
        self.model = Model(
            self.kind,
            self.case.state,
            self.case.version,
            due_at=self.case.due_at,
            office_due_at=ends(clock, steps[-1].at) if clock else None,
            closed_at=self.case.closed_at,
            done=tuple((step.action, names.get(step.actor_id, "")) for step in steps),
        )
        if data.draw(st.booleans(), label="alone"):
            self.one_goes_on("all", 3)

    def moves(self) -> list[dict[str, Any]]:
        return [row for key, row in ROWS.items() if key[:2] == (self.kind, self.model.state)]

    @precondition(lambda self: self.model and self.moves())
    @rule(data=st.data())
    def step_on(self, data: st.DataObject) -> None:
        """A step of the table, by somebody with the permission; four eyes may still say no."""
        row = data.draw(st.sampled_from(self.moves()), label="step")
        able = [who for who in PEOPLE if holds(who, row["permission"]) and holds(who, "cases.view")]
        self.attempt(row["action"], data.draw(st.sampled_from(able), label="who"), complete(row))

    @precondition(lambda self: self.model)
    @rule(who=st.sampled_from(["all", "both"]), times=st.integers(2, 4))
    def one_goes_on(self, who: str, times: int) -> None:
        """Somebody of every post tries to go on alone, by whatever leads forward."""
        for _ in range(times):
            ahead = [row for row in self.moves() if row["action"] not in ("return", "return_plan", "reject")]
            for row in ahead[:1]:
                self.attempt(row["action"], who, complete(row))

    @precondition(lambda self: self.model and self.moves())
    @rule(data=st.data())
    def somebody_who_was_at_it(self, data: st.DataObject) -> None:
        """Who did something to the case does the next thing, too, where the permission reaches."""
        row = data.draw(st.sampled_from(self.moves()), label="step")
        known = sorted({who for _action, who in self.model.done if who and holds(who, row["permission"])})
        if known:
            self.attempt(row["action"], data.draw(st.sampled_from(known), label="who"), complete(row))

    @precondition(lambda self: self.model and self.moves())
    @rule(data=st.data(), who=st.sampled_from(sorted(PEOPLE)), fault=st.sampled_from(FAULTS))
    def step_with_a_fault(self, data: st.DataObject, who: str, fault: str) -> None:
        row = data.draw(st.sampled_from(self.moves()), label="step")
        self.attempt(row["action"], who, spoiled(complete(row), fault))

    @precondition(lambda self: self.model)
    @rule(action=st.sampled_from(ACTIONS), who=st.sampled_from(sorted(PEOPLE)), old=st.booleans())
    def anything(self, action: str, who: str, old: bool) -> None:
        """Any action by anybody, now and then upon a version that is no longer true."""
        known = [row for key, row in ROWS.items() if key[0] == self.kind and key[2] == action]
        self.attempt(action, who, complete(known[0]) if known else {}, old=old)

    @precondition(lambda self: self.model)
    @rule(hours=st.integers(1, 24 * 12))
    def wait(self, hours: int) -> None:
        self.clock.shift(timedelta(hours=hours))

    @precondition(lambda self: self.model and self.model.state in RUNS | {"applied", "handed_in"})
    @rule(who=st.sampled_from(["mine_a", "both", "inspector", "mine_b"]), days=st.integers(-1, 9))
    def ask_for_time(self, who: str, days: int) -> None:
        now, model = timezone.now(), self.model
        until = (model.extended_until or model.due_at or now) + timedelta(days=days)
        fits = (
            holds(who, "cases.request_extension")
            and model.state in RUNS
            and model.due_at is not None
            and model.pending is None
            and until > max(now, model.extended_until or model.due_at)
        )
        outcome = self.tried(
            lambda: extensions.request_extension(
                self.case.pk, self.world.users[who], until=until, reason="等配件", expected_version=model.version
            )
        )
        assert (outcome == "") is fits, outcome
        if fits:
            done = (*model.done, ("extension_requested", who))
            self.model = replace(model, version=model.version + 1, pending=(who, until), done=done)

    @precondition(lambda self: self.model and self.model.pending)
    @rule(who=st.sampled_from(["office_head", "both", "inspector", "mine_a"]), approve=st.booleans())
    def decide(self, who: str, approve: bool) -> None:
        model, asked = self.model, Extension.objects.filter(case=self.case).latest("pk")
        by, until = model.pending
        fits = holds(who, "cases.decide_extension") and who != by and (until > timezone.now() or not approve)
        outcome = self.tried(
            lambda: extensions.decide_extension(
                asked.pk, self.world.users[who], approve=approve, reason="同意", expected_version=model.version
            )
        )
        assert (outcome == "") is fits, outcome
        if fits:
            word = "extension_approved" if approve else "extension_refused"
            extended = until if approve else model.extended_until
            done = (*model.done, (word, who))
            self.model = replace(model, version=model.version + 1, pending=None, extended_until=extended, done=done)

    def attempt(self, action: str, who: str, given: dict[str, Any], old: bool = False) -> None:
        now, model = timezone.now(), self.model
        foretold = not old and model.allows(action, who, given, now)
        version = model.version - old
        outcome = self.tried(
            lambda: services.move(self.case.pk, action, self.world.users[who], expected_version=version, **given)
        )
        assert (outcome == "") is foretold, f"{who} did {action} in {model.state}: {outcome or 'done'}"
        if outcome and not holds(who, "cases.view"):
            assert outcome == "not_found"
        if foretold:
            self.model = model.after(action, who, given, now)

    def tried(self, action: Any) -> str:
        """The code of the refusal, or nothing where it was done."""
        try:
            action()
        except CaseError as error:
            return error.code
        return ""

    @invariant()
    def the_case_is_what_the_model_says(self) -> None:
        if self.model is None:
            return
        case, model = Case.objects.get(pk=self.case.pk), self.model
        columns = ("state", "version", "recurrence", "due_at", "extended_until", "office_due_at", "closed_at")
        assert {name: getattr(case, name) for name in columns} == {name: getattr(model, name) for name in columns}
        steps = list(case.transitions.order_by("version").values_list("version", "action", "from_state", "to_state"))
        assert [step[0] for step in steps] == list(range(1, model.version + 1))
        assert [step[1] for step in steps] == [action for action, _who in model.done]
        assert all(before[3] == after[2] for before, after in pairwise(steps))
        self.seen.add(case.state)

    @invariant()
    def nobody_judged_their_own_work(self) -> None:
        if self.model is None or self.kind == "supervision":
            return
        worked: set[str] = set()
        signed: set[str] = set()
        accepted: set[str] = set()
        for action, who in self.model.done:
            if action in WORKED | {"self_accept"}:
                worked.add(who)
            if action == "apply":
                signed = set()
            if action in SIGNED:
                assert who not in worked | (signed if action != "accept" else set()), (action, who)
                signed.add(who)
                accepted.add(who)
            if action in ("look_back_passed", "look_back_failed"):
                assert who not in accepted | worked, (action, who)


WALKS = {"violation": 6, "hazard": 6, "major_hazard": 16, "supervision": 5, "problem": 6}


@pytest.mark.parametrize("kind", sorted(WALKS))
def test_no_walk_leads_past_the_rules(world: World, kind: str):
    world.users["both"] = make_user("both", None, None)
    world.users["all"] = make_user("all", None, None)
    nodes = {"here": world.mine_a.node, "above": world.city_a}
    for who in ("both", "all"):
        for role, place in PEOPLE[who]:
            grant_role(None, user=world.users[who], role=Role(role), node=nodes[place])
    seen: set[str] = set()  # states
    run_state_machine_as_test(
        lambda: Loop(world, kind, seen),
        settings=settings(
            max_examples=WALKS[kind],
            stateful_step_count=25,
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.generate],  # a walk takes seconds; shrinking it takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert len(seen) > len(states_on(kind)) / 2, "hardly anything was walked"


@pytest.mark.parametrize("kind", sorted(WALKS))
def test_every_state_of_the_file_is_reached_and_left_unless_it_is_an_end(kind: str):
    reached, waiting = set(), [TABLE["kinds"][kind]["initial"]]
    while waiting:
        state = waiting.pop()
        if state not in reached:
            reached.add(state)
            waiting += [row["to"] for key, row in ROWS.items() if key[:2] == (kind, state)]
    there = {state for key, row in ROWS.items() if key[0] == kind for state in (key[1], row["to"])}
    assert reached == there
    assert {state for state in there if not any(key[:2] == (kind, state) for key in ROWS)} == set(
        TABLE["kinds"][kind]["terminal"]
    )


class TestDeadlines:
    """Working days around Spring Festival and National Day 2026, and calendar days by default."""

    @pytest.mark.parametrize(
        ("start", "last"),
        [
            # Saturday 14 February is worked, 15 to 23 are off.
            ("2026-02-13", "2026-02-27"),
            ("2026-02-14", "2026-02-28"),
            ("2026-02-20", "2026-02-28"),
            # Saturday 28 February is worked.
            ("2026-02-23", "2026-02-28"),
            # 25 to 27 September are off for the Mid-Autumn festival, 1 to 7 October for National Day.
            ("2026-09-24", "2026-10-09"),
            # Saturday 10 October is worked.
            ("2026-09-29", "2026-10-12"),
            ("2026-09-30", "2026-10-13"),
            ("2026-10-07", "2026-10-13"),
        ],
    )
    def test_five_working_days(self, db, start: str, last: str):
        assert add_days(date.fromisoformat(start), 5, "working").isoformat() == last

    def test_days_are_calendar_days_unless_something_else_is_said(self, db):
        assert add_days(date(2026, 2, 13), 5) == date(2026, 2, 18)
        assert add_days(date(2026, 9, 29), 20) == date(2026, 10, 19)

    def test_the_offices_own_calendar_overrules_the_table(self, db):
        with act("tests.calendar", None):
            CalendarDay.objects.create(day=date(2026, 10, 8), working=False, note="本局培训")
            CalendarDay.objects.create(day=date(2026, 10, 11), working=True, note="值班")
        assert add_days(date(2026, 9, 29), 5, "working") == date(2026, 10, 12)

    # Without the database for each example: days around the two feasts, counted a second time by hand.
    @given(
        start=st.one_of(st.dates(date(2026, 2, 1), date(2026, 3, 6)), st.dates(date(2026, 9, 14), date(2026, 10, 20))),
        days=st.integers(0, 12),
    )
    @settings(
        max_examples=150, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    def test_counting_by_hand_says_the_same(self, db, start: date, days: int):
        last = add_days(start, days, "working")
        between = [start + timedelta(days=number + 1) for number in range((last - start).days)]
        assert sum(working(day) for day in between) == days
        assert days == 0 or working(last)

    def test_a_clock_ends_with_the_last_day_at_the_mine(self, walker: Walker):
        # 23:30 on the 29th at the mine is still the 29th, though it is half past three in the afternoon in London.
        with time_machine.travel(datetime(2026, 9, 29, 15, 30, tzinfo=UTC), tick=False):
            case = walker.to("delisted", "major_hazard")
            assert case.office_due_at == datetime(2026, 10, 12, 23, 59, 59, tzinfo=ZONE)
        with time_machine.travel(datetime(2026, 9, 29, 16, 30, tzinfo=UTC), tick=False):
            case = walker.to("delisted", "major_hazard")
            assert case.office_due_at == datetime(2026, 10, 13, 23, 59, 59, tzinfo=ZONE)
