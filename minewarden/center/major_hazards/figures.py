"""Major hazards in numbers for the head's page, each a link to the list that it was counted from."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.ui.shell import Figure

from . import ledger, queries


def figures(user: Any) -> list[Figure]:
    """Those in force and what is late of them, in three queries and those of the quarter."""
    now, at = timezone.now(), reverse("major_hazards:ledger")
    counted = ledger.summary(ledger.in_force(user), now)
    quarter = queries.current_quarter()
    unpublished = queries.overdue_publications(user, now)
    missing = queries.reported(user, quarter)
    not_signed = missing.missing + missing.written
    late = not_signed and timezone.localdate() > quarter.due_on
    return [
        Figure(_("Major hazards in force"), counted.total, at),
        Figure(
            _("Overdue at the mine"),
            counted.mine_late,
            f"{at}?late={ledger.MINE_LATE}",
            "red" if counted.mine_late else "",
        ),
        Figure(
            _("Overdue at the office"),
            counted.office_late,
            f"{at}?late={ledger.OFFICE_LATE}",
            "red" if counted.office_late else "",
        ),
        Figure(
            _("Notices overdue"),
            unpublished,
            f"{reverse('major_hazards:publications')}?state={queries.OVERDUE}",
            "red" if unpublished else "",
        ),
        Figure(
            _("Quarterly reports not signed"),
            not_signed,
            f"{reverse('major_hazards:reports')}?state={queries.UNSIGNED}",
            "red" if late else "",
            quarter.label,
        ),
    ]
