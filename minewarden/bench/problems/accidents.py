"""The text pipeline on real accident records (English or Portuguese; the lexicon is set aside).

The records are those of "IHM Stefanini", 425 accidents of mines and metal works: a CSV with the columns ``Description``
and ``Critical Risk``. The column says what a person thought the risk was; it is compared with the clusters, which know
the text alone.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from minewarden.center.problems.clusters import Cluster, clustered, counted
from minewarden.center.problems.texts import NO_LEXICON, normalised

TEXT, RISK, SECTOR = "Description", "Critical Risk", "Industry Sector"
STORY_LIKE: Final = 0.05  # so that clusters are of the order of kinds of risk (33); not chosen by which agree
TOLD: Final = 10
UNSAID: Final = "Others"  # what was written where no risk of the list fitted


class NoAccidents(ValueError):
    """The file is not a table of accidents."""


@dataclass(frozen=True, slots=True)
class Told:
    """One cluster: its size, words, and how its records are spread over the critical risks."""

    size: int
    words: tuple[str, ...]
    risks: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Against:
    """Attributes:
    clusters, alone: how many there are, and how many of them are one record.
    nmi, ami: normalised and adjusted mutual information with the critical risk; adjusted is 0 by chance alone.
    same: the same two for the records that are not "Others".
    largest: the largest clusters, the largest first.
    """

    records: int
    texts: int
    risks: int
    clusters: int
    alone: int
    nmi: float
    ami: float
    same: tuple[float, float]
    largest: tuple[Told, ...]


def against(path: Path) -> Against:
    """Cluster the accidents of a file by their texts alone and compare with the critical risk.

    Raises:
        NoAccidents: the file cannot be read, or lacks a column.
    """
    # Half a second to import, and only this bench needs it.
    from sklearn.metrics import adjusted_mutual_info_score, normalized_mutual_info_score  # noqa: PLC0415

    rows = _read(path)
    texts = [normalised(text, NO_LEXICON).text for text, _ in rows]
    risks = [risk for _, risk in rows]
    clusters = clustered(counted(("", text) for text in texts), STORY_LIKE)
    home = {text: one.id for one in clusters for text in one.texts}
    ids = [home[text] for text in texts]
    some = [place for place, risk in enumerate(risks) if risk != UNSAID]
    told_risks, told_ids = [risks[place] for place in some], [ids[place] for place in some]
    return Against(
        records=len(rows),
        texts=len(home),
        risks=len(set(risks)),
        clusters=len(clusters),
        alone=sum(one.size == 1 for one in clusters),
        nmi=float(normalized_mutual_info_score(risks, ids)),
        ami=float(adjusted_mutual_info_score(risks, ids)),
        same=(
            float(normalized_mutual_info_score(told_risks, told_ids)),
            float(adjusted_mutual_info_score(told_risks, told_ids)),
        ),
        largest=tuple(_told(one, texts, risks) for one in clusters[:TOLD]),
    )


def _told(cluster: Cluster, texts: list[str], risks: list[str]) -> Told:
    inside = set(cluster.texts)
    spread = Counter(risk for text, risk in zip(texts, risks, strict=True) if text in inside)
    return Told(cluster.size, cluster.words, tuple(sorted(spread.items(), key=lambda pair: (-pair[1], pair[0]))))


def _read(path: Path) -> list[tuple[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise NoAccidents(f"{path.name} cannot be read: {error}") from error
    if not rows or not {TEXT, RISK} <= rows[0].keys():
        raise NoAccidents(f"{path.name} lacks rows, or the columns {TEXT!r} and {RISK!r}")
    return [(row[TEXT] or "", (row[RISK] or "").strip()) for row in rows]
