from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import FrozenInstanceError, replace
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minewarden.standards.major_hazards import (
    FaultyStandard,
    Item,
    check_links,
    edition_on,
    editions,
    item,
    parse_edition,
    successors,
)

COUNTS = {
    "2020": [6, 3, 7, 2, 10, 9, 3, 5, 4, 6, 3, 4, 5, 3, 11],
    "2026": [3, 9, 6, 5, 17, 3, 16, 9, 3, 6, 8, 4, 3, 3, 7, 2, 19],
}
OLD, NEW = editions()["2020"], editions()["2026"]


def text_of(name: str) -> str:
    return files("minewarden.standards").joinpath(f"major_hazards_{name}.toml").read_text("utf-8")


def all_items() -> Iterator[Item]:
    return (entry for edition in editions().values() for entry in edition.items)


@pytest.mark.parametrize(("name", "total"), [("2020", 81), ("2026", 123)])
def test_every_item_of_both_editions_is_there(name: str, total: int):
    edition = next(entry for entry in editions().values() if entry.name == name)
    assert [len(aspect.items) for aspect in edition.aspects] == COUNTS[name]
    assert len(edition.items) == sum(aspect.items_stated for aspect in edition.aspects) == total
    assert edition.missing == 0
    assert [[entry.number for entry in aspect.items] for aspect in edition.aspects] == [
        list(range(1, count + 1)) for count in COUNTS[name]
    ]


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2021, 1, 1), "2020"),
        (date(2026, 6, 30), "2020"),
        (date(2026, 7, 1), "2026"),
        (date(2026, 8, 15), "2026"),
    ],
)
def test_the_edition_follows_the_day_of_finding(day: date, name: str):
    assert edition_on(day).name == name


def test_before_the_first_edition_there_is_none_rather_than_a_wrong_one():
    with pytest.raises(LookupError, match="2020-12-31"):
        edition_on(date(2020, 12, 31))


@given(st.dates(min_value=date(2021, 1, 1)))
def test_every_day_since_2021_has_exactly_one_edition(day: date):
    assert [edition for edition in editions().values() if edition.in_force(day)] == [edition_on(day)]


def test_codes_are_unique_and_lead_back_to_their_items():
    codes = [entry.code for entry in all_items()]
    assert len(set(codes)) == len(codes) == 204
    assert all(item(entry.code) is entry and re.fullmatch(r"20(20|26)-\d+\.\d+", entry.code) for entry in all_items())


@pytest.mark.parametrize("code", ["2026-14.9", "2020-14.8", "2024-1.1", "", "14.1", "2026-14.02"])
def test_an_unknown_code_is_refused(code: str):
    with pytest.raises(KeyError):
        item(code)
    with pytest.raises(KeyError):
        successors(code)
    with pytest.raises(KeyError):
        NEW.item(code)


@pytest.mark.parametrize(
    ("code", "citation"),
    [
        ("2026-4.1", "第四条第（一）项"),
        ("2026-10.16", "第十条第（十六）项"),
        ("2026-14.2", "第十四条第（二）项"),
        ("2026-20.10", "第二十条第（十）项"),
    ],
)
def test_an_item_is_cited_as_in_a_chinese_document(code: str, citation: str):
    assert item(code).citation == citation


def test_names_are_chinese_first_and_english_beside():
    entry = item("2026-14.2")
    assert entry.name("zh-hans") == entry.title == "过滤、篡改、屏蔽、隐瞒、销毁系统数据"
    assert entry.name("en") == "System data filtered, altered, shielded, hidden or destroyed"
    assert NEW.aspects[10].name("zh-hans").startswith("监控与通讯系统")
    assert all(re.search("[\u4e00-\u9fff]", entry.title + entry.text) for entry in all_items())
    assert not any(re.search("[\u4e00-\u9fff]", entry.title_en) for entry in all_items())


def test_titles_are_short_enough_for_a_telephone_and_unlike_within_an_edition():
    assert all(len(entry.title) <= 30 and len(entry.title_en) <= 70 for entry in all_items())
    for edition in editions().values():
        assert len({entry.title for entry in edition.items}) == len(edition.items)


@pytest.mark.parametrize(
    ("old", "new"),
    [("2020-5.1", ["2026-20.3"]), ("2020-4.1", ["2026-4.1"]), ("2020-14.1", ["2026-16.1"])],
)
def test_an_old_item_leads_to_its_new_ones(old: str, new: list[str]):
    assert [entry.code for entry in successors(old)] == new


def test_faults_of_methane_sensors_lead_into_the_new_article_on_monitoring():
    assert {entry.article for entry in successors("2020-7.2")} == {14}
    assert {entry.article for entry in successors("2020-18.6")} == {14}


def test_gone_items_lead_nowhere_and_the_ones_our_research_names_are_marked_as_stated():
    assert all(successors(gone.code) == () for gone in NEW.gone)
    stated = {gone.code for gone in NEW.gone if gone.basis == "stated"}
    assert stated == {f"2020-{place}" for place in ("4.2", "4.3", "6.1", "9.2", "11.2", "18.1", "18.2")}


def test_links_that_we_drew_ourselves_say_so():
    assert [entry.code for entry in NEW.items if entry.origin == "stated"] == ["2026-4.1", "2026-20.3"]
    assert all((entry.origin is None) == (not entry.came_from) for entry in all_items())
    assert any(fact.what == "came_from and gone" and fact.confidence == "unsure" for fact in NEW.facts)


def test_only_the_item_known_from_memory_is_unsure_in_itself():
    assert [entry.code for entry in all_items() if entry.unsure] == ["2020-18.11"]


def test_video_hints_where_the_criteria_name_what_a_camera_sees():
    video = {entry.code for entry in NEW.items if "video" in entry.hints}
    assert {"2026-10.2", "2026-15.4", "2026-20.3", "2026-20.15", "2026-20.16"} <= video
    assert sum(bool(entry.hints) for entry in NEW.items) == 37
    assert item("2026-18.1").hints == frozenset()


def test_an_old_item_hints_only_at_what_its_successors_hint_at():
    for entry in OLD.items:
        assert entry.hints <= frozenset().union(*(new.hints for new in successors(entry.code))), entry.code


def test_nothing_of_an_edition_can_be_changed():
    with pytest.raises(FrozenInstanceError):
        item("2026-4.1").title = "x"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ("items_stated = 9", "items_stated = 8", "article 5: more items than stated"),
        ("[[aspect.item]]\nnumber = 2\n", "[[aspect.item]]\nnumber = 1\n", "article 4: items twice"),
        ("number = 2\narticle = 5", "number = 3\narticle = 5", "aspect 3 in place 2"),
        ("number = 2\narticle = 5", "number = 2\narticle = 6", "aspect 2 is article 5"),
        ('hints = ["video"]', 'hints = ["smell"]', "2026-10.2: unknown hint"),
        ('origin = "stated"', 'origin = "guessed"', "2026-4.1: origin"),
        ('origin = "stated"\n', "", "2026-4.1: origin"),
        ('basis = "stated"', 'basis = "guessed"', "unknown basis"),
        ('title = "产量超过核定能力"', 'title = ""', "2026-4.1: title or text is empty"),
        ("published = 2026-05-24", "published = 2026-07-24", "dates out of order"),
        ("valid_from = 2026-07-01", "valid_from = 2026-07-01\nvalid_to = 2026-06-01", "ends before it begins"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused_with_the_place(was: str, becomes: str, told: str):
    text = text_of("2026")
    assert was in text
    with pytest.raises(FaultyStandard, match=re.escape(told)):
        parse_edition(text.replace(was, becomes, 1))


def test_a_misspelt_key_is_refused():
    with pytest.raises(TypeError):
        parse_edition(text_of("2026").replace("title_en", "titel_en", 1))


def test_a_file_that_lacks_items_loads_and_says_how_many():
    short = text_of("2020")
    assert parse_edition(short[: short.rindex("[[aspect.item]]")]).missing == 1


def test_links_are_checked_between_the_editions():
    broken = [
        (NEW.items[0], {"came_from": ("2020-99.1",)}, "came_from leads nowhere: 2020-99.1"),
        (NEW.items[0], {"came_from": (), "origin": None}, "neither linked nor gone: 2020-4.1"),
        (NEW.items[0], {"came_from": ("2020-4.1", "2020-4.2")}, "gone and yet linked: 2020-4.2"),
    ]
    for entry, change, told in broken:
        first = replace(NEW.aspects[0], items=(replace(entry, **change), *NEW.aspects[0].items[1:]))
        with pytest.raises(FaultyStandard, match=re.escape(told)):
            check_links(OLD, replace(NEW, aspects=(first, *NEW.aspects[1:])))
    with pytest.raises(FaultyStandard, match="gone leads nowhere"):
        check_links(OLD, replace(NEW, gone=(*NEW.gone, replace(NEW.gone[0], code="2020-99.1"))))
    with pytest.raises(FaultyStandard, match="twice"):
        check_links(OLD, replace(NEW, gone=(*NEW.gone, NEW.gone[0])))
    with pytest.raises(FaultyStandard, match="next day"):
        check_links(OLD, replace(NEW, valid_from=NEW.valid_from + timedelta(days=1)))


def test_the_example_in_the_docs_gives_what_it_says():
    text = (Path(__file__).parents[2] / "docs" / "clauses.md").read_text("utf-8")
    block = text.partition("```python\n")[2].partition("```")[0]
    lines = [line.split("  # ") for line in block.splitlines() if "  # " in line]
    names: dict[str, object] = {}
    exec("\n".join(line for line in block.splitlines() if "import" in line), names)
    assert len(lines) == 4
    assert [repr(eval(code, names)) for code, _ in lines] == [said for _, said in lines]


def test_the_figures_in_the_docs_are_those_of_the_files():
    text = (Path(__file__).parents[2] / "docs" / "clauses.md").read_text("utf-8")
    hints = [entry.hints for entry in NEW.items if entry.hints]
    sensors, video = (sum(kind in entry for entry in hints) for kind in ("sensors", "video"))
    both = sum(len(entry) == 2 for entry in hints)
    assert (
        f"{len(hints)} of the 123 items have a hint: {sensors} from sensors, {video} from video, {both} of them" in text
    )
    assert f"Of the {len(NEW.gone)} items of 2020 under `[[gone]]` seven are stated" in text
    assert f"{sum(not entry.came_from for entry in NEW.items)} items of 2026 have no `came_from`" in text
