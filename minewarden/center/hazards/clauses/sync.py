"""Brings the major-hazard criteria of the package (``minewarden.standards``) into the tables."""

from __future__ import annotations

from typing import Any, Final

from minewarden.center.audit.services import act
from minewarden.center.cases.search_text import search_text
from minewarden.center.hazards.models import Catalogue, CatalogueKind, Clause
from minewarden.standards.major_hazards import Aspect, Edition, Item, editions

WORDS: Final = ("title", "title_en", "text")


def sync_catalogues() -> int:
    """Bring both editions into rows; answers how many rows were written. The same content again writes nothing.

    What an office has imported stays: the official wording, words that were changed from a later day on, and ends of
    validity that the package does not know yet.
    """
    with act("hazards.sync_clauses", None) as action:
        for edition in editions().values():
            _sync(edition)
    return len(action.noted)


def _sync(edition: Edition) -> None:
    key = f"major-{edition.name}"
    catalogue = Catalogue.objects.filter(key=key).first() or Catalogue(key=key)
    _bring(
        catalogue,
        {
            "name": f"{edition.title}（{edition.name}年版）",
            "name_en": f"{edition.title_en} ({edition.name} edition)",
            "kind": CatalogueKind.MAJOR,
            "issued_as": edition.order,
            "valid_from": edition.valid_from,
            "valid_to": edition.valid_to or catalogue.valid_to,
            "source": edition.source,
        },
    )
    known = {clause.code: clause for clause in Clause.objects.filter(catalogue=catalogue)}
    reworded = set(
        Clause.objects.filter(catalogue=catalogue, earlier_wordings__isnull=False).values_list("code", flat=True)
    )
    place = 0
    for aspect in edition.aspects:
        for item in aspect.items:
            place += 1
            clause = known.get(item.code) or Clause(catalogue=catalogue, code=item.code, worded_from=edition.valid_from)
            _bring(clause, _columns(edition, aspect, item, clause, item.code in reworded) | {"sort": place})


def _columns(edition: Edition, aspect: Aspect, item: Item, clause: Clause, reworded: bool) -> dict[str, Any]:
    """What the row of an item holds."""
    columns: dict[str, Any] = {
        "aspect": aspect.title,
        "aspect_en": aspect.title_en,
        "article": item.article,
        "number": item.number,
        "citation": item.citation,
        "hints": sorted(item.hints),
        "came_from": list(item.came_from),
        "origin": item.origin or "",
        "unsure": item.unsure,
        "valid_from": edition.valid_from,
        "valid_to": edition.valid_to or clause.valid_to,
    }
    if not reworded:
        columns |= {name: getattr(item, name) for name in WORDS}
    words = {name: columns.get(name, getattr(clause, name)) for name in WORDS}
    columns["search_text"] = searched(clause, **columns | words)
    return columns


def searched(clause: Clause, **columns: Any) -> str:
    """The column by which a clause is found, from its columns as they are going to be."""
    names = ("title", "title_en", "text", "official_text", "aspect", "aspect_en", "citation", "grade")
    return search_text(clause.code, *(str(columns.get(name, getattr(clause, name))) for name in names))


def _bring(instance: Catalogue | Clause, columns: dict[str, Any]) -> None:
    """Write the row if it is new or something differs."""
    differs = {name: value for name, value in columns.items() if getattr(instance, name) != value}
    if differs or instance._state.adding:
        for name, value in differs.items():
            setattr(instance, name, value)
        instance.save()
