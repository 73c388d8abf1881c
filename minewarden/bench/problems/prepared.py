"""Records as the search for problems takes them, out of invented years: texts normalised and clustered."""

from __future__ import annotations

from collections.abc import Sequence

from minewarden.center.problems.clusters import clustered, counted
from minewarden.center.problems.records import Finding, Mine, Records, Visit
from minewarden.center.problems.texts import lexicon, normalised, plain
from minewarden.simulate.causes import CauseFinding, CauseYears


def records(years: CauseYears) -> Records:
    """The records of invented years; the truth stays behind."""
    return Records(
        [Mine(one.code, one.group, one.city) for one in years.mines],
        [Visit(one.key, one.mine, one.day, one.minutes, one.campaign) for one in years.visits],
        findings(years.findings),
    )


def findings(written: Sequence[CauseFinding]) -> list[Finding]:
    """Texts normalised, each in its cluster."""
    words = lexicon()
    texts = [normalised(one.text, words).text for one in written]
    clusters = clustered(counted((one.clause, text) for one, text in zip(written, texts, strict=True)))
    homes = {(one.clause, text): one.id for one in clusters for text in one.texts}
    return [
        Finding(one.key, one.visit, one.clause, plain(one.text), text, homes[one.clause, text], one.closed_on)
        for one, text in zip(written, texts, strict=True)
    ]
