"""Every write to catalogues and clauses but the package's own (``sync``): the office imports a workbook."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.cases.errors import CaseError
from minewarden.center.hazards.models import Catalogue, Clause, ClauseWording
from minewarden.center.registry.models import User
from minewarden.center.registry.scope import may

from .sheet import ClausesRefused, Problem, Row, Sheet, read_sheet
from .sync import searched, sync_catalogues

__all__ = ["Imported", "import_clauses", "sync_catalogues"]

PERMISSION: Final = "hazards.manage_clauses"
_OWN: Final = ("aspect", "article", "number", "citation", "grade", "hints", "came_from")
_WORDS: Final = ("title", "title_en", "text", "official_text")


@dataclass
class Imported:
    """What an import did: codes of clauses."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)

    @property
    def writes(self) -> bool:
        return bool(self.created or self.changed)


class _Wrong(ValueError):
    """A row that cannot be taken over, and the column that says why."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


def import_clauses(path: Path, name: str, actor: User) -> Imported:
    """Take over a workbook of clauses: all of it or nothing; the same file again changes nothing.

    An empty cell leaves what is there. Words that differ hold from the row's ``生效日期`` on, and what the clause said
    before is kept; an official wording that was not there yet is set.

    Raises:
        CaseError: ``forbidden``.
        ClausesRefused: what is wrong, by sheet, row and column; nothing was written.
    """
    if not may(actor, PERMISSION):
        raise CaseError("forbidden", _("Your role may not change the catalogues."))
    sheet = read_sheet(path, name)
    done, problems = Imported(), _twice(sheet)
    with act("hazards.import_clauses", actor, name[:200]):
        catalogues, wrong = _catalogues(sheet)
        problems += wrong
        known = {
            clause.code: clause for clause in Clause.objects.select_related("catalogue").select_for_update(of=("self",))
        }
        spoken = {row.get("code") for row in sheet.rows} | set(known)
        broken = {row.get("catalogue") for row in sheet.rows} - set(catalogues) - {""}
        for row in sheet.rows:
            if row.get("catalogue") in broken:
                continue
            try:
                _take_over(row, known, catalogues, spoken, done)
            except _Wrong as error:
                problems.append(sheet.problem(row, error.column, str(error)))
        if problems:
            raise ClausesRefused(sorted(problems, key=lambda problem: problem.row))
    return done


def _twice(sheet: Sheet) -> list[Problem]:
    """One row a clause: two would overlap in their validity."""
    seen: dict[str, int] = {}
    problems = []
    for row in sheet.rows:
        first = seen.setdefault(row.get("code"), row.number)
        if first != row.number:
            reason = _("Row %(row)s has the same code: they would be in force at the same time.") % {"row": first}
            problems.append(sheet.problem(row, "code", reason))
    return problems


def _catalogues(sheet: Sheet) -> tuple[dict[str, Catalogue], list[Problem]]:
    """Key → catalogue; those that are not there yet are made, in force as long as their clauses are."""
    known = {catalogue.key: catalogue for catalogue in Catalogue.objects.all()}
    problems = []
    fresh: dict[str, list[Row]] = {}
    for row in sheet.rows:
        key = row.get("catalogue")
        if key and key not in known:
            fresh.setdefault(key, []).append(row)
    for key, rows in fresh.items():
        first = rows[0]
        wanted = [name for name in ("catalogue_name", "kind", "valid_from") if not first.get(name)]
        if wanted:
            reason = _("The catalogue “%(key)s” is new: its first row must say this.") % {"key": key}
            problems += [sheet.problem(first, name, reason) for name in wanted]
            continue
        known[key] = _new_catalogue(key, first, rows)
    return known, problems


def _new_catalogue(key: str, first: Row, rows: Iterable[Row]) -> Catalogue:
    begins = [row.get("valid_from") for row in rows if row.get("valid_from")]
    ends = [row.get("valid_to", None) for row in rows]
    catalogue = Catalogue(
        key=key,
        name=first.get("catalogue_name"),
        kind=first.get("kind"),
        issued_as=first.get("issued_as"),
        valid_from=min(begins),
        valid_to=None if None in ends else max(max(ends), *begins),
    )
    catalogue.save()
    return catalogue


def _take_over(
    row: Row, known: dict[str, Clause], catalogues: dict[str, Catalogue], spoken: set[str], done: Imported
) -> None:
    """Write one row.

    Raises:
        _Wrong: it cannot be so.
    """
    code = row.get("code")
    if unknown := [older for older in row.get("came_from", []) if older not in spoken or older == code]:
        raise _Wrong("came_from", _("There is no clause “%(found)s”.") % {"found": ", ".join(unknown)})
    clause = known.get(code)
    if clause is None:
        if row.get("catalogue") not in catalogues:
            raise _Wrong("catalogue", _("A new clause needs its catalogue."))
        known[code] = _create(row, catalogues[row.get("catalogue")])
        done.created.append(code)
        return
    if row.get("catalogue", clause.catalogue.key) != clause.catalogue.key:
        reason = _("This code belongs to the catalogue “%(key)s” already.") % {"key": clause.catalogue.key}
        raise _Wrong("code", reason)
    (done.changed if _change(clause, row) else done.unchanged).append(code)


def _create(row: Row, catalogue: Catalogue) -> Clause:
    text = row.get("text") or row.get("official_text")
    if not row.get("title"):
        raise _Wrong("title", _("A new clause needs a title."))
    if not text:
        raise _Wrong("text", _("A new clause needs its content or its official wording."))
    if not row.get("valid_from"):
        raise _Wrong("valid_from", _("A new clause needs the first day on which it is in force."))
    last: int = Clause.objects.filter(catalogue=catalogue).order_by("-sort").values_list("sort", flat=True).first() or 0
    begin, end = row.get("valid_from"), row.get("valid_to", catalogue.valid_to)
    _check_validity(begin, end, catalogue)
    words = {name: row.get(name) for name in ("title", "title_en", "official_text")} | {"text": text}
    own = {name: row.get(name) for name in _OWN if row.get(name)}
    clause = Clause(
        catalogue=catalogue, code=row.get("code"), valid_from=begin, valid_to=end, worded_from=begin, sort=last + 1,
        origin="stated" if row.get("came_from") else "", **words, **own,
    )  # fmt: skip
    clause.search_text = searched(clause)
    clause.save()
    return clause


def _check_validity(begin: date, end: date | None, catalogue: Catalogue) -> None:
    """Not ended before it began, and inside the validity of its catalogue."""
    if begin < catalogue.valid_from or (catalogue.valid_to and begin > catalogue.valid_to):
        reason = _("The catalogue is in force from %(begin)s to %(end)s only.")
        words = {"begin": catalogue.valid_from.isoformat(), "end": (catalogue.valid_to or "…")}
        raise _Wrong("valid_from", reason % words)
    if end is not None and end < begin:
        raise _Wrong("valid_to", _("It would end before it begins."))


def _change(clause: Clause, row: Row) -> bool:
    """Bring a clause to what its row says; answers whether anything differed."""
    differs: dict[str, Any] = {
        name: row.get(name) for name in _OWN if row.get(name, getattr(clause, name)) != getattr(clause, name)
    }
    if "came_from" in differs:
        differs["origin"] = "stated"
    differs |= _new_words(clause, row)
    end = row.get("valid_to", clause.valid_to)
    if end != clause.valid_to:
        differs["valid_to"] = end
    if not differs:
        return False
    if end is not None and end < differs.get("worded_from", clause.worded_from):
        raise _Wrong("valid_to", _("It would end before it begins."))
    for name, value in differs.items():
        setattr(clause, name, value)
    clause.search_text = searched(clause)
    clause.save()
    return True


def _new_words(clause: Clause, row: Row) -> dict[str, Any]:
    """The words that differ. A first official wording is set; other words hold from the row's day on, and the old ones
    are kept."""
    said = {name: row.get(name) for name in _WORDS if row.get(name)}
    differs = {name: text for name, text in said.items() if getattr(clause, name) != text}
    if not differs or _said_before(clause, row, said):
        return {}
    only_added = all(name in {"official_text", "title_en"} and not getattr(clause, name) for name in differs)
    if only_added:
        return differs
    begin = row.get("valid_from", None)
    if begin is None or begin == clause.worded_from:
        reason = _("These words differ from those in force since %(day)s: write the day from which the new ones hold.")
        raise _Wrong("valid_from", reason % {"day": clause.worded_from.isoformat()})
    if begin < clause.worded_from:
        reason = _("The clause has words from %(day)s on already: the new ones must begin later.")
        raise _Wrong("valid_from", reason % {"day": clause.worded_from.isoformat()})
    if clause.valid_to is not None and begin > clause.valid_to:
        raise _Wrong("valid_from", _("The clause ends on %(day)s.") % {"day": clause.valid_to.isoformat()})
    ClauseWording(
        clause=clause,
        valid_from=clause.worded_from,
        valid_to=begin - timedelta(days=1),
        **{name: getattr(clause, name) for name in _WORDS},
    ).save()
    return differs | {"worded_from": begin}


def _said_before(clause: Clause, row: Row, said: dict[str, str]) -> bool:
    """Whether the row only repeats an earlier wording: an old file once more."""
    begin = row.get("valid_from", None)
    earlier = clause.earlier_wordings.filter(valid_from=begin).first() if begin else None
    return earlier is not None and all(getattr(earlier, name) == text for name, text in said.items())
