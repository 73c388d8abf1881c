"""The pages and the API of candidates and problems, and what feeds them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from minewarden.center.audit.services import act
from minewarden.center.problems import services
from minewarden.center.problems.models import Candidate, SetAside, Word
from minewarden.center.problems.running import search
from minewarden.center.problems.vocabulary import office_lexicon
from minewarden.center.problems.watched import watched_minutes
from minewarden.center.registry.models import SettingsVersion
from minewarden.center.video.models import BlindInterval
from tests.center.access_rows.problems import candidate, problem
from tests.center.problems import office
from tests.center.world import World

NOW = datetime(2026, 9, 10, 4, tzinfo=UTC)
DAY = date(2026, 9, 10)


def page(world: World, who: str, name: str, *args: object, **more: object) -> str:
    client = Client()
    client.force_login(world.users[who])
    answer = client.get(reverse(f"problems:{name}", args=args), more)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_candidate_says_all_its_numbers_and_leads_to_its_cases(world):
    found = candidate(world)
    listed = page(world, "office_head", "candidates")
    assert world.mine_a.name in listed
    assert "20 / 4.0" in listed
    assert "ratio-bar" in listed
    one = page(world, "office_head", "candidate", found.pk)
    for words in ("5.0 倍", "4.4 倍", "3.1 倍", "与 13 个同类比较，其中 0 个更高", "course-bar"):
        assert words in one
    assert reverse("cases:detail", args=[found.links.get().case_id]) in one


def test_a_page_of_candidates_asks_few_queries(world, django_assert_max_num_queries):
    candidate(world)
    client = Client()
    client.force_login(world.users["office_head"])
    client.get(reverse("problems:candidates"))
    with django_assert_max_num_queries(16):
        client.get(reverse("problems:candidates"))


def test_a_dismissed_candidate_leaves_its_list_and_comes_again_only_when_it_has_grown(world):
    office.mines(world.city_a, 14)
    bad = office.known()[2]
    office.live(office.known(), DAY, {(bad.code, "INV-2.1"): 0.75}, days=(860, 200))
    search(None, NOW - timedelta(days=199))
    (found,) = Candidate.objects.filter(node=bad.node, clause="INV-2.1").exclude(listed="")
    services.dismiss(found.pk, world.users["office_head"], "统计口径")
    assert "统计口径" in page(world, "office_head", "candidate", found.pk)
    address = reverse("problems:candidate", args=[found.pk])
    assert address not in page(world, "office_head", "candidates", list="analysts")
    assert address in page(world, "office_head", "candidates", list="dismissed")
    office.live(office.known(), DAY, {(bad.code, "INV-2.1"): 1.0}, days=(199, 1))
    search(None, NOW)
    dismissal = found.dismissals.get()
    found.refresh_from_db()
    assert (dismissal.returned_on is not None) is (found.low >= 1.25 * dismissal.low and found.n > dismissal.n)
    assert (address in page(world, "office_head", "candidates", list="analysts")) is bool(dismissal.returned_on)


def test_a_form_filled_in_alike_is_shown_with_its_mines(world):
    office.mines(world.city_a, 12)
    with act("test.form", None):
        for mine in office.known()[:4]:
            for number in range(12):
                day = DAY - timedelta(days=20 + 21 * number)
                office.inspect(mine, day, [])
                office.written(mine, day, "INV-8.1", words="按检查表逐项检查，第三项不符合")
    search(None, NOW)
    form = SetAside.objects.get()
    assert form.exact
    assert [count for _mine, count in form.mines] == [12, 12, 12, 12]
    assert "按检查表逐项检查" in page(world, "office_head", "aside")
    assert not Candidate.objects.filter(clause="INV-8.1").exists()


def test_the_mine_that_is_named_sees_its_problem_and_nobody_elses(world):
    found = problem(world)
    own = page(world, "mine_a", "problem", found.pk)
    assert "班组不做拉拔试验" in own
    assert "每班试验" in own
    client = Client()
    client.force_login(world.users["mine_b"])
    assert client.get(reverse("problems:problem", args=[found.pk])).status_code == 404
    client.force_login(world.users["mine_a"])
    assert client.get(reverse("problems:candidates")).status_code == 403


def test_the_case_of_a_problem_and_its_cases_say_so(world):
    found = problem(world)
    client = Client()
    client.force_login(world.users["office_head"])
    tied = found.ties.get().case_id
    address = reverse("problems:problem", args=[found.pk])
    for case in (found.pk, tied):
        assert address in client.get(reverse("cases:detail", args=[case])).content.decode()


def test_a_word_of_the_office_counts_and_two_meanings_are_refused(world):
    client = Client()
    client.force_login(world.users["office_head"])
    with act("test.grant", None):
        from minewarden.center.registry.models import Role
        from minewarden.center.registry.services.accounts import grant_role

        grant_role(None, user=world.users["office_head"], role=Role.OFFICE_HEAD, node=world.province)
    _, before = office_lexicon()
    sent = {"kind": "synonym", "word": "铁葫芦", "stands_for": "手拉葫芦", "note": ""}
    assert client.post(reverse("problems:lexicon"), sent).status_code == 302
    assert office_lexicon()[1] != before
    assert office_lexicon()[0].synonyms["铁葫芦"] == "手拉葫芦"
    again = client.post(reverse("problems:lexicon"), {**sent, "word": "探头", "stands_for": "摄像机"})
    assert again.status_code == 422
    assert Word.objects.count() == 1


def test_the_api_answers_what_the_pages_show(world):
    found = candidate(world)
    client = Client()
    client.force_login(world.users["office_head"])
    (row,) = client.get("/api/problems/candidates").json()["candidates"]
    assert (row["n"], row["low"], row["where"]) == (20, 3.1, world.mine_a.name)
    one = client.get(f"/api/problems/candidates/{found.pk}").json()
    assert one["course"] == [["2026-01", 480, 1, 1]]
    assert client.get("/api/problems/candidates/999999").status_code == 404


def test_time_on_video_is_what_was_watched_without_what_was_blind(world):
    monday = date(2026, 8, 31)
    at = datetime(2026, 8, 31, tzinfo=timezone.get_default_timezone())
    camera = world.camera_a
    with act("test.watched", None):
        for version, scenes, days in ((91, ["no_helmet"], 0), (92, [], 3)):
            SettingsVersion(
                camera=camera, version=version, scenes=[{"scene": name} for name in scenes], source="page",
                made_at=at + timedelta(days=days),
            ).save()  # fmt: skip
        import uuid

        for hours in ((1, 3), (2, 5)):
            begun, ended = (at + timedelta(hours=hour) for hour in hours)
            BlindInterval(
                id=uuid.uuid4(), camera=camera, mine=world.mine_a, edge=world.edge_a, reason="x",
                started_at=begun, ended_at=ended,
            ).save()  # fmt: skip
    found = watched_minutes(monday, monday + timedelta(days=6), ["no_helmet"])
    assert found[world.mine_a.code, "no_helmet", monday] == (3 * 24 - 4) * 60


@pytest.mark.parametrize("name", ["head", "analysts", "dismissed", "gone"])
def test_an_empty_list_says_what_to_do(world, name):
    assert "empty-title" in page(world, "office_head", "candidates", list=name)
