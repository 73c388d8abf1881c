"""The ranking of a day out of the records: which formula holds, what was counted, where mines stand. No writes."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from minewarden.center.registry.models import Mine, MineState

from .counts import counts
from .figures import MineFigures, RedLineRaised, canonical, input_json
from .formula import Formula, read
from .index import Ranking, rank_mines
from .models import FormulaState, FormulaVersion, FrozenRanking
from .peers import peers_of
from .queries import lines_in_force
from .snapshot import Snapshot


class NoFormula(LookupError):
    """No formula is there yet, not even the program's own proposal."""


@dataclass(frozen=True)
class Computed:
    """A ranking with its window, the formula's row, and the canonical text of what was counted."""

    ranking: Ranking
    first: date
    last: date
    version: FormulaVersion
    counted: str


def version_on(day: date) -> FormulaVersion:
    """The formula in force on a day; where none was adopted yet, the program's own proposal.

    Raises:
        NoFormula: there is none.
    """
    adopted = FormulaVersion.objects.filter(state=FormulaState.ADOPTED, in_force_from__lte=day)
    found: FormulaVersion | None = adopted.order_by("-in_force_from", "-decided_at", "-pk").first()
    own = FormulaVersion.objects.filter(state=FormulaState.PROPOSED, proposed_by=None)
    found = found or own.order_by("-pk").first()
    if found is None:
        raise NoFormula
    return found


def formula_of(version: FormulaVersion) -> Formula:
    """The formula of a row, with the number of the decision that put it into force."""
    return replace(read(version.text.encode("utf-8")), decision=version.decision)


def window_of(last: date, months: int) -> date:
    """The first day of so many months up to ``last``: of 2026-10-31 and 12 months, 2025-11-01."""
    after = last + timedelta(days=1)
    number = after.year * 12 + after.month - 1 - months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(after.day, monthrange(year, month + 1)[1]))


def figures_of(first: date, last: date, formula: Formula, lines_on: date | None = None) -> list[MineFigures]:
    """What was counted of every mine that is not closed down, with the red lines that held on ``lines_on`` (``last``
    where no other day is named)."""
    counted = counts(first, last)
    keys = {one.key for one in formula.indicators}
    crossed = {one.key for one in formula.red_lines}
    lines: dict[int, list[RedLineRaised]] = {}
    for row in lines_in_force(lines_on or last).filter(line__in=sorted(crossed)):
        lines.setdefault(row.mine_id, []).append(RedLineRaised(row.line, row.document, row.since))
    return [
        MineFigures(
            mine=mine.code,
            peers=peers_of(mine, formula),
            tallies={key: tally for key, tally in counted.tallies(mine.pk).items() if key in keys},
            red_lines=tuple(lines.get(mine.pk, ())),
        )
        for mine in Mine.objects.exclude(state=MineState.CLOSED).order_by("code")
    ]


def compute(last: date, before: FrozenRanking | None, lines_on: date | None = None) -> Computed:
    """The ranking over the window that ends with ``last``; changes are told against ``before``.

    A red line that is raised today lists the mine today: the latest ranking names the day in ``lines_on``.

    Raises:
        NoFormula: there is none.
        FaultyFormula, FaultyFigures, FaultySnapshot: what is kept does not hold together.
    """
    version = version_on(last + timedelta(days=1))
    formula = formula_of(version)
    first = window_of(last, formula.window_months)
    rows = figures_of(first, last, formula, lines_on)
    ranking = rank_mines(rows, formula, _scores(before, formula))
    return Computed(ranking, first, last, version, input_json(canonical(rows, formula)))


def _scores(before: FrozenRanking | None, formula: Formula) -> Mapping[str, float] | None:
    return Snapshot(before.text, before.sha256).scores(formula.sha256) if before else None
