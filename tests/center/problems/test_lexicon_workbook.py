"""The office's words go out as a workbook and come in again: wrong rows are marked, and a batch is undone."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.http import QueryDict
from openpyxl import load_workbook

from minewarden.center.audit.verify import verify
from minewarden.center.problems.models import Word
from minewarden.center.problems.services import add_word
from minewarden.center.problems.vocabulary import office_lexicon
from minewarden.center.registry.models import Role
from minewarden.center.workbooks.exporting import export
from minewarden.center.workbooks.spec import sheet_of
from tests.center.workbooks.conftest import bring, today, undo, wrong_rows
from tests.center.workbooks.dumps import dump
from tests.center.world import World, make_user

__all__ = ["bring", "today"]


@pytest.fixture
def office(world: World) -> World:
    world.users["top"] = make_user("top", Role.OFFICE_HEAD, world.province)
    add_word(world.users["top"], kind="synonym", word="风筒布", stands_for="风筒", note="")
    return world


def csv(path: Path, text: str) -> Path:
    path.write_text(text, "gb18030")
    return path


def test_out_and_in_changes_nothing_and_then_one_cell_and_is_undone(office, bring, tmp_path):
    path = tmp_path / "lexicon.xlsx"
    assert export(office.users["top"], sheet_of("lexicon"), QueryDict(), path).rows == 1
    assert bring(path, "top", "lexicon").counts["unchanged"] == 1
    book = load_workbook(path)
    sheet = book.worksheets[0]
    heads = [str(cell.value or "").removesuffix(" *") for cell in sheet[1]]
    sheet.cell(2, heads.index("备注") + 1).value = "一线叫法"
    book.save(path)
    before = dump()
    batch = bring(path, "top", "lexicon", take=True)
    assert batch.counts["changed"] == 1, wrong_rows(batch)
    word = Word.objects.get()
    assert (word.note, word.stands_for, word.version) == ("一线叫法", "风筒", 2)
    assert undo(batch, office.users["top"]).state == "undone"
    assert dump() == before
    assert verify().findings == []


def test_new_words_count_once_and_are_gone_when_the_batch_is_undone(office, bring, tmp_path):
    before, (_lexicon, sha256) = dump(), office_lexicon()
    text = "词类,词语,标准词,备注\n同义词,风布,风筒,\n地点,躲避硐,,\n套话,请尽快落实,,\n同义词,风筒布,风筒,\n"
    batch = bring(csv(tmp_path / "words.csv", text), "top", "lexicon", take=True)
    assert (batch.counts["taken"], batch.counts["unchanged"]) == (3, 1), wrong_rows(batch)
    assert office_lexicon()[1] != sha256
    again = bring(csv(tmp_path / "again.csv", text + "\n"), "top", "lexicon")
    assert again.counts["unchanged"] == 4
    assert undo(batch, office.users["top"]).state == "undone"
    assert dump() == before
    assert office_lexicon()[1] == sha256


def test_what_is_wrong_is_said_beside_its_row(office, bring, tmp_path):
    text = (
        "词类,词语,代表词\n"
        "绰号,甲,乙\n"
        "同义词,风布,\n"
        "地点,躲避硐,硐室\n"
        "同义词,瓦斯探头,一氧化碳传感器\n"
        "同义词,皮带,刮板输送机\n"
        ",空,\n"
    )
    batch = bring(csv(tmp_path / "wrong.csv", text), "top", "lexicon")
    assert wrong_rows(batch) == {
        2: {("kind", "unknown_choice")},
        3: {("stands_for", "row")},
        4: {("stands_for", "row")},
        6: {("word", "row")},
        7: {("kind", "required")},
    }


def test_only_who_names_problems_for_the_whole_office_changes_the_lexicon(office, bring, tmp_path):
    batch = bring(csv(tmp_path / "words.csv", "词类,词语,代表词\n同义词,风布,风筒\n"), "inspector", "lexicon")
    assert wrong_rows(batch) == {2: {("", "row")}}
