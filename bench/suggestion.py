"""``python -m bench suggestion``: how often the right clause is among those proposed, on invented texts.

Needs no database. Cases are apart by mine, so that no mine's words are both learnt and asked.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import click
import numpy as np
from rich.console import Console
from rich.table import Table
from sklearn.model_selection import GroupKFold

from minewarden.center.hazards.suggestion.model import Facts, Model, documents, fit
from minewarden.simulate.hazard_texts import FAMILIES, Family, habits_of, hazard_text, ordinary_catalogue
from minewarden.standards.major_hazards import edition_on

from .machine import machine

RESULTS = Path(__file__).parent / "results"
DAY: Final = date(2026, 8, 1)
SKEW: Final = 0.7  # a clause of rank r is found r^-0.7 as often as the first: some all the time, some hardly ever
MOST: Final = 3


@dataclass(frozen=True)
class InventedCase:
    """A case of a mine under a clause, written in both manners."""

    mine: int
    code: str
    texts: dict[Family, str]


@dataclass(frozen=True)
class Result:
    """``name``: which question. Shares of the cases asked; milliseconds are the median of a proposal."""

    name: str
    learnt: int
    asked: int
    top_1: float
    top_3: float
    fit_s: float
    ms: float


def clauses() -> dict[str, list[str]]:
    """Code → what it gives to learn from, of the clauses in force on DAY: the criteria and the invented catalogue."""
    criteria = {item.code: documents(item.title, item.text) for item in edition_on(DAY).items}
    return criteria | {clause.code: documents(clause.title, clause.text) for clause in ordinary_catalogue().clauses}


def invent(count: int, mines: int, seed: int) -> list[InventedCase]:
    """Cases of some mines, each with its habits; the same for the same seed."""
    chance = random.Random(seed)
    habits = [habits_of(f"99{mine:010d}", f"第{mine}煤矿") for mine in range(mines)]
    codes = list(clauses())
    chance.shuffle(codes)
    weights = [(rank + 1) ** -SKEW for rank in range(len(codes))]
    cases = []
    for _ in range(count):
        mine, code = chance.randrange(mines), chance.choices(codes, weights)[0]
        texts = {family: " ".join(hazard_text(chance, code, family, habits[mine])) for family in FAMILIES}
        cases.append(InventedCase(mine, code, texts))
    return cases


def learn(cases: Sequence[InventedCase], families: Sequence[Family]) -> Model:
    """A model of the clauses and of these cases in these manners."""
    known = clauses()
    texts = [text for given in known.values() for text in given]
    codes = [code for code, given in known.items() for _ in given]
    for family in families:
        texts += [case.texts[family] for case in cases]
        codes += [case.code for case in cases]
    return fit(texts, codes, Facts("", len(known), len(texts), len(cases) * len(families)))


def ask(model: Model, cases: Sequence[InventedCase], family: Family) -> tuple[list[int], list[float]]:
    """The place of the right clause among those proposed (0: first; MOST: not among them), and the milliseconds."""
    among = list(clauses())
    places, times = [], []
    for case in cases:
        begun = time.perf_counter()
        proposed = list(model.shares(case.texts[family], among))[:MOST]
        times.append((time.perf_counter() - begun) * 1000)
        places.append(proposed.index(case.code) if case.code in proposed else MOST)
    return places, times


def measured(name: str, cases: Sequence[InventedCase], learnt: Sequence[Family], asked: Family, folds: int) -> Result:
    """Learn from the mines of all folds but one, ask about the mines of that one, for each fold."""
    places: list[int] = []
    times: list[float] = []
    fit_s, size = 0.0, 0
    groups = [case.mine for case in cases]
    for train, test in GroupKFold(folds).split(cases, groups=groups):
        begun = time.perf_counter()
        model = learn([cases[index] for index in train], learnt)
        fit_s, size = time.perf_counter() - begun, len(train) * len(learnt)
        of_fold, took = ask(model, [cases[index] for index in test], asked)
        places += of_fold
        times += took
    found = np.array(places)
    first, among = float((found == 0).mean()), float((found < MOST).mean())
    return Result(name, size, len(places), first, among, fit_s, float(np.median(times)))


def all_questions(cases: Sequence[InventedCase], folds: int = 4) -> list[Result]:
    """(a) the manner it learnt from, (b) the other manner, (c) nothing learnt but the clauses."""
    return [
        measured("a: learnt office, asked office", cases, ["office"], "office", folds),
        measured("a: learnt field, asked field", cases, ["field"], "field", folds),
        measured("b: learnt office, asked field", cases, ["office"], "field", folds),
        measured("b: learnt field, asked office", cases, ["field"], "office", folds),
        measured("c: clauses alone, asked office", cases, [], "office", folds),
        measured("c: clauses alone, asked field", cases, [], "field", folds),
    ]


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--cases", "count", type=click.IntRange(200), default=8_000, show_default=True)
@click.option("--mines", type=click.IntRange(4), default=40, show_default=True)
@click.option("--seed", default=20261123, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON instead of a table.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=RESULTS, help="Folder of results.")
def suggestion(count: int, mines: int, seed: int, as_json: bool, out: Path) -> None:
    """How often the right clause is first, or among three, by how the texts asked differ from those learnt.

    All texts are invented: only real records will tell what it does for an office.
    """
    results = all_questions(invent(count, mines, seed))
    now = datetime.now(UTC)
    facts = {
        "measured_at": now.isoformat(timespec="seconds"),
        "machine": machine(),
        "cases": count,
        "mines": mines,
        "clauses": len(clauses()),
        "seed": seed,
        "results": [asdict(result) for result in results],
    }
    out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(facts, indent=1, ensure_ascii=False)
    (out / f"suggestion-{now:%Y%m%d-%H%M%S}.json").write_text(text + "\n", "utf-8")
    if as_json:
        click.echo(text)
        return
    table = Table(title=f"{count} invented cases of {mines} mines, {len(clauses())} clauses", title_justify="left")
    for head in ("question", "learnt", "asked", "first", "among three", "fit s", "ms"):
        table.add_column(head, justify="left" if head == "question" else "right", no_wrap=True)
    for one in results:
        numbers = (f"{one.top_1:.3f}", f"{one.top_3:.3f}", f"{one.fit_s:.1f}", f"{one.ms:.2f}")
        table.add_row(one.name, str(one.learnt), str(one.asked), *numbers)
    Console().print(table)


if __name__ == "__main__":
    suggestion(prog_name="python -m bench.suggestion")
