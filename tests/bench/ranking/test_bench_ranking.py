from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from minewarden.bench.accuracy.real import data_folder
from minewarden.bench.ranking.planted import FIRST_SEED, one_run, summed, top
from minewarden.bench.ranking.rules import compared
from minewarden.bench.ranking.seismic import FILE, FaultyRecord, read_record, run_seismic
from minewarden.center.ranking.formula import formula
from minewarden.cli.bench.ranking import ranking
from minewarden.simulate.bad_mines import World

# Made like the record: 19 columns, a bump every fifth shift, the class told one row before.
ROW = "a,a,W,1,1,0,0,a,{all},{weak},0,{strong},0,0,0,0,0,0,{follows}"


def record(rows: int, *, late: int = 0) -> str:
    strong = [int(place % 5 == 0 and place % 70 < 30) for place in range(rows + 2)]
    lines = [
        ROW.format(all=strong[at] + at % 3, weak=at % 3, strong=strong[at], follows=strong[at + 1 + late])
        for at in range(rows)
    ]
    return "\n".join(["% made for a test", "@data", *lines]) + "\n"


def test_in_a_simulated_province_the_index_finds_more_than_a_busy_list() -> None:
    rows = [one_run(seed, compared(formula()), World()) for seed in range(3)]
    found = summed(rows, 0, formula(), World())
    by_key = {one.key: one.mean for one in found.shares}
    assert by_key["index"] > by_key["raw_rate"] > by_key["raw_count"]
    assert not found.under_the_bar


def test_mines_of_the_same_score_are_taken_by_their_code() -> None:
    assert top({"B": 1.0, "C": 2.0, "A": 1.0}, 2) == ["C", "A"]


def test_the_command_writes_all_figures_and_fails_under_the_bar(tmp_path: Path) -> None:
    to, page = tmp_path / "out" / "r.json", tmp_path / "r.md"
    said = ["--runs", "1", "--no-real", "--worse", "1.05", "--json", str(to), "--markdown", str(page)]
    done = CliRunner().invoke(ranking, said)
    assert done.exit_code == 1, done.output
    figures = json.loads(to.read_text(encoding="utf-8"))
    assert figures["planted"]["first_seed"] == FIRST_SEED
    assert [one["key"] for one in figures["planted"]["shares"]][-1] == "index"
    assert len(figures["back_test"]["results"]) == 15
    assert figures["seismic"] is None
    assert "Regression to the mean" in page.read_text(encoding="utf-8")


def test_a_wrong_record_is_refused_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / FILE).parent.mkdir(parents=True)
    (tmp_path / FILE).write_text("@data\n1,2,3\n", encoding="utf-8")
    done = CliRunner().invoke(ranking, ["--runs", "1", "--real", str(tmp_path)])
    assert done.exit_code == 2
    assert "19 columns" in done.output


def test_rows_that_are_not_in_order_of_time_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "seismic-bumps.arff"
    path.write_text(record(200), encoding="utf-8")
    assert len(read_record(path)) == 200
    path.write_text(record(200, late=1), encoding="utf-8")
    with pytest.raises(FaultyRecord, match="order of time"):
        read_record(path)


def test_blocks_are_held_against_the_block_after_them(tmp_path: Path) -> None:
    path = tmp_path / "seismic-bumps.arff"
    path.write_text(record(12 * 60), encoding="utf-8")
    whole, uneven = run_seismic(read_record(path))
    assert (whole.blocks, uneven.positives) == (59, whole.positives)
    assert {one.key for one in whole.rules} == {"raw_count", "raw_rate", "eb_rate", "spi", "index"}
    assert whole.rules[0].auc == whole.rules[1].auc


def test_on_the_real_record_the_index_is_better_than_chance() -> None:
    folder = data_folder()
    if folder is None or not (folder / FILE).is_file():
        pytest.skip("the real record is not beside the checkout")
    whole, _ = run_seismic(read_record(folder / FILE))
    index = whole.rules[-1].auc
    assert whole.blocks == 214
    assert index.low is not None
    assert index.low > 0.55
