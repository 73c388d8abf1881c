"""What is written of the same fault: clusters of texts, only ever inside a clause.

The clause is the taxonomy; a cluster says which of the faults under a clause it is. Texts that are the same once
normalised are one. The others are joined by average linkage on the cosine between them. Where a clause has more
different texts than ``LINKED_MOST``, the most frequent ones are joined and the rest is put to the nearest cluster or
joined in a later round, so that memory does not grow with the square of the texts.

What is known is a table (clause, normalised text, cluster): it can be kept as rows. On the next day a text already
known has its cluster at once, and another goes to the nearest cluster of its clause; only clauses with new texts are
looked at. Once a month everything is joined anew and clusters keep the ids of those they mostly consist of
(:func:`with_known_ids`).
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from .vectors import Vectors, cosines, vectors

LIKE: Final = 0.30  # mean cosine from which on two clusters are one
NEAR: Final = 0.35  # cosine to the middle of a cluster from which on a text is put to it
LINKED_MOST: Final = 2000  # texts joined at once: 16 MB of distances
ROUNDS_MOST: Final = 5
NAMED_BY: Final = 4  # telling words
SAME_AGAIN: Final = 0.5  # Jaccard's measure from which on a cluster of this month is one of last month's
_ID_LENGTH: Final = 12


@dataclass(frozen=True, slots=True)
class Cluster:
    """Texts of one clause that say the same.

    Attributes:
        id: stays from month to month.
        clause: its code.
        words: what tells it from the other clusters of the clause, the most telling first.
        typical: the normalised text nearest to its middle.
        texts: the different normalised texts, sorted.
        size: how many records they come from.
    """

    id: str
    clause: str
    words: tuple[str, ...]
    typical: str
    texts: tuple[str, ...]
    size: int


Counted = Mapping[str, Mapping[str, int]]  # clause → normalised text → records


def counted(records: Iterable[tuple[str, str]]) -> dict[str, dict[str, int]]:
    """(clause, normalised text) of every record, as what is clustered; sorted, so that their order does not matter."""
    table: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for clause, text in records:
        table[clause][text] += 1
    return {clause: dict(sorted(table[clause].items())) for clause in sorted(table)}


def clustered(records: Counted, like: float = LIKE) -> list[Cluster]:
    """All clusters from nothing, by clause, the largest first.

    ``like`` is the mean cosine from which on two clusters are one: long stories need a lower one than short records.
    """
    found: list[Cluster] = []
    for clause in sorted(records):
        found += _of_clause(clause, records[clause], like)
    return found


def with_known_ids(now: Sequence[Cluster], before: Iterable[Cluster]) -> list[Cluster]:
    """Clusters of this month under the ids of last month's that they continue.

    A cluster continues the one of its clause with which it shares at least half (Jaccard's measure) of the texts that
    both months have; of several, the most alike; each id goes once.
    """
    held = {(one.clause, text): one.id for one in before for text in one.texts}
    present = {(one.clause, text) for one in now for text in one.texts}
    sizes = Counter(id_ for text, id_ in held.items() if text in present)
    pairs: list[tuple[float, str, int]] = []
    for place, one in enumerate(now):
        shared = Counter(held[one.clause, text] for text in one.texts if (one.clause, text) in held)
        pairs += [(-n / (shared.total() + sizes[id_] - n), id_, place) for id_, n in shared.items()]
    given: dict[int, str] = {}
    taken: set[str] = set()
    for against, id_, place in sorted(pairs):
        if -against >= SAME_AGAIN and place not in given and id_ not in taken:
            given[place] = id_
            taken.add(id_)
    taken |= set(held.values())
    result = []
    for place, one in enumerate(now):
        id_ = given.get(place) or _free_id(one, taken)
        taken.add(id_)
        result.append(replace(one, id=id_))
    return result


def refreshed(known: Sequence[Cluster], records: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str | None]:
    """The cluster's id for each different (clause, normalised text) of new records; None where nothing is near.

    What is near nothing waits for the next month's clusters. Only clauses with unknown texts are looked at.
    """
    of_clause: dict[str, list[Cluster]] = defaultdict(list)
    for one in known:
        of_clause[one.clause].append(one)
    told: dict[tuple[str, str], str | None] = {}
    for clause, texts in counted(records).items():
        clusters = of_clause[clause]
        homes = {text: one.id for one in clusters for text in one.texts}
        told |= {(clause, text): homes.get(text) for text in texts}
        unknown = [text for text in texts if text not in homes]
        if not unknown or not clusters:
            continue
        seen = sorted(homes)
        rows, _ = vectors([*seen, *unknown])
        places = {one.id: place for place, one in enumerate(clusters)}
        middles = _middles(rows[: len(seen)], np.array([places[homes[text]] for text in seen]), len(clusters))
        near = cosines(rows[len(seen) :], middles)
        for text, row in zip(unknown, near, strict=True):
            best = int(row.argmax())
            if row[best] >= NEAR:
                told[clause, text] = clusters[best].id
    return told


def _of_clause(clause: str, texts: Mapping[str, int], like: float) -> list[Cluster]:
    """The clusters of one clause."""
    order = sorted(texts)
    times = np.array([texts[text] for text in order])
    rows, names = vectors(order)
    labels = _labels(rows, times, like)
    kinds = int(labels.max()) + 1
    sizes = np.bincount(labels, weights=times, minlength=kinds).astype(int)
    middles = _middles(rows, labels, kinds)
    words = _telling(rows, labels, times, names, kinds)
    found = []
    for kind in range(kinds):
        members = np.flatnonzero(labels == kind)
        near = np.asarray((rows[members] @ middles[kind].T).todense()).ravel()
        typical = order[members[int(np.lexsort((-times[members], -np.round(near, 4)))[0])]]
        texts_of = tuple(order[place] for place in members)
        found.append(Cluster("", clause, words[kind], typical, texts_of, int(sizes[kind])))
    found.sort(key=lambda one: (-one.size, one.typical))
    taken: set[str] = set()
    named = []
    for one in found:
        named.append(replace(one, id=_free_id(one, taken)))
        taken.add(named[-1].id)
    return named


def _labels(rows: Vectors, times: NDArray[np.int_], like: float) -> NDArray[np.int_]:
    """The number of the cluster of each row, from 0."""
    labels = np.full(rows.shape[0], -1)
    left = np.lexsort((np.arange(len(times)), -times))  # the most frequent first
    kinds = 0
    for _ in range(ROUNDS_MOST):
        if not len(left):
            break
        some = np.sort(left[:LINKED_MOST])
        joined = _joined(rows[some], like)
        labels[some] = joined + kinds
        kinds += int(joined.max()) + 1
        left = left[LINKED_MOST:]
        if len(left):
            left = _put(rows, labels, left, kinds)
    labels[left] = kinds + np.arange(len(left))  # like nothing else, each for itself
    return labels


def _put(rows: Vectors, labels: NDArray[np.int_], left: NDArray[np.int_], kinds: int) -> NDArray[np.int_]:
    """Put rows to the nearest cluster, in blocks; answers those that are near none."""
    done = np.flatnonzero(labels >= 0)
    middles = _middles(rows[done], labels[done], kinds)
    far = []
    for start in range(0, len(left), LINKED_MOST):
        block = left[start : start + LINKED_MOST]
        near = cosines(rows[block], middles)
        best = near.argmax(axis=1)
        sure = near[np.arange(len(block)), best] >= NEAR
        labels[block[sure]] = best[sure]
        far.append(block[~sure])
    return np.concatenate(far)


def _joined(rows: Vectors, like: float) -> NDArray[np.int_]:
    """Average linkage on 1 − cosine, cut at ``like``; numbers in the order in which they first occur."""
    # Half a second to import, and only who clusters needs it.
    from scipy.cluster.hierarchy import fcluster, linkage  # noqa: PLC0415
    from scipy.spatial.distance import squareform  # noqa: PLC0415

    if rows.shape[0] == 1:
        return np.zeros(1, int)
    distance = np.maximum(0.0, 1.0 - cosines(rows, rows).astype(np.float64))
    np.fill_diagonal(distance, 0.0)
    tree = linkage(squareform(distance, checks=False), method="average")
    cut = fcluster(tree, 1 - like, criterion="distance")
    _, first, inverse = np.unique(cut, return_index=True, return_inverse=True)
    rank = np.empty(len(first), int)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first))
    return np.asarray(rank[inverse])


def _middles(rows: Vectors, labels: NDArray[np.int_], kinds: int) -> Vectors:
    """kinds × features: the mean direction of each cluster's different texts, of length 1."""
    members = csr_matrix((np.ones(len(labels), np.float32), (labels, np.arange(len(labels)))), (kinds, len(labels)))
    sums = csr_matrix(members @ rows)
    length = np.sqrt(np.asarray(sums.multiply(sums).sum(axis=1)).ravel())
    scale = csr_matrix((1 / np.where(length > 0, length, 1), (np.arange(kinds), np.arange(kinds))), (kinds, kinds))
    return csr_matrix((scale @ sums).astype(np.float32))


def _telling(
    rows: Vectors, labels: NDArray[np.int_], times: NDArray[np.int_], names: Sequence[str], kinds: int
) -> list[tuple[str, ...]]:
    """Class TF-IDF: of each cluster the words that are frequent in it and rare in the others of the clause."""
    present = rows.copy()
    present.data = np.ones_like(present.data)
    weight = csr_matrix((times.astype(np.float32), (labels, np.arange(len(labels)))), (kinds, len(labels)))
    per_class = csr_matrix(weight @ present)
    share = csr_matrix(per_class.multiply(1 / np.bincount(labels, weights=times, minlength=kinds)[:, None]))
    everywhere = np.asarray(share.sum(axis=0)).ravel()
    idf = np.log1p(kinds / np.maximum(everywhere, 1e-9))
    told = []
    for kind in range(kinds):
        start, end = share.indptr[kind : kind + 2]
        columns = share.indices[start:end]
        scores = np.round(share.data[start:end] * idf[columns], 4)
        ranked = sorted(zip(-scores, columns, strict=True), key=lambda pair: (pair[0], -len(names[pair[1]]), pair[1]))
        told.append(_words(names[column] for _, column in ranked[:200]))
    return told


def _words(ranked: Iterable[str]) -> tuple[str, ...]:
    """The first few words of two characters and more that are not parts of each other."""
    chosen: list[str] = []
    for word in ranked:
        if len(word) > 1 and not any(word in one or one in word or _overlap(word, one) for one in chosen):
            chosen.append(word)
            if len(chosen) == NAMED_BY:
                break
    return tuple(chosen)


def _overlap(one: str, other: str) -> bool:
    """Whether one run of characters goes on as the other: 水泵房, 泵房漏."""
    short = min(len(one), len(other))
    return any(one[-n:] == other[:n] or other[-n:] == one[:n] for n in range(2, short)) if short > 2 else False


def _free_id(one: Cluster, taken: set[str]) -> str:
    """Out of clause and typical text; where another has it already, out of a number too."""
    for attempt in range(len(taken) + 1):
        told = f"{one.clause}\n{one.typical}\n{attempt or ''}"
        found = hashlib.sha256(told.encode()).hexdigest()[:_ID_LENGTH]
        if found not in taken:
            return found
    raise AssertionError("more attempts than ids")
