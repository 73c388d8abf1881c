"""Rows written in bulk are vouched for as those saved one by one; rows that an undone batch takes away say so."""

from __future__ import annotations

import pytest
from django.db import transaction

from minewarden.center.audit.models import REMOVED, AuditEvent, UnauditedWrite
from minewarden.center.audit.services import act
from minewarden.center.audit.verify import verify
from minewarden.center.registry.models import Place
from tests.center.audit.tampering import insert_copy, sql, undone


def places(world, count: int) -> list[Place]:
    return [Place(mine=world.mine_a, place_class="14", name=f"皮带 {number}") for number in range(count)]


def facts_of(place: Place) -> dict:
    event = AuditEvent.objects.get(object_type="registry.place", object_id=str(place.pk))
    return {"changes": {**event.changes, "id": None, "name": None}, "shape": event.shape, "node": event.node_id}


def problems() -> set[tuple[str, str]]:
    return {(finding.name, finding.problem) for finding in verify().findings}


def test_rows_inserted_together_have_the_events_of_single_saves(world):
    (single,) = places(world, 1)
    with act("test.single", None):
        single.save()
    together = places(world, 1200)
    before = AuditEvent.objects.count()
    with act("test.together", world.users["inspector"], "一次导入"):
        Place.objects.insert_many(together)
    assert AuditEvent.objects.count() == before + 1200
    assert facts_of(together[700]) == facts_of(single)
    assert problems() == set()


def test_a_row_inserted_and_saved_in_one_action_has_one_event(world):
    (place,) = places(world, 1)
    with act("test.together", None):
        Place.objects.insert_many([place])
        place.name = "改名"
        place.save()
    event = AuditEvent.objects.get(object_type="registry.place", object_id=str(place.pk))
    assert event.changes["name"] == [None, "改名"]
    assert problems() == set()


def test_nothing_is_inserted_or_removed_outside_an_action(world):
    with pytest.raises(UnauditedWrite):
        Place.objects.insert_many(places(world, 1))
    with pytest.raises(UnauditedWrite), act("test.other", None):
        Place.objects.remove_many([world.place_a.pk])
    assert Place.objects.filter(pk=world.place_a.pk).exists()


def test_removed_rows_leave_an_event_with_what_they_were(world):
    made = places(world, 3)
    with act("test.together", None):
        Place.objects.insert_many(made)
    with act("workbooks.undo", world.users["inspector"], "导错了"):
        assert Place.objects.remove_many([place.pk for place in made]) == 3
    gone = AuditEvent.objects.order_by("-sequence")[:3]
    assert {(event.shape, event.reason) for event in gone} == {(REMOVED, "导错了")}
    assert {tuple(event.changes["name"]) for event in gone} == {(f"皮带 {number}", None) for number in range(3)}
    report = verify()
    assert (report.findings, report.removed) == ([], 3)


def test_a_removal_by_another_action_or_of_another_row_does_not_excuse_a_missing_row(world):
    made = places(world, 2)
    with act("test.together", None):
        Place.objects.insert_many(made)
    with undone():
        sql('DELETE FROM "registry_place" WHERE "id" = %s', made[0].pk)
        assert problems() == {(f"registry.place {made[0].pk}", "row_deleted")}
    with act("workbooks.undo", None):
        Place.objects.remove_many([made[0].pk])
    assert problems() == set()
    with undone():
        insert_copy(made[1])
        sql('UPDATE "registry_place" SET "id" = %s WHERE "id" = (SELECT max("id") FROM "registry_place")', made[0].pk)
        assert problems() == {(f"registry.place {made[0].pk}", "row_not_vouched")}


def test_a_row_changed_behind_our_back_is_not_removed(world):
    made = places(world, 1)
    with act("test.together", None):
        Place.objects.insert_many(made)
    with undone():
        sql('UPDATE "registry_place" SET "name" = %s WHERE "id" = %s', "偷改", made[0].pk)
        with pytest.raises(UnauditedWrite, match="verifier"), transaction.atomic(), act("workbooks.undo", None):
            Place.objects.remove_many([made[0].pk])
        assert Place.objects.filter(pk=made[0].pk).exists()
