"""When an event begins and when it is over: one rule for all scenes.

Each key of a scene goes its own way::

    IDLE ──so──▶ ONSET ──long enough──▶ RUNNING ──not so──▶ HOLD ──long enough──▶ COOLING ──over──▶ IDLE
      ▲──not so───┘                       ▲────so again─────┘                       │ (a claim made meanwhile waits
                                                                                     └──▶ in ONSET, no new event yet)

"Cannot be told" moves nothing; only an event of which nothing can be told for ``unknown_after`` ends. All waiting is
counted in elapsed time between looks, never from two readings of the clock, so that a clock which jumps back costs
nothing and one which jumps ahead no more than ``LONGEST_STEP``: of a longer gap nobody knows what was so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .scene import Finding, Timing

# Looks further apart than this were not one watch. The slowest patrol looks once in ten seconds.
LONGEST_STEP = 60.0
# A running event says more of itself only when it has become this much surer, not at every look.
SURER_BY = 0.05


class State(StrEnum):
    """Where one key stands."""

    IDLE = "idle"
    ONSET = "onset"
    RUNNING = "running"
    HOLD = "hold"
    COOLING = "cooling"


TRANSITIONS: frozenset[tuple[State, State]] = frozenset(
    {
        (State.IDLE, State.ONSET),
        (State.ONSET, State.IDLE),
        (State.ONSET, State.RUNNING),
        (State.ONSET, State.COOLING),
        (State.RUNNING, State.HOLD),
        (State.RUNNING, State.COOLING),
        (State.HOLD, State.RUNNING),
        (State.HOLD, State.COOLING),
        (State.COOLING, State.ONSET),
        (State.COOLING, State.IDLE),
    }
)
OPEN = frozenset({State.RUNNING, State.HOLD})


class EndReason(StrEnum):
    """Why an event is over."""

    OVER = "over"
    UNKNOWN = "unknown"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Began:
    """An event begins. ``started_at`` is when the claim first held, ``at`` when that was long enough (s, UTC)."""

    key: str
    at: float
    started_at: float
    finding: Finding


@dataclass(frozen=True, slots=True)
class Updated:
    """A running event has become surer."""

    key: str
    at: float
    finding: Finding


@dataclass(frozen=True, slots=True)
class Ended:
    """An event is over. ``ended_at`` is the last time that the claim held, never before ``started_at``."""

    key: str
    at: float
    started_at: float
    ended_at: float
    reason: EndReason


Transition = Began | Updated | Ended


@dataclass(slots=True)
class _Claim:
    """What is remembered of one key. Durations are seconds of elapsed time, counted while they matter."""

    state: State = State.IDLE
    started_at: float = 0.0
    last_held: float = 0.0
    held: float = 0.0
    looks: int = 0
    failed: float = 0.0
    unknown: float = 0.0
    unsaid: float = 0.0
    cooling: float = 0.0
    surest: float = 0.0

    def move(self, state: State) -> None:
        if (self.state, state) not in TRANSITIONS:
            raise AssertionError(f"no way from {self.state} to {state}")
        self.state = state


class Lifecycle:
    """The events of one scene at one camera. Not for several threads at once."""

    def __init__(self, timing: Callable[[str], Timing]) -> None:
        self._timing = timing
        self._claims: dict[str, _Claim] = {}
        self._last: float | None = None

    @property
    def pending(self) -> bool:
        """True while any claim is on its way to an event, running, or held."""
        return any(claim.state not in (State.IDLE, State.COOLING) for claim in self._claims.values())

    @property
    def running(self) -> tuple[str, ...]:
        """The keys of the open events."""
        return tuple(key for key, claim in self._claims.items() if claim.state in OPEN)

    def step(self, at: float, findings: Sequence[Finding], *, told: bool = True) -> list[Transition]:
        """Take in one look of the scene at ``at`` (s, UTC); what begins, grows surer or ends by it.

        A known key without a finding is not so, or cannot be told when nobody looked (``told`` false). Two findings
        of one key count as one: so, if either is so.
        """
        elapsed = 0.0 if self._last is None else min(max(at - self._last, 0.0), LONGEST_STEP)
        self._last = at
        said: dict[str, Finding] = {}
        for finding in findings:
            if finding.key not in said or (finding.holds or False) > (said[finding.key].holds or False):
                said[finding.key] = finding
        result: list[Transition] = []
        for key in list(self._claims | said):
            finding = said.get(key, Finding(key, "", False if told else None))
            claim = self._claims.setdefault(key, _Claim())
            result += self._step_one(claim, at, elapsed, finding)
            if claim.state is State.IDLE:
                del self._claims[key]
        return result

    def close(self, at: float) -> list[Transition]:
        """The watch itself ends: every open event ends, and all claims are forgotten."""
        ended: list[Transition] = [
            _end(key, claim, at, EndReason.CLOSED) for key, claim in self._claims.items() if claim.state in OPEN
        ]
        self._claims.clear()
        return ended

    def _step_one(self, claim: _Claim, at: float, elapsed: float, finding: Finding) -> list[Transition]:
        timing = self._timing(finding.key)
        claim.cooling = max(claim.cooling - elapsed, 0.0)
        claim.unknown = claim.unknown + elapsed if finding.holds is None else 0.0
        if claim.state in OPEN:
            return _step_open(claim, at, elapsed, finding, timing)
        return _step_waiting(claim, at, elapsed, finding, timing)


def _step_waiting(claim: _Claim, at: float, elapsed: float, finding: Finding, timing: Timing) -> list[Transition]:
    """A key without an open event."""
    if not finding.holds:
        claim.failed += elapsed if finding.holds is False else 0.0
        over = finding.holds is False and claim.failed >= timing.gap
        if over or claim.unknown >= timing.unknown_after or claim.state is not State.ONSET:
            _rest(claim)
        elif finding.holds is None:
            claim.unsaid += elapsed
        return []
    if claim.state is not State.ONSET:
        claim.move(State.ONSET)
        since = at if finding.since is None else min(max(finding.since, at - LONGEST_STEP), at)
        claim.started_at, claim.held, claim.looks, claim.surest = since, at - since, 0, 0.0
    else:
        claim.held += elapsed
        if finding.since is not None and finding.since >= claim.started_at:
            # Of looks that could not tell the scene says now that it was so all the while.
            claim.held = max(claim.held, min(at - finding.since, claim.held + claim.unsaid))
    claim.unsaid = 0.0
    claim.looks += 1
    claim.failed = 0.0
    claim.last_held = at
    claim.surest = max(claim.surest, finding.confidence)
    if claim.held < timing.onset or claim.looks < timing.looks or claim.cooling > 0.0:
        return []
    claim.move(State.RUNNING)
    return [Began(finding.key, at, claim.started_at, finding)]


def _rest(claim: _Claim) -> None:
    """No claim is made: idle, or cooling on where a cool-down is not over."""
    rest = State.COOLING if claim.cooling > 0.0 else State.IDLE
    if claim.state is not rest:
        claim.move(rest)


def _step_open(claim: _Claim, at: float, elapsed: float, finding: Finding, timing: Timing) -> list[Transition]:
    """A key with an open event."""
    if finding.holds:
        if claim.state is State.HOLD:
            claim.move(State.RUNNING)
        claim.last_held, claim.failed = at, 0.0
        if finding.confidence < claim.surest + SURER_BY:
            return []
        claim.surest = finding.confidence
        return [Updated(finding.key, at, finding)]
    if finding.holds is None:
        reason = EndReason.UNKNOWN if claim.unknown >= timing.unknown_after else None
    else:
        claim.failed += elapsed
        if claim.state is State.RUNNING:
            claim.move(State.HOLD)
        reason = EndReason.OVER if claim.failed >= timing.hold else None
    if reason is None:
        return []
    claim.move(State.COOLING)
    claim.cooling = timing.cool_down
    return [_end(finding.key, claim, at, reason)]


def _end(key: str, claim: _Claim, at: float, reason: EndReason) -> Ended:
    return Ended(key, at, claim.started_at, max(claim.started_at, claim.last_held), reason)
