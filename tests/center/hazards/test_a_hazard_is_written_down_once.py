"""Writing a hazard down: by the clause of the day, with its grade, once however often it is delivered."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from uuid import uuid4

import pytest

from minewarden.center.audit.models import AuditEvent
from minewarden.center.audit.services import act
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import Case, Proof, Transition
from minewarden.center.hazards.models import Clause, Hazard
from minewarden.center.hazards.services import add_found_photo
from tests.center.cases.conftest import picture
from tests.center.hazards.conftest import MILD, PARTS, Recorder, august


def test_a_major_hazard_follows_from_its_clause(record: Recorder):
    case = record(clause_code="T2026-14.2", photos=[picture()], proposed=["T2026-14.2", "T2026-5.2"])
    assert (case.kind, case.level, case.state, case.clause) == ("major_hazard", "red", "found", "T2026-14.2")
    hazard = case.hazard
    assert (hazard.grade, hazard.score) == ("major", Decimal("202.5"))
    assert (hazard.clause_title, hazard.clause_citation) == ("带式输送机保护失效", "第十四条第（二）项")
    assert hazard.clause_text.startswith("带式输送机保护失效")
    assert hazard.edition == "test-major-2026"
    assert hazard.proposed == ["T2026-14.2", "T2026-5.2"]
    assert {name: getattr(hazard, name) for name in PARTS} == PARTS
    assert [proof.slot for proof in case.proofs.all()] == ["found"]


@pytest.mark.parametrize(
    ("code", "parts", "kind", "level", "grade"),
    [
        ("", PARTS, "hazard", "orange", "B"),
        ("TP-3", MILD, "hazard", "blue", "D"),
        ("T2026-5.2", MILD, "major_hazard", "red", "major"),
    ],
)
def test_kind_level_and_grade_are_never_typed_in(record: Recorder, code, parts, kind, level, grade):
    case = record(clause_code=code, grade_parts=parts)
    assert (case.kind, case.level, case.hazard.grade) == (kind, level, grade)


def test_words_of_the_clause_stay_as_they_were(record: Recorder, clauses: dict[str, Clause]):
    case = record(clause_code="T2026-5.2")
    with act("tests.change", None):
        clause = Clause.objects.get(code="T2026-5.2")
        clause.title = "改过的标题"
        clause.save()
    assert Hazard.objects.get(pk=case.pk).clause_title == "甲烷传感器失效"


def test_an_official_wording_is_kept_where_the_office_has_it(record: Recorder, clauses: dict[str, Clause]):
    with act("tests.change", None):
        clause = Clause.objects.get(code="T2026-5.2")
        clause.official_text = "官方原文。"
        clause.save()
    assert record(clause_code="T2026-5.2").hazard.clause_text == "官方原文。"


def test_the_edition_follows_the_day_of_finding_and_the_successor_is_named(record: Recorder):
    with pytest.raises(CaseError) as refusal:
        record(clause_code="T2020-4.1")
    assert (refusal.value.code, refusal.value.field) == ("clause_not_in_force", "clause_code")
    assert "T2026-5.2" in refusal.value.message
    june = august().replace(month=6, day=30, hour=23)
    with pytest.raises(CaseError) as refusal:
        record(clause_code="T2026-5.2", found_at=june)
    assert "T2020-4.1" in refusal.value.message
    assert record(clause_code="T2020-4.1", found_at=june).hazard.edition == "test-major-2020"
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"clause_code": "9-9"}, "clause_code"),
        ({"title": " "}, "title"),
        ({"title": "长" * 121}, "title"),
        ({"grade_parts": PARTS | {"people": "millions"}}, "people"),
        ({"grade_parts": {}}, "gravity"),
        ({"source": "dream"}, "source"),
        ({"place": "长" * 101}, "place"),
        ({"relations": {uuid4(): "same"}}, "relations"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_kept(record: Recorder, wrong, field):
    with pytest.raises(CaseError) as refusal:
        record(**wrong)
    assert refusal.value.field == field
    assert not Case.objects.exists()
    assert not Proof.objects.exists()


def test_a_place_is_a_registered_one_or_words(record: Recorder, world):
    assert record(place=world.place_a.name).place == world.place_a
    other = record(place="3102回风顺槽 120m")
    assert (other.place, other.hazard.place_words) == (None, "3102回风顺槽 120m")


@pytest.mark.parametrize("who", ["mine_a", "video_watch", "inspector_b", "office_head", "nobody"])
def test_only_inspectors_of_this_mine_write_down(record: Recorder, who):
    with pytest.raises(CaseError) as refusal:
        record(who)
    assert refusal.value.code == "forbidden"


def test_a_second_delivery_answers_the_same_case_and_changes_nothing(record: Recorder):
    case_id = uuid4()
    first = record(case_id=case_id, photos=[picture()])
    events = AuditEvent.objects.count()
    again = record(case_id=case_id, photos=[picture("red")], title="另一个说法", clause_code="9-9")
    assert again.pk == first.pk
    assert again.title == "护栏缺失"
    assert AuditEvent.objects.count() == events
    assert Transition.objects.count() == 1


def test_an_id_of_another_case_is_refused(record: Recorder, world):
    case = record()
    with pytest.raises(CaseError) as refusal:
        record("inspector_b", case_id=case.pk, mine=world.mine_b, place=None)
    assert refusal.value.code == "id_taken"


def test_a_photo_comes_later_once_and_whole(record: Recorder, world):
    case, inspector = record(), world.users["inspector"]
    content = picture("teal").read()
    sha256 = hashlib.sha256(content).hexdigest()
    first = add_found_photo(case.pk, inspector, upload=picture("teal"), sha256=sha256)
    again = add_found_photo(case.pk, inspector, upload=picture("teal"), sha256=sha256.upper())
    assert first == again
    assert (first.slot, first.file_id) == ("found", sha256)
    with pytest.raises(CaseError) as refusal:
        add_found_photo(case.pk, inspector, upload=picture("red"), sha256=sha256)
    assert refusal.value.code == "content_differs"
    with pytest.raises(CaseError):
        add_found_photo(case.pk, world.users["inspector_b"], upload=picture("teal"), sha256=sha256)
    with pytest.raises(CaseError):
        add_found_photo(case.pk, world.users["mine_a"], upload=picture("teal"), sha256=sha256)
    assert Proof.objects.count() == 1
