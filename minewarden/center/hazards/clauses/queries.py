"""Every read of clauses. They belong to the whole office: who may see any hazard may see them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from minewarden.center.cases.search_text import tokens
from minewarden.center.hazards.models import Catalogue, Clause, ClauseWording


def clauses_on(day: date, kind: str | None = None) -> QuerySet[Clause]:
    """The clauses by which a hazard found on ``day`` (a date in China) can be judged, those of major hazards first.

    ``kind``: one of :class:`CatalogueKind`; None for all.
    """
    clauses = Clause.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)
    if kind:
        clauses = clauses.filter(catalogue__kind=kind)
    return clauses.select_related("catalogue").order_by("catalogue__kind", "catalogue_id", "sort", "pk")


def counted(catalogues: QuerySet[Catalogue]) -> QuerySet[Catalogue]:
    """Catalogues with how many clauses each has: ``clause_count``, and of how many the official wording is there."""
    official = Count("clauses", filter=~Q(clauses__official_text=""))
    return catalogues.annotate(clause_count=Count("clauses"), official_count=official)


def worded_on(clause: Clause, day: date) -> Clause | ClauseWording:
    """What a clause said on a day: itself, or an earlier wording; both have title, text and official_text."""
    if day >= clause.worded_from:
        return clause
    earlier: ClauseWording | None = clause.earlier_wordings.filter(valid_from__lte=day, valid_to__gte=day).first()
    return earlier or clause


def successors(clause: Clause) -> list[Clause]:
    """The clauses that came from this one."""
    # SQLite cannot ask whether a list holds a code; there are hundreds of clauses, not millions.
    later = Clause.objects.filter(valid_from__gte=clause.valid_from).values_list("pk", "came_from")
    keys = [pk for pk, came_from in later if clause.code in came_from]
    return list(Clause.objects.filter(pk__in=keys).select_related("catalogue").order_by("sort"))


def ancestors(clause: Clause) -> list[Clause]:
    """The clauses that it came from."""
    return list(Clause.objects.filter(code__in=clause.came_from).select_related("catalogue").order_by("sort"))


def found(clauses: QuerySet[Clause], words: str) -> QuerySet[Clause]:
    """Those with all the words in code, title, text, official wording, aspect or citation."""
    for token in tokens(words):
        clauses = clauses.filter(search_text__contains=token)
    return clauses


@dataclass(frozen=True)
class AspectGroup:
    """The clauses of one aspect of a catalogue."""

    title: str
    article: int | None
    clauses: list[Clause]


def by_aspect(clauses: Iterable[Clause]) -> list[AspectGroup]:
    """Clauses in their order, apart by aspect."""
    groups: list[AspectGroup] = []
    for clause in clauses:
        if not groups or (groups[-1].title, groups[-1].article) != (clause.aspect_label, clause.article):
            groups.append(AspectGroup(clause.aspect_label, clause.article, []))
        groups[-1].clauses.append(clause)
    return groups


@dataclass(frozen=True)
class Pair:
    """An old clause beside what became of it: either side may be empty."""

    old: Clause | None
    new: list[Clause]


def side_by_side(old: Catalogue, new: Catalogue) -> list[Pair]:
    """Every clause of the old catalogue with its successors in the new one, then those for which no old one is known.
    One query."""
    both = list(Clause.objects.filter(catalogue__in=(old, new)).order_by("sort"))
    earlier = [clause for clause in both if clause.catalogue_id == old.pk]
    later = [clause for clause in both if clause.catalogue_id == new.pk]
    successors_of: dict[str, list[Clause]] = {}
    for clause in later:
        for code in clause.came_from:
            successors_of.setdefault(code, []).append(clause)
    pairs = [Pair(clause, successors_of.get(clause.code, [])) for clause in earlier]
    codes = {clause.code for clause in earlier}
    return pairs + [Pair(None, [clause]) for clause in later if not codes & set(clause.came_from)]


def predecessor(catalogue: Catalogue) -> Catalogue | None:
    """The catalogue from which most of this one's clauses came; None where none did."""
    rows = list(Clause.objects.values_list("code", "catalogue_id", "came_from"))
    at_home = {code: home for code, home, _came_from in rows}
    older = (code for _code, home, came_from in rows if home == catalogue.pk for code in came_from)
    counts = Counter(at_home[code] for code in older if at_home.get(code, catalogue.pk) != catalogue.pk)
    if not counts:
        return None
    most: Catalogue = Catalogue.objects.get(pk=counts.most_common(1)[0][0])
    return most
