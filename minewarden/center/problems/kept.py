"""Facts of cases kept from search to search, so that a night reads only what is new or was changed.

What changed is said by the chain of audit: every write of a case, of a link to an inspection, of an event on video and
of a mine is an event in it, in the order of the commits. The facts of the cases that events since the last search speak
of are read anew, all others are as they were kept. They are kept by source and month of finding; what lies before the
window is deleted.

Kept facts are worth nothing where they were made by another program (:func:`version`), by another lexicon, for a
shorter window, or are not what the last search left (their SHA-256 stands in its audited row): then all is read.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final
from uuid import UUID

from minewarden.center.audit.models import AuditEvent
from minewarden.center.audit.queries import head
from minewarden.center.cases.models import Case
from minewarden.center.enforcement.models import InspectionCase
from minewarden.center.video.models import Event

from .facts import BATCH, KINDS, Fact, facts_of_cases, facts_since, span
from .models import KeptFacts, Run
from .texts import Lexicon

# What makes a fact; another of these modules is another program.
_MADE_BY: Final = ("texts.py", "facts.py", "kept.py")
# Tables whose rows belong to a case, and the column that says to which.
_OF_CASE: Final[dict[str, Any]] = {"enforcement.inspectioncase": InspectionCase, "video.event": Event}
_CASE, _MINE = "cases.case", "registry.mine"
_ORDER: Final = ("key", "mine", "at", "day", "closed", "clause", "words", "text", "links")

Months = dict[tuple[str, str], list[Fact]]  # (source, month "2026-09") → facts


@dataclass
class Facts:
    """All facts of a search.

    Attributes:
        months: by source and month of finding (UTC).
        fresh: months that are not as they are kept. anew: everything was read.
        read: cases that were looked at in the database. up_to: the last event of the chain that is in them.
    """

    months: Months
    up_to: int
    read: int
    anew: bool
    fresh: set[tuple[str, str]] = field(default_factory=set)

    def of(self, source: str) -> list[Fact]:
        """Those of one source."""
        return [fact for key in sorted(self.months) if key[0] == source for fact in self.months[key]]


@cache
def version() -> str:
    """The SHA-256 of the program that makes facts."""
    made_by = [files(__package__).joinpath(name).read_bytes() for name in _MADE_BY]
    return hashlib.sha256(b"\0".join(made_by)).hexdigest()


def facts_anew(begin: date, lexicon: Lexicon) -> Facts:
    """Everything read from the cases."""
    up_to = _end_of_chain()
    months: Months = defaultdict(list)
    for source in KINDS:
        for fact in facts_since(source, begin, lexicon):
            months[source, _month(fact)].append(fact)
    count = sum(map(len, months.values()))
    return Facts(dict(months), up_to, count, True, set(months))


def facts_refreshed(newest: Run | None, begin: date, lexicon: Lexicon, lexicon_sha256: str) -> Facts | None:
    """What the newest search kept, with what changed since read anew; None where all must be read."""
    if newest is None or newest.read_to is None or newest.lexicon_sha256 != lexicon_sha256:
        return None
    if newest.facts_version != version() or newest.begins_on > begin:
        return None
    months, kept_sha256 = _kept()
    up_to = _end_of_chain()
    if kept_sha256 != newest.kept_sha256 or up_to < newest.read_to:
        return None
    low = span(begin, begin)[0]
    changed = _changed(newest.read_to, up_to)
    fresh: set[tuple[str, str]] = set()
    for key, facts in months.items():
        left = [fact for fact in facts if fact.key not in changed and fact.at >= low]
        if len(left) < len(facts):
            months[key] = left
            fresh.add(key)
    for source in KINDS:
        for fact in facts_of_cases(source, changed, lexicon):
            if fact.at >= low:
                months.setdefault((source, _month(fact)), []).append(fact)
                fresh.add((source, _month(fact)))
    return Facts(months, up_to, len(changed), False, fresh)


def differing(refreshed: Facts, anew: Facts, without: Collection[str] | None = None) -> int:
    """How many cases the two say something else of, but for those ``without``: left out, what was written between the
    two readings."""
    differ: set[str] = set()
    for key in refreshed.months.keys() | anew.months.keys():
        told = set(refreshed.months.get(key, ())) ^ set(anew.months.get(key, ()))
        differ |= {fact.key for fact in told}
    if differ and without is None:
        without = _changed(refreshed.up_to, _end_of_chain())
    return len(differ.difference(without or ()))


def keep_facts(facts: Facts) -> str:
    """Write what changed; answers the SHA-256 of all that is kept. Inside the caller's transaction."""
    if facts.anew:
        KeptFacts.objects.all().delete()
    for source, month in sorted(facts.fresh):
        rows = facts.months.get((source, month), [])
        KeptFacts.objects.filter(source=source, month=month).delete()
        if rows:
            packed = _packed(rows)
            told = hashlib.sha256(packed).hexdigest()
            KeptFacts.objects.create(source=source, month=month, cases=len(rows), facts=packed, sha256=told)
    return _sha256_of(KeptFacts.objects.values_list("source", "month", "sha256"))


def _kept() -> tuple[Months, str]:
    """What is kept, and the SHA-256 of it as it stands there."""
    months: Months = {}
    told = []
    for row in KeptFacts.objects.order_by("source", "month"):
        packed = bytes(row.facts)
        told.append((row.source, row.month, hashlib.sha256(packed).hexdigest()))
        months[row.source, row.month] = _unpacked(packed) if told[-1][2] == row.sha256 else []
    return months, _sha256_of(told)


def _sha256_of(rows: Iterable[tuple[str, str, str]]) -> str:
    return hashlib.sha256("\n".join(" ".join(row) for row in sorted(rows)).encode()).hexdigest()


def _packed(facts: Sequence[Fact]) -> bytes:
    columns = dict(zip(_ORDER, zip(*sorted(facts), strict=True), strict=True))
    return zlib.compress(json.dumps(columns, ensure_ascii=False).encode(), 1)


def _unpacked(packed: bytes) -> list[Fact]:
    columns = json.loads(zlib.decompress(packed))
    columns["links"] = [tuple(tuple(one) if isinstance(one, list) else one for one in row) for row in columns["links"]]
    return [Fact(*row) for row in zip(*(columns[name] for name in _ORDER), strict=True)]


def _month(fact: Fact) -> str:
    return f"{datetime.fromtimestamp(fact.at, UTC):%Y-%m}"


def _end_of_chain() -> int:
    at = head()
    return at.sequence if at else 0


def _changed(since: int, up_to: int) -> set[str]:
    """The cases that events after ``since`` speak of, or of whose links, events or mine they do."""
    types = [_CASE, _MINE, *_OF_CASE]
    events = AuditEvent.objects.filter(sequence__gt=since, sequence__lte=up_to, object_type__in=types)
    rows: dict[str, set[str]] = defaultdict(set)
    found: set[str] = set()
    for kind, key, changes in events.order_by("sequence").values_list("object_type", "object_id", "changes").iterator():
        if kind == _CASE:
            found.add(key)
        elif kind == _MINE:
            rows[kind] |= {key} if "time_zone" in changes else set()
        else:
            rows[kind].add(key)
            found |= _named(changes)
    for kind, model in _OF_CASE.items():
        keys = sorted(rows[kind])
        for start in range(0, len(keys), BATCH):
            of_rows = model._base_manager.filter(pk__in=keys[start : start + BATCH])
            found |= {str(key) for key in of_rows.values_list("case_id", flat=True) if key}
    # The days of a mine's cases are counted in its zone.
    moved = Case.objects.filter(mine_id__in=rows[_MINE]).values_list("pk", flat=True)
    return found | ({str(key) for key in moved} if rows[_MINE] else set())


def _named(changes: Mapping[str, Sequence[str | None]]) -> set[str]:
    """The cases that a row belonged to before and after."""
    return {str(UUID(key)) for key in changes.get("case_id", ()) if key}
