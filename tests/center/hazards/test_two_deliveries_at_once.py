"""The same record delivered by several threads at the same moment is one hazard; two answers are one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from minewarden.center.cases.models import Case, Proof, Transition
from minewarden.center.hazards.models import Hazard, Relation
from tests.center.cases.conftest import picture
from tests.center.hazards.conftest import Recorder, make_clauses
from tests.center.world import World, make_world

AT_ONCE = 4
NOW = timezone.now()


@pytest.fixture
def world(transactional_db: None) -> World:
    """The invented province, committed, so that every thread sees it."""
    return make_world()


@pytest.fixture
def record(world: World) -> Recorder:
    make_clauses()
    return Recorder(world)


def at_once(work: Callable[[], Case]) -> list[Case]:
    barrier = Barrier(AT_ONCE)

    def one(_number: int) -> Case:
        try:
            barrier.wait()
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def test_one_record_by_several_threads_is_one_hazard(record: Recorder):
    case_id = uuid4()
    cases = at_once(lambda: record(case_id=case_id, found_at=NOW, photos=[picture()]))
    assert {case.pk for case in cases} == {case_id}
    assert (Case.objects.count(), Hazard.objects.count()) == (1, 1)
    assert (Transition.objects.count(), Proof.objects.count()) == (1, 1)


def test_the_same_said_by_several_threads_is_said_once(record: Recorder):
    open_case, delivery = record(found_at=NOW), uuid4()
    relations = {open_case.pk: "same"}
    cases = at_once(lambda: record(case_id=delivery, found_at=NOW, relations=relations, photos=[picture("red")]))
    assert {case.pk for case in cases} == {open_case.pk}
    assert (Case.objects.count(), Relation.objects.count(), Proof.objects.count()) == (1, 1, 1)
