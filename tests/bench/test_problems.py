"""The bench of systemic problems: what counts as right, and that it runs on a small province."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from minewarden.bench.problems.accidents import against
from minewarden.bench.problems.bench import ANALYSTS, HEAD, measured
from minewarden.bench.problems.judge import Named, Score, at_precision, cause_of
from minewarden.bench.problems.speed import speed
from minewarden.cli.bench import bench
from minewarden.simulate.causes import CauseFinding, CauseMine, CauseYears, PlantedCause, Size, cause_years

SMALL = Size(
    mines=24, groups=4, cities=2, clauses=16, group_causes=2, mine_causes=3, season_causes=1, campaigns=2, forms=2
)
REAL = Path(__file__).parents[2].parent / "shared/data/ledger/stefanini-accidents/IHMStefanini_EN.csv"
TRUTH = CauseYears(
    mines=(CauseMine("m1", "g1", "t1"), CauseMine("m2", "g1", "t1"), CauseMine("m3", "g2", "t1")),
    visits=(),
    findings=(CauseFinding("f1", "m3", "v", date(2024, 1, 1), "c9", "x", None, "form"),),
    causes=(
        PlantedCause("group", "c1", "g1"),
        PlantedCause("mine", "c2", "m3"),
        PlantedCause("season", "c3", "", (6, 7, 8)),
        PlantedCause("form", "c9", "t1"),
    ),
)


def name(kind: str, scope: str, clause: str, season: tuple[int, ...] = (), score: float = 2.0) -> Named:
    return Named(kind, scope, clause, season, score, frozenset({"f1"}))


@pytest.mark.parametrize(
    ("named", "right"),
    [
        (name("group", "g1", "c1"), True),
        (name("mine", "m2", "c1"), True),
        (name("mine", "m3", "c1"), False),
        (name("mine", "m3", "c2"), True),
        (name("group", "g2", "c2"), False),
        (name("season", "", "c3", (7, 8, 9)), True),
        (name("season", "", "c3", (8, 9, 10)), False),
        (name("city", "t1", "c9"), False),
    ],
)
def test_what_counts_as_right(named: Named, right: bool) -> None:
    assert (cause_of(named, TRUTH) is not None) is right


def test_precision_counts_names_and_recall_counts_causes() -> None:
    score = Score()
    score.add([name("group", "g1", "c1"), name("mine", "m2", "c1"), name("mine", "m3", "c9")], TRUTH)
    assert (score.named, score.right, score.found, score.planted, score.forms) == (3, 2, 1, 3, 1)
    assert score.by_kind == {"group": (1, 1), "mine": (0, 1), "season": (0, 1)}


def test_the_limit_of_a_method_is_the_lowest_that_is_right_often_enough() -> None:
    named = [
        name("group", "g1", "c1", score=4.0),
        name("mine", "m3", "c2", score=3.0),
        name("city", "t1", "c9", score=2.0),
    ]
    limit, score = at_precision([(named, TRUTH)], 0.9)
    assert (limit, score.named, score.found) == (3.0, 2, 2)


def test_invented_years_are_the_same_for_the_same_seed() -> None:
    assert cause_years(7, SMALL) == cause_years(7, SMALL)
    assert cause_years(7, SMALL).findings != cause_years(8, SMALL).findings


def test_a_small_province_is_measured_by_every_method() -> None:
    outcome = measured([1001], SMALL)
    assert outcome.scores[HEAD].named <= outcome.scores[ANALYSTS].named
    assert outcome.scores[HEAD].forms == 0
    assert json.loads(json.dumps(outcome.document()))["seeds"] == [1001]


def test_speed_is_measured_on_as_many_texts_as_asked() -> None:
    found = speed(600, seed=2)
    assert (found.texts, found.new) == (600, 2)
    assert 0 < found.clusters <= found.different <= 600


def test_accidents_are_clustered_by_their_stories_alone(tmp_path: Path) -> None:
    rows = ["Description,Critical Risk"]
    rows += [f"Worker {n} stung by bee near neck while walking {'forest' * (n % 2)},Bees" for n in range(6)]
    rows += [f"Acid splashed from pump onto operator face {'again' * (n % 2)},Chemical" for n in range(6)]
    table = tmp_path / "accidents.csv"
    table.write_text("\n".join(rows), "utf-8")
    found = against(table)
    assert (found.records, found.clusters, found.nmi) == (12, 2, pytest.approx(1))
    said = CliRunner().invoke(bench, ["problems", "--accidents", str(table), "--json", str(tmp_path / "a.json")])
    assert said.exit_code == 0, said.output
    assert "NMI 1.00" in said.output
    assert json.loads((tmp_path / "a.json").read_text("utf-8"))["clusters"] == 2


def test_a_file_that_is_no_table_of_accidents_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "other.csv"
    table.write_text("a,b\n1,2\n", "utf-8")
    said = CliRunner().invoke(bench, ["problems", "--accidents", str(table)])
    assert said.exit_code == 2
    assert "Critical Risk" in said.output


@pytest.mark.skipif(not REAL.exists(), reason="the real accident records are not beside the repository")
def test_real_accident_records_run_through() -> None:
    found = against(REAL)
    assert found.records == 425
    assert found.ami > 0.05  # better than chance
