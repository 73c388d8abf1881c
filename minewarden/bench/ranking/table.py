"""The figures as tables, as Markdown and as one document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.table import Table

from minewarden.center.ranking.formula import Formula
from minewarden.center.ranking.measures import Estimate

from .looked_back import LookedBack
from .planted import AIM, BAR, Planted
from .seismic import SeismicResult

SIMULATED_IS_NOT_REAL = (
    "Simulated provinces show whether the method finds what was hidden in them, "
    "not how often a real mine is named rightly."
)
SEISMIC_IS_NO_RANKING = (
    "The record is of two longwalls of one mine: blocks of shifts stand for mines. It shows that shrinkage and "
    "back-test work on real counts, not that mines are ranked rightly. Intervals by runs of 8 neighbouring blocks."
)
WHAT_AUC_IS = (
    "AUC: of an event and a unit of its exposure (an hour worked or inspected, a look-back), both drawn by lot, how "
    "often the event is at the mine with the higher score. Lift: the rate of the first 20 over the rate of all."
)


@dataclass(frozen=True)
class Sheet:
    """A table, however it is shown."""

    title: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    notes: Sequence[str]

    def rich(self) -> Table:
        table = Table(title=self.title, title_justify="left")
        for place, head in enumerate(self.heads):
            table.add_column(head, justify="left" if place == 0 else "right", no_wrap=True)
        for row in self.rows:
            table.add_row(*row)
        return table

    def markdown(self) -> str:
        lines = [f"**{self.title}**", "", f"| {' | '.join(self.heads)} |", f"|---|{'---|' * (len(self.heads) - 1)}"]
        lines += [f"| {' | '.join(row)} |" for row in self.rows]
        return "\n".join([*lines, "", *self.notes]) + "\n"


def planted_sheet(found: Planted) -> Sheet:
    """Share of planted bad mines at the top, rule by rule."""
    title = (
        f"Planted bad mines found in the top {found.bad} of {found.mines} ({found.runs} provinces, "
        f"seeds from {found.first_seed})"
    )
    rows = [
        (one.words, f"{one.mean:.3f}", f"{one.low:.3f}-{one.high:.3f}", f"{one.worst:.2f}", f"{one.best:.2f}")
        for one in found.shares
    ]
    notes = [f"Bar: the index finds {BAR} or more; aim {AIM}.", SIMULATED_IS_NOT_REAL]
    return Sheet(title, ("rule", "share", "95 % of the mean", "worst", "best"), rows, notes)


def looked_back_sheet(found: LookedBack) -> Sheet:
    """Rules against what came in the year after."""
    test = found.test
    title = f"Back-test: {test.mines} simulated mines, ranked before each of {len(test.times)} quarters"
    rows = [
        (
            f"{one.outcome}: {one.rule}",
            _interval(one.auc),
            _interval(one.precision),
            _interval(one.lift),
            "" if one.ahead is None else _interval(one.ahead, sign=True),
        )
        for one in test.results
    ]
    notes = [f"{key}: happened to {some} of {asked} mine-years." for key, (some, asked) in test.happened.items()]
    notes.append(WHAT_AUC_IS)
    fall = found.regression
    if fall is not None:
        notes.append(
            f"Regression to the mean: the {fall.mines} listed first had {fall.before:.2f} times their peers' major "
            f"hazards, were expected to have {fall.expected:.2f} with nothing done, and had {fall.after:.2f} (nobody "
            "acted on the list; some bad mines mend by themselves here)."
        )
    return Sheet(title, ("outcome: rule", "AUC", "precision@20", "lift", "index ahead by (AUC)"), rows, notes)


def seismic_sheet(found: Sequence[SeismicResult]) -> Sheet:
    """Rules against the next block of shifts of the seismic record."""
    rows = [
        (
            f"{result.looked}: {one.words}",
            _interval(one.auc),
            _interval(one.precision),
            "" if one.ahead is None else _interval(one.ahead, sign=True),
        )
        for result in found
        for one in result.rules
    ]
    title = f"seismic-bumps: {found[0].blocks} blocks of 12 shifts, {found[0].positives} followed by a bump above 10⁴ J"
    return Sheet(
        title, ("shifts looked at: rule", "AUC", "precision@20", "index ahead by"), rows, [SEISMIC_IS_NO_RANKING]
    )


def document(
    formula: Formula, planted: Planted, looked_back: LookedBack, seismic: Sequence[SeismicResult] | None
) -> dict[str, Any]:
    """All figures; ``seismic`` is None where the record was not found."""
    fall = looked_back.regression
    return {
        "formula": {"version": formula.version, "sha256": formula.sha256},
        "bar": BAR,
        "aim": AIM,
        "planted": asdict(planted),
        "back_test": {
            "times": list(looked_back.test.times),
            "happened": {key: list(one) for key, one in looked_back.test.happened.items()},
            "results": [asdict(one) for one in looked_back.test.results],
            "regression": None if fall is None else asdict(fall),
        },
        "seismic": None if seismic is None else [asdict(one) for one in seismic],
    }


def _interval(one: Estimate, *, sign: bool = False) -> str:
    figure = f"{one.value:+.3f}" if sign else f"{one.value:.3f}"
    if one.low is None or one.high is None:
        return figure
    return f"{figure} ({one.low:+.2f} to {one.high:+.2f})" if sign else f"{figure} ({one.low:.2f}-{one.high:.2f})"
