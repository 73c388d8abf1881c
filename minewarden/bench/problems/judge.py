"""Which of the named were planted, and how many of the planted were named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from scipy.stats import beta

from minewarden.center.problems.records import ScopeKind
from minewarden.simulate.causes import CauseYears, PlantedCause


@dataclass(frozen=True, slots=True)
class Named:
    """What a method named, with the figure that it orders them by; ``keys`` are the records that it goes by."""

    kind: ScopeKind
    scope: str
    clause: str
    season: tuple[int, ...]
    score: float
    keys: frozenset[str]


@dataclass
class Score:
    """Of one method over several seeds.

    Attributes:
        named, right: how many it named, and how many of these were planted.
        planted, found: how many real causes there were, and how many of them at least one was named for.
        campaigns, forms: named, not planted, and most of the records come from a campaign or a form.
        by_kind: found and planted, by kind of cause.
    """

    named: int = 0
    right: int = 0
    planted: int = 0
    found: int = 0
    campaigns: int = 0
    forms: int = 0
    by_kind: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def precision(self) -> float:
        """1 where nothing was named: nothing wrong was said."""
        return self.right / self.named if self.named else 1.0

    @property
    def recall(self) -> float:
        return self.found / self.planted if self.planted else 0.0

    def add(self, named: Sequence[Named], years: CauseYears) -> None:
        """Count what was named of one seed."""
        causes = [cause_of(one, years) for one in named]
        found = {cause for cause in causes if cause is not None}
        real = [cause for cause in years.causes if cause.real]
        self.named += len(named)
        self.right += sum(cause is not None for cause in causes)
        self.planted += len(real)
        self.found += len(found)
        planted = {one.key: one.planted for one in years.findings}
        for one, cause in zip(named, causes, strict=True):
            if cause is None:
                told = Counter(planted[key] for key in one.keys)
                self.campaigns += told["campaign"] > len(one.keys) / 2
                self.forms += told["form"] > len(one.keys) / 2
        for kind in sorted({cause.kind for cause in real}):
            was = self.by_kind.get(kind, (0, 0))
            some = [cause for cause in real if cause.kind == kind]
            self.by_kind[kind] = was[0] + sum(cause in found for cause in some), was[1] + len(some)


def interval(part: int, whole: int) -> tuple[float, float]:
    """Where the true share lies with 95 % (Clopper-Pearson)."""
    low = float(beta.ppf(0.025, part, whole - part + 1)) if part else 0.0
    high = float(beta.ppf(0.975, part + 1, whole - part)) if part < whole else 1.0
    return low, high


def cause_of(named: Named, years: CauseYears) -> PlantedCause | None:
    """The real cause that was named, None where there is none.

    A mine of a group company with a planted cause counts as right too; a season where two of its months are.
    """
    groups = {mine.code: mine.group for mine in years.mines}
    for cause in years.causes:
        if cause.clause != named.clause:
            continue
        if cause.kind == "season" == named.kind and len({*cause.months} & {*named.season}) >= 2:
            return cause
        if cause.kind == "group" and cause.scope in (named.scope, groups.get(named.scope)):
            return cause
        if cause.kind == "mine" and cause.scope == named.scope:
            return cause
    return None


def at_precision(scored: Iterable[tuple[Sequence[Named], CauseYears]], least: float) -> tuple[float, Score]:
    """The lowest threshold of a method's own figure with which it is right this often, and its score there.

    The threshold is chosen with the truth in hand, which favours the method. Infinite where it is never right enough.
    """
    every = list(scored)
    best: tuple[float, Score] = float("inf"), _score(every, float("inf"))
    for threshold in sorted({round(one.score, 2) for named, _ in every for one in named}):
        score = _score(every, threshold)
        if score.named and score.precision >= least and score.recall > best[1].recall:
            best = threshold, score
    return best


def _score(every: Sequence[tuple[Sequence[Named], CauseYears]], threshold: float) -> Score:
    score = Score()
    for named, years in every:
        score.add([one for one in named if one.score >= threshold], years)
    return score
