"""Two people, or two edges, at the same moment: one wins, the other is told, nothing is lost or doubled.

Runs on whichever database the tests run on; both matter: SQLite has one writer, PostgreSQL many.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from minewarden.center.audit.models import AuditEvent
from minewarden.center.audit.services import act
from minewarden.center.audit.verify import verify
from minewarden.center.cases import services
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.extensions import decide_extension, request_extension
from minewarden.center.cases.models import Case, Proof, StoredFile
from minewarden.center.registry.models import Person
from tests.center.cases.conftest import Walker, picture

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Call all in threads of their own that start together; answers results and exceptions in the order of calls."""
    barrier = threading.Barrier(len(calls))
    results: list[Any] = [None] * len(calls)

    def run(index: int, call: Callable[[], Any]) -> None:
        try:
            barrier.wait(60)
            results[index] = call()
        except Exception as error:  # noqa: BLE001 - handed on
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index, call)) for index, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def errors(results: list[Any]) -> list[str]:
    """Codes of the refusals; anything else that was raised is a failure of the test."""
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, CaseError):
            raise result
    return [result.code for result in results if isinstance(result, CaseError)]


def test_of_two_who_decide_one_wins_and_the_other_learns_who(walker: Walker):
    for _ in range(5):
        case = walker.to("handed_in")
        results = at_once(
            lambda case=case: walker.do(case, "accept", "inspector", reason="合格"),
            lambda case=case: walker.do(case, "return", "inspector_2", reason="不合格"),
        )
        assert errors(results) == ["changed"]
        loser = next(result for result in results if isinstance(result, CaseError))
        winner = "监察员甲" if isinstance(results[1], CaseError) else "监察员乙"
        assert winner in loser.message
        case.refresh_from_db()
        assert (case.version, case.transitions.count()) == (6, 6)
    assert verify().findings == []


def test_a_double_click_does_one_step(walker: Walker):
    case = walker.to("rectifying")
    results = at_once(
        *[lambda: walker.do(case, "hand_in", "mine_a", reason="好", proofs=[picture()]) for _ in range(4)]
    )
    assert errors(results) == ["changed"] * 3
    assert (Proof.objects.count(), StoredFile.objects.count()) == (1, 1)
    assert verify().findings == []


def test_the_same_picture_for_two_cases_at_once_is_kept_once(walker: Walker):
    cases = [walker.to("rectifying") for _ in range(3)]
    results = at_once(
        *[
            lambda case=case: walker.do(case, "hand_in", "mine_a", reason="好", proofs=[picture("teal")])
            for case in cases
        ]
    )
    assert errors(results) == []
    assert (Proof.objects.count(), StoredFile.objects.count()) == (3, 1)
    report = verify()
    assert (report.findings, report.leftovers) == ([], 0)


def test_numbers_stay_without_gap_and_the_chain_without_fork(walker: Walker):
    def open_some() -> None:
        for _ in range(5):
            walker.open()

    assert errors(at_once(*[open_some] * 4)) == []
    numbers = sorted(Case.objects.values_list("number", flat=True))
    assert [int(number[5:]) for number in numbers] == list(range(1, 21))
    assert verify().findings == []


def test_the_first_events_of_an_empty_chain_do_not_fork(db):
    def write() -> None:
        with act("test.first", None):
            from minewarden.center.registry.models import LoginFailure

            LoginFailure(username="x").save()

    assert errors(at_once(*[write] * 4)) == []
    assert list(AuditEvent.objects.order_by("sequence").values_list("sequence", flat=True)) == [1, 2, 3, 4]
    assert verify().findings == []


def test_a_case_delivered_twice_at_once_is_opened_once(world, walker: Walker):
    key = uuid4()
    found_at = timezone.now()

    def open_it() -> Case:
        return services.open_case(
            world.users["video_watch"], verified=True, case_id=key, kind="violation", mine=world.mine_a, place=None,
            camera=None, title="未戴安全帽", description="", level="red", found_at=found_at,
        )  # fmt: skip

    results = at_once(open_it, open_it, open_it)
    assert errors(results) == []
    assert {result.pk for result in results} == {key}
    assert Case.objects.get().transitions.count() == 2
    assert verify().findings == []


def test_one_request_for_more_time_is_granted_or_refused_but_not_both(world, walker: Walker):
    case = walker.to("assigned")
    until = case.due_at + timezone.timedelta(days=3)
    ask = lambda: request_extension(  # noqa: E731
        case.pk, world.users["mine_a"], until=until, reason="等配件", expected_version=case.version
    )
    results = at_once(ask, ask)
    assert errors(results) == ["changed"]
    (extension,) = [result for result in results if not isinstance(result, Exception)]
    results = at_once(
        *[
            lambda approve=approve: decide_extension(
                extension.pk, world.users["office_head"], approve=approve, reason="x", expected_version=case.version + 1
            )
            for approve in (True, False)
        ]
    )
    assert errors(results) == ["changed"]
    assert verify().findings == []


def test_the_office_goes_on_writing_while_it_is_verified(world, walker: Walker):
    walker.to("handed_in")
    stop = threading.Event()

    def write() -> int:
        count = 0
        while not stop.is_set():
            with act("test.write", None):
                Person(name="王工", node=world.mine_a.node).save()
            count += 1
        return count

    def check() -> list[Any]:
        try:
            return [verify().findings for _ in range(6)]
        finally:
            stop.set()

    findings, written = at_once(check, write)
    assert findings == [[]] * 6
    assert written > 6, "a writer was kept waiting"
