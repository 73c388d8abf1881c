"""The page on which a hazard is written down, without JavaScript."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from minewarden.center.cases.models import Case
from minewarden.center.hazards.models import Relation
from minewarden.center.registry.models import Mine
from tests.center.cases.conftest import Walker, picture
from tests.center.hazards.conftest import PARTS, Recorder, august
from tests.center.world import World, make_mine

NEW = "hazards:new"


def typed(world: World, **other: Any) -> dict[str, Any]:
    """What somebody typed."""
    return {
        "case_id": str(uuid4()),
        "mine": f"{world.mine_a.name} {world.mine_a.code}",
        "place": world.place_a.name,
        "title": "皮带跑偏保护失效",
        "description": "主运皮带跑偏传感器被短接",
        "clause_code": "T2026-14.2 带式输送机保护失效",
        "found_at": "2026-08-03T08:30",
        "source": "inspection",
        **PARTS,
        **other,
    }


@pytest.fixture
def inspector(log_in, clauses):
    return log_in("inspector")


def test_a_hazard_is_written_down_with_photo_and_clause(inspector, world: World):
    answer = inspector.post(reverse(NEW), typed(world, photos=[picture()], proposed=["T2026-14.2"]))
    case = Case.objects.select_related("hazard").get()
    assert answer.url == reverse("cases:detail", args=[case.pk])
    assert (case.kind, case.clause, case.place) == ("major_hazard", "T2026-14.2", world.place_a)
    assert timezone.localtime(case.found_at).strftime("%d %H:%M") == "03 08:30"
    assert case.hazard.proposed == ["T2026-14.2"]
    assert case.proofs.get().slot == "found"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_speaks_both_languages(inspector, world: World, language):
    inspector.cookies["django_language"] = language
    page = inspector.get(reverse(NEW)).content.decode()
    words = {"zh-hans": ["登记隐患", "后果严重程度", "暴露人数"], "en": ["Write down a hazard", "People exposed"]}
    for word in words[language]:
        assert word in page
    assert f'value="{world.mine_a.name} {world.mine_a.code}"' in page
    assert world.mine_b.name not in page
    assert "T2026-14.2" in page
    assert "T2020-4.1" not in page


@pytest.mark.parametrize("text", ["青石煤矿", "990101000001", "青石煤矿 990101000001", " 青石煤矿 "])
def test_a_mine_is_known_by_name_or_code(inspector, world: World, text):
    assert inspector.post(reverse(NEW), typed(world, mine=text)).status_code == 302


@pytest.mark.parametrize("text", ["白岭煤矿", "990201000002", "没有的矿", ""])
def test_a_mine_next_door_or_none_is_refused_beside_its_field(inspector, world: World, text):
    answer = inspector.post(reverse(NEW), typed(world, mine=text))
    assert answer.status_code == 422
    assert answer.context["form"]["mine"].errors
    assert "皮带跑偏保护失效" in answer.content.decode()


def test_two_mines_of_one_name_need_the_code(inspector, world: World):
    make_mine(world.city_a, "990101000009", world.mine_a.name)
    assert inspector.post(reverse(NEW), typed(world, mine=world.mine_a.name)).status_code == 422
    assert inspector.post(reverse(NEW), typed(world)).status_code == 302


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"clause_code": "T2020-4.1"}, "clause_code"),
        ({"clause_code": "9-9"}, "clause_code"),
        ({"title": ""}, "title"),
        ({"gravity": ""}, "gravity"),
        ({"people": "millions"}, "people"),
        ({"found_at": "2027-01-01T00:00"}, "found_at"),
        ({"photos": ["script"]}, "photos"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(inspector, world: World, wrong, field):
    if "photos" in wrong:
        wrong = {"photos": [SimpleUploadedFile("a.jpg", b"<script>alert(1)</script>")]}
    answer = inspector.post(reverse(NEW), typed(world, **wrong))
    assert answer.status_code == 422
    assert answer.context["form"][field].errors, answer.context["form"].errors
    assert "主运皮带跑偏传感器被短接" in answer.content.decode()
    assert not Case.objects.exists()


def test_sent_twice_it_is_one(inspector, world: World):
    data = typed(world)
    first, second = inspector.post(reverse(NEW), data), inspector.post(reverse(NEW), data)
    assert first.url == second.url
    assert Case.objects.count() == 1


def test_mine_and_source_are_remembered(inspector, world: World):
    inspector.post(reverse(NEW), typed(world, source="upper_level"))
    form = inspector.get(reverse(NEW)).context["form"]
    assert form.initial == {"mine": "青石煤矿 990101000001", "source": "upper_level"}
    assert form.fields["title"].widget.attrs["autofocus"]


def test_old_addresses_lead_here(inspector, world: World):
    answer = inspector.get(reverse("cases:new"), {"place": world.place_a.pk})
    assert answer.url == f"{reverse(NEW)}?place={world.place_a.pk}"
    form = inspector.get(answer.url).context["form"]
    assert (form.initial["mine"], form.initial["place"]) == ("青石煤矿 990101000001", world.place_a.name)


def told(record: Recorder) -> Case:
    walker = Walker(record.world)
    case = record(clause_code="TP-3", found_at=august(1))
    return walker.to("closed", case=case)


def test_what_the_mine_was_told_before_is_shown(inspector, record: Recorder, world: World, time_machine):
    time_machine.move_to(august(2), tick=False)
    closed = told(record)
    time_machine.move_to(august(5), tick=False)
    page = inspector.post(reverse("hazards:look"), typed(world, clause_code="TP-3")).content.decode()
    assert closed.number in page
    assert "监察员甲" in page
    assert "<html" not in page
    other = inspector.post(reverse("hazards:look"), typed(world, clause_code="T2026-5.2")).content.decode()
    assert closed.number not in other


def test_the_same_under_the_edition_before_counts_as_told(inspector, record: Recorder, world: World):
    june = record(clause_code="T2020-4.1", found_at=august().replace(month=6))
    page = inspector.post(reverse("hazards:look"), typed(world, clause_code="T2026-5.2")).content.decode()
    assert june.number in page


def test_what_looks_alike_is_asked_about_and_the_same_leads_to_the_open_case(inspector, record: Recorder, world: World):
    open_case = record(title="主运皮带跑偏保护失效")
    page = inspector.post(reverse("hazards:look"), typed(world)).content.decode()
    assert f"relation-{open_case.pk}" in page
    answer = inspector.post(
        reverse(NEW), typed(world, photos=[picture()], **{f"relation-{open_case.pk}": "same"}), follow=True
    )
    assert Case.objects.count() == 1
    assert answer.redirect_chain[0][0] == reverse("cases:detail", args=[open_case.pk])
    relation = Relation.objects.get()
    assert (relation.case, relation.other, relation.answer) == (None, open_case, "same")
    assert relation.words == "皮带跑偏保护失效\n主运皮带跑偏传感器被短接"
    assert "主运皮带跑偏传感器被短接" in answer.content.decode()
    assert open_case.proofs.count() == 1


def test_happened_again_counts_and_links(inspector, record: Recorder, world: World):
    earlier = record(title="主运皮带跑偏保护失效")
    inspector.post(reverse(NEW), typed(world, **{f"relation-{earlier.pk}": "again"}))
    case = Case.objects.exclude(pk=earlier.pk).get()
    assert case.recurrence == 1
    assert Relation.objects.get().likeness > 0
    page = inspector.get(reverse("cases:detail", args=[case.pk])).content.decode()
    assert earlier.number in page


def test_without_javascript_a_button_shows_what_is_known(inspector, record: Recorder, world: World):
    open_case = record(title="主运皮带跑偏保护失效")
    answer = inspector.post(reverse(NEW), typed(world, look="1"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert f"relation-{open_case.pk}" in page
    assert "主运皮带跑偏传感器被短接" in page
    assert answer.context["judgement"].grade.name == "major"
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("parts", "word"),
    [(PARTS | {"clause_code": "TP-3"}, "B"), (PARTS, "level-red"), ({"gravity": "death"}, "quiet")],
)
def test_the_grade_is_shown_while_it_is_chosen(inspector, world: World, parts, word):
    data = {"mine": "青石煤矿", "clause_code": "T2026-14.2", "found_at": "2026-08-03T08:30"} | parts
    assert word in inspector.post(reverse("hazards:grade"), data).content.decode()


def test_the_places_of_the_mine_are_offered(inspector, world: World):
    page = inspector.post(reverse("hazards:places"), {"mine": world.mine_a.code}).content.decode()
    assert world.place_a.name in page
    assert (
        world.place_b.name
        not in inspector.post(reverse("hazards:places"), {"mine": world.mine_b.code}).content.decode()
    )


def test_few_queries_whatever_there_is(inspector, record: Recorder, world: World, django_assert_max_num_queries):
    for n in range(12):
        record(title=f"主运皮带跑偏保护失效{n}", clause_code="TP-3", found_at=august(1) + timedelta(minutes=n))
    data = typed(world, clause_code="TP-3")
    inspector.get(reverse(NEW))
    for name in ("hazards:look", "hazards:grade", "hazards:places"):
        with django_assert_max_num_queries(12):
            assert inspector.post(reverse(name), data).status_code == 200
    assert Mine.objects.count() == 2
