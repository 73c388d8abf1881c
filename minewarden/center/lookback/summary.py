"""What came of a campaign: counts by result and by any part of it, and what a sample says of the whole."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from . import draw
from .draw import Entry, Rule
from .estimate import Estimate, Stratum, estimate
from .models import Campaign, Check, CheckState, Draw, Result
from .rules import rules

# What a result can be broken down by: the word of the address → the column of the check, and its name and a note.
PARTS: Final = {
    "city": ("city_id", "city__name", ""),
    "mine": ("mine_id", "mine__name", "city__name"),
    "clause": ("clause", "clause", ""),
    "acceptor": ("acceptor_id", "acceptor__full_name", "acceptor__username"),
    "inspector": ("inspector_id", "inspector__full_name", "inspector__username"),
}


def counted() -> dict[str, Any]:
    """The figures of a group of checks, as aggregates; each is what the list with the same filter shows."""
    states = {state.value: Count("pk", filter=Q(state=state)) for state in CheckState}
    results = {result.value: Count("pk", filter=Q(result=result)) for result in Result}
    return {"every": Count("pk"), **states, **results}


def totals(checks: QuerySet[Check]) -> dict[str, int]:
    """The figures of all these checks."""
    return checks.order_by().aggregate(**counted())


def groups(checks: QuerySet[Check], part: str) -> list[dict[str, Any]]:
    """The figures by one part, those with most never put right first; ``key`` is the id or clause, ``name`` and
    ``note`` are texts or None. At most ``rules().most_groups`` + 1 rows: the last says that there are more."""
    key, name, note = PARTS[part]
    rows = checks.order_by().values(*dict.fromkeys(column for column in (key, name, note) if column))
    rows = rows.annotate(**counted())
    rows = rows.order_by("-never_put_right", "-not_put_right", "-come_back", "-every", key)
    return [
        {"key": row[key], "name": row[name], "note": row[note] if note else "", **{n: row[n] for n in counted()}}
        for row in rows[: rules().most_groups + 1]
    ]


@dataclass(frozen=True)
class Verified:
    """Whether a draw can be repeated: the list is the one that was hashed, and the rule draws the same from it."""

    hash_now: str
    same_hash: bool
    drawn_again: int
    same_cases: bool

    @property
    def ok(self) -> bool:
        return self.same_hash and self.same_cases


def verified(campaign: Campaign, kept: Draw) -> Verified:
    """Draw once more from the frozen list and compare with the checks that there are."""
    again = draw.hash_of(kept.population)
    try:
        drawn = draw.draw(draw.read(kept.population), Rule.of(campaign.rule), campaign.seed)
    except ValueError:  # the list is no list any more
        drawn = []
    checks = set(campaign.checks.values_list("case_id", flat=True))
    return Verified(again, again == kept.population_hash, len(drawn), {entry.case for entry in drawn} == checks)


def sample_says(campaign: Campaign, kept: Draw, result: str = Result.NEVER_PUT_RIGHT) -> Estimate | None:
    """The share of a result in the population, from a sample; None of a campaign that looks at all, and at first."""
    rule = Rule.of(campaign.rule)
    if rule.kind == draw.ALL:
        return None
    entries = draw.read(kept.population)
    whole = Counter(_stratum(entry, rule) for entry in entries)
    of_case = {entry.case: _stratum(entry, rule) for entry in entries}
    looked: Counter[int] = Counter()
    found: Counter[int] = Counter()
    done = campaign.checks.filter(state=CheckState.DONE)
    for case, said in done.values_list("case_id", "result"):
        looked[of_case[case]] += 1
        found[of_case[case]] += said == result
    strata = [Stratum(count, looked[stratum], found[stratum]) for stratum, count in whole.items()]
    return estimate(strata, rules().confidence)


def _stratum(entry: Entry, rule: Rule) -> int:
    return int(getattr(entry, rule.stratum)) if rule.stratum else 0


def summary_of(campaign: Campaign) -> dict[str, Any]:
    """The result as it is frozen when a campaign ends. Shares are kept as text with six decimals."""
    kept = Draw.objects.get(campaign=campaign)
    says = sample_says(campaign, kept)
    checks = campaign.checks.all()
    return {
        "at": timezone.now().isoformat(),
        "population": kept.population_size,
        "drawn": kept.drawn,
        "totals": totals(checks),
        "never_put_right": {
            name: f"{value:.6f}" if isinstance(value, float) else value for name, value in asdict(says).items()
        }
        if says
        else None,
    }
