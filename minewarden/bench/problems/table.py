"""What the bench of systemic problems says to people."""

from __future__ import annotations

from rich.table import Table

from .bench import PRECISION_LEAST, RECALL_TIMES, Outcome
from .judge import Score, interval

COLUMNS = ("method", "named", "precision", "found of planted", "recall", "group / mine / season", "campaigns", "forms")
BAR = (
    f"Bar: the head's list is right in {PRECISION_LEAST:.0%} and finds {RECALL_TIMES:g} × what plain EB05 finds where "
    "it is as often right; neither list names a campaign or a form. In brackets: where the true share lies with 95 %."
)
INVENTED = (
    "The years are invented: this shows that the method holds against what was planted, "
    "not how good it is in an office."
)


def outcome_table(outcome: Outcome) -> Table:
    """A row a method."""
    table = Table(title=f"Systemic problems, {len(outcome.seeds)} seeds", title_justify="left")
    for name in COLUMNS:
        table.add_column(name, justify="left" if name == "method" else "right")
    for name, score in outcome.scores.items():
        table.add_row(name, *_row(score))
    return table


def markdown(outcome: Outcome) -> str:
    """The same table for a page of the docs."""
    rows = [COLUMNS, ("---",) * len(COLUMNS), *((name, *_row(score)) for name, score in outcome.scores.items())]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"


def _row(score: Score) -> tuple[str, ...]:
    return (
        str(score.named),
        _share(score.right, score.named),
        f"{score.found} of {score.planted}",
        _share(score.found, score.planted),
        " / ".join(f"{part}/{whole}" for part, whole in (score.by_kind.get(kind, (0, 0)) for kind in _KINDS)),
        str(score.campaigns),
        str(score.forms),
    )


def _share(part: int, whole: int) -> str:
    if not whole:
        return "–"
    low, high = interval(part, whole)
    return f"{part / whole:.3f} ({low:.2f}–{high:.2f})"


_KINDS = ("group", "mine", "season")
