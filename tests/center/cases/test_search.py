"""One search on both databases: the same words find the same cases, whoever wrote them and by whatever way."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from minewarden.center.audit.services import act
from minewarden.center.cases import search, services
from minewarden.center.cases.models import Case
from minewarden.center.cases.search import ensure_index, having_words, rebuild_index
from minewarden.center.cases.search_text import search_text, tokens
from tests.center.cases.conftest import Walker

TEXTS = {
    "sensor": ("甲烷传感器位置不当", "距迎头超过规定距离，显示值 1.25% CH4"),
    "ghost": ("密闭墙漏风", "墙前甲醇桶未清理，烷烃类物质混放"),
    "switch": ("馈电开关失爆", "KBZ-400/1140 型开关接线嘴有1个失爆，见 3102 掘进工作面"),
    "full": ("ＣＨ４超限", "瓦斯（甲烷）浓度１．５％，断电未动作"),
    "rare": ("𬭎合金钎头断裂", "100%_合格\\检查表未填"),
    "lift": ("副井提升机", "制动闸间隙超限；A-7号闸盘偏摆"),
}


@pytest.fixture
def corpus(walker: Walker) -> dict[str, str]:
    """Number → name of the text."""
    return {
        walker.open(title=title, description=text, place=None).number: name for name, (title, text) in TEXTS.items()
    }


@pytest.fixture(params=["by the index", "by comparing"])
def way(request, monkeypatch) -> str:
    """On SQLite a frequent word is compared row by row: both ways must mean the same."""
    monkeypatch.setattr(search, "FREQUENT", 10**9 if request.param == "by the index" else 0)
    return request.param


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("甲烷", {"sensor", "full"}),
        ("甲 烷", {"sensor", "full", "ghost"}),
        ("烷", {"sensor", "full", "ghost"}),
        ("甲", {"sensor", "full", "ghost"}),
        ("闸", {"lift"}),
        ("甲烷传感器", {"sensor"}),
        ("甲烷，传感器", {"sensor"}),
        ("感传", set()),
        ("ch4", {"sensor", "full"}),
        ("CH4", {"sensor", "full"}),
        ("ＣＨ４", {"sensor", "full"}),
        ("ch", {"sensor", "full"}),
        ("h4", set()),
        ("甲烷 ch4 超限", {"full"}),
        ("1.5", {"full"}),
        ("1.25", {"sensor"}),
        ("kbz", {"switch"}),
        ("KBZ-400", {"switch"}),
        ("kbz-400/1140", {"switch"}),
        ("1140", {"switch"}),
        ("3102", {"switch"}),
        ("a-7号", {"lift"}),
        ("𬭎合", {"rare"}),
        ("100", {"rare"}),
        ("龙卷风", set()),
        ("%", set(TEXTS)),
        ("_", set(TEXTS)),
        ("' OR 1=1 --", set()),
        ('" OR "', set()),
        ("甲烷*", {"sensor", "full"}),
        ("青石", set(TEXTS)),
    ],
)
def test_words_find_the_same_on_every_database_and_every_way(corpus, way, words, found):
    numbers = having_words(Case.objects.all(), words).values_list("number", flat=True)
    assert {corpus[number] for number in numbers} == found


def test_a_case_is_found_by_its_number_its_beginning_and_its_serial(corpus, way):
    number = next(iter(corpus))
    for words in (number, number[:-2], number.partition("-")[2]):
        assert number in having_words(Case.objects.all(), words).values_list("number", flat=True)


def test_what_is_assigned_or_edited_is_found_by_the_new_words_in_the_same_transaction(walker: Walker):
    case = walker.to("assigned")
    assert having_words(Case.objects.all(), "王工").get().pk == case.pk
    services.edit(case.pk, walker.world.users["inspector"], expected_version=case.version, title="风筒脱节")
    assert having_words(Case.objects.all(), "风筒脱节").get().pk == case.pk
    assert not having_words(Case.objects.all(), "护栏缺失").exists()


def test_an_action_that_fails_leaves_nothing_to_be_found(walker: Walker):
    def fails() -> None:
        with act("tests.fail", None):
            walker.open(title="风筒脱节")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert not having_words(Case.objects.all(), "风筒").exists()


def test_a_text_longer_than_any_index_takes_is_kept_and_found(walker: Walker):
    walker.open(title="x" * 120, description="甲烷" * 1000 + "y" * 3000)
    assert having_words(Case.objects.all(), "x" * 119).count() == 1
    assert having_words(Case.objects.all(), "y" * 300).count() == 1


def test_the_index_is_made_again_where_a_migration_lost_it(corpus):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps the index with the table")
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER cases_search_insert")
        cursor.execute("INSERT INTO cases_search(cases_search) VALUES ('delete-all')")
    assert not having_words(Case.objects.all(), "甲烷").exists()
    ensure_index()
    assert having_words(Case.objects.all(), "甲烷").count() == 2
    rebuild_index()
    assert having_words(Case.objects.all(), "甲烷").count() == 2


def test_tokens_of_a_query_are_among_those_of_the_text():
    for title, text in TEXTS.values():
        kept = search_text(title, text).split(" ")
        assert set(tokens(f"{title} {text}")) <= set(kept)
        assert all(kept)


def test_the_search_at_the_top_finds_cases_by_number_and_by_words(walker: Walker):
    client = Client()
    client.force_login(walker.world.users["inspector"], "django.contrib.auth.backends.ModelBackend")
    one, other = walker.open(title="风筒脱节"), walker.open(title="风筒破损")
    assert client.get(reverse("registry:search"), {"q": one.number}).url == reverse("cases:detail", args=[one.pk])
    page = client.get(reverse("registry:search"), {"q": "风筒"}).content.decode()
    assert one.number in page
    assert other.number in page
    neighbour = Client()
    neighbour.force_login(walker.world.users["inspector_b"], "django.contrib.auth.backends.ModelBackend")
    for text in (one.number, "风筒"):
        assert (
            one.number not in neighbour.get(reverse("registry:search"), {"q": text}).content.decode().split("</h1>")[1]
        )
