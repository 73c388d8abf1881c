"""The API of hazards: the names of the form, the rules of the page, faults by field."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import uuid4

import pytest

from minewarden.center.cases.models import Case
from tests.center.cases.conftest import picture
from tests.center.hazards.conftest import PARTS, Recorder
from tests.center.world import World

URL = "/api/hazards/records"


def sent(world: World, **other: Any) -> dict[str, Any]:
    return {
        "case_id": str(uuid4()),
        "mine": world.mine_a.code,
        "place": world.place_a.name,
        "title": "皮带跑偏保护失效",
        "clause_code": "T2026-14.2",
        "found_at": "2026-08-03T08:30:00+08:00",
        **PARTS,
        **other,
    }


@pytest.fixture
def inspector(log_in, clauses):
    return log_in("inspector")


def post(client, data):
    return client.post(URL, data, content_type="application/json")


def test_written_down_once_and_read_again(inspector, world: World):
    data = sent(world)
    first = post(inspector, data)
    assert first.status_code == 200, first.content
    answer = first.json()
    assert (answer["case_id"], answer["grade"], answer["kind"]) == (data["case_id"], "major", "major_hazard")
    assert post(inspector, data | {"title": "别的"}).json() == answer
    assert inspector.get(f"{URL}/{data['case_id']}").json() == answer
    assert inspector.get("/api/hazards", {"grade": "major"}).json() == {"hazards": [answer], "next": ""}
    assert inspector.get("/api/hazards", {"clause_code": "TP-3"}).json()["hazards"] == []
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"mine": "990201000002"}, "mine"),
        ({"found_at": None}, "found_at"),
        ({"title": ""}, "title"),
        ({"clause_code": "T2020-4.1"}, "clause_code"),
        ({"negligence": "much"}, "negligence"),
        ({"source": "dream"}, "source"),
        ({"relations": {str(uuid4()): "same"}}, "relations"),
    ],
)
def test_a_fault_names_its_field(inspector, world: World, wrong, field):
    answer = post(inspector, sent(world, **wrong))
    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == [field]
    assert not Case.objects.exists()


@pytest.mark.parametrize("body", ["", "[]", "nonsense", '{"found_at": "yesterday"}', '{"case_id": 7}'])
def test_what_is_no_hazard_at_all_is_refused(inspector, body):
    assert inspector.post(URL, body, content_type="application/json").status_code in (400, 422)


def test_a_photo_is_added_once_and_only_whole(inspector, record: Recorder):
    case = record()
    sha256 = hashlib.sha256(picture("teal").read()).hexdigest()
    for _ in range(2):
        answer = inspector.post(f"{URL}/{case.pk}/photos", {"sha256": sha256, "photo": picture("teal")})
        assert answer.status_code == 200
    assert inspector.get(f"{URL}/{case.pk}").json()["photos"] == [sha256]
    answer = inspector.post(f"{URL}/{case.pk}/photos", {"sha256": "0" * 64, "photo": picture("teal")})
    assert (answer.status_code, answer.json()["error"]) == (422, "content_differs")
    assert inspector.post(f"{URL}/{case.pk}/photos", {"sha256": sha256}).status_code == 422


def test_the_mine_reads_its_own_and_writes_nothing(log_in, record: Recorder):
    case = record()
    assert log_in("mine_a").get(f"{URL}/{case.pk}").status_code == 200
    assert log_in("mine_b").get(f"{URL}/{case.pk}").status_code == 404
    assert post(log_in("mine_a"), {}).status_code == 403


def test_the_character_that_postgresql_cannot_hold_is_no_fault_of_ours(inspector, world: World):
    nul = "\x00"
    names = ("mine", "place", "title", "clause_code", "gravity", "source")
    for name in names:
        assert post(inspector, sent(world, **{name: nul})).status_code in (200, 422), name
        assert inspector.post("/hazards/new/look/", sent(world, **{name: nul})).status_code == 200, name
        assert inspector.post("/hazards/new/", sent(world, **{name: nul})).status_code in (302, 422), name
    answer = post(inspector, sent(world, proposed=[nul + "T2026-14.2"]))
    assert answer.json()["proposed"] == ["T2026-14.2"]
    for name in ("mine", "clause_code", "grade"):
        assert inspector.get("/api/hazards", {name: nul}).status_code == 200
