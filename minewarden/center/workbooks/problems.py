"""What can be wrong with a cell or row, in words for the person who must put it right."""

from __future__ import annotations

from typing import Any, Final, TypedDict

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Problem(TypedDict):
    """``column`` is the name of the column, "" for the whole row; ``code`` is stable; ``message`` is filled where a
    service said it in words, else the words come from :data:`WORDS` and ``params``."""

    column: str
    code: str
    params: dict[str, Any]
    message: str


class RowRefused(Exception):
    """A row that was right when it was read cannot be taken over now."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(", ".join(problem["code"] for problem in problems))
        self.problems = list(problems)


def problem(column: str, code: str, message: str = "", **params: Any) -> Problem:
    """One thing that is wrong."""
    return {"column": column, "code": code, "params": params, "message": message}


WORDS: Final[dict[str, str | Promise]] = {
    "required": _("This must be filled in."),
    "formula": _("This cell holds a formula: copy it and paste it as a value."),
    "too_long": _("At most %(most)s characters; these are %(found)s."),
    "digits_lost": _("The spreadsheet has lost digits of this number: format the cell as text and write it again."),
    "not_whole": _("“%(found)s” is not a whole number."),
    "not_a_number": _("“%(found)s” is not a number."),
    "decimals": _("“%(found)s” has too many decimals: at most %(most)s."),
    "unknown_cases": _("No case of this mine has this number: %(found)s."),
    "too_small": _("At least %(least)s."),
    "too_big": _("At most %(most)s."),
    "not_a_date": _("“%(found)s” is not a date such as 2026-08-31."),
    "unknown_choice": _("“%(found)s” is none of: %(allowed)s."),
    "unknown_record": _("There is no record with this id, or it is not yours to see."),
    "id_twice": _("Row %(row)s names the same record: leave only one."),
    "key_twice": _("Row %(row)s has the same %(column)s: it can stand there only once."),
    "fixed": _(
        "This is not changed by a workbook; the record says “%(old)s”. Put that back, or change it in the program."
    ),
    "changed_meanwhile": _(
        "The record was changed after this workbook was taken out; it now says “%(old)s”. Take it out again."
    ),
    "not_editable": "%(why)s",
    "unknown_mine": _("There is no mine “%(found)s”, or you may not do this there."),
    "which_mine": _("Several mines have this name: write the code of the mine."),
    "mine_differs": _("The mine with this code is called “%(name)s”."),
    "wrong_place": _("This place belongs to another mine (%(mine)s)."),
    "place_not_registered": _("Register this place of the mine first, or choose one that is registered."),
    "judged_already": _("It is judged only until it is assigned or stopped by order."),
    "found_in_future": _("It cannot have been found in the future."),
    "unknown_clause": _("There is no clause “%(found)s”."),
    "clause_not_in_force": _("Clause %(found)s was not in force on %(day)s."),
    "unknown_part": _("Choose one of the values of the list."),
    "wanted_in_state": _("In the state “%(state)s” this must be filled in."),
    "not_in_state": _("In the state “%(state)s” this must stay empty."),
    "before_found": _("This is before the day of finding."),
    "in_future": _("This date is still to come."),
    "state_not_here": _("A major hazard cannot come in as “%(state)s”: its orders and lists are made in the program."),
    "forbidden_state": _("You may not bring in records that are “%(state)s” at this mine."),
    "unknown_node": _("There is no office “%(found)s”, or it is not below yours."),
    "which_node": _("Several offices have this name: write its id."),
    "unknown_edge": _("There is no edge “%(found)s” for this mine."),
    "unknown_role": _("“%(found)s” is no role."),
    "unknown_user": _("There is no account “%(found)s”, or it is not yours."),
    "masked": _("A new camera needs its real address; this one has its password hidden."),
    "row": "%(message)s",
}


def said(found: Problem) -> str:
    """A problem in the reader's language."""
    if found["message"]:
        return found["message"]
    words = str(WORDS.get(found["code"], found["code"]))
    try:
        return words % found["params"]
    except (KeyError, ValueError, TypeError):
        return words
