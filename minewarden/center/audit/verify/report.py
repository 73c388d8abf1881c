"""What the verifier found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

# The list of findings is bounded, their number is not: a lost table must not fill the memory.
MOST_LISTED = 1000

# (what is being checked, how many were checked since the last call)
Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Finding:
    """One thing that does not hold. ``name`` says which event, row or file, ``problem`` is a stable word."""

    what: Literal["chain", "event", "row", "file"]
    name: str
    problem: str
    detail: str = ""


@dataclass
class Report:
    """What was checked, and what is wrong with it. The chain holds when nothing was found.

    ``head_sequence`` and ``head_hash`` are the end of the chain: written down elsewhere, they prove later that nothing
    before them was cut off. ``leftovers`` are kept files that no row names but whose name is their hash: what an upload
    leaves that was cut off by a crash; they are nobody's record. ``older_shape`` counts rows whose newest event was
    written before a release added columns: those columns of them are vouched for from their next change on. ``removed``
    counts rows that an undone batch took away, each with an event that says so.
    """

    events: int = 0
    rows: int = 0
    files: int = 0
    file_bytes: int = 0
    older_shape: int = 0
    removed: int = 0
    leftovers: int = 0
    head_sequence: int = 0
    head_hash: str = ""
    found: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether everything is as it was written."""
        return self.found == 0

    def add(self, finding: Finding) -> None:
        """Note something that does not hold."""
        self.found += 1
        if len(self.findings) < MOST_LISTED:
            self.findings.append(finding)
