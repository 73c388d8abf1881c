"""What an undo gives back with the records that it takes away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from minewarden.center.cases.models import Case
from minewarden.center.cases.numbers import give_back, not_at_the_end
from minewarden.center.workbooks.undoing import Giver, on_removal


def _hinders(keys: Sequence[str]) -> str:
    numbers = [
        number
        for start in range(0, len(keys), 500)
        for number in Case.objects.filter(pk__in=keys[start : start + 500]).values_list("number", flat=True)
    ]
    if later := not_at_the_end(numbers):
        return _("Number %(number)s was given after these: taking them away would leave a gap.") % {"number": later}
    return ""


def _give(rows: Sequence[dict[str, Any]]) -> None:
    give_back([row["number"] for row in rows])


def register() -> None:
    """Numbers of cases go back to the year that gave them."""
    on_removal("cases.case", Giver(_hinders, _give))
