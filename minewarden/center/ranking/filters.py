"""What the watch list can be narrowed to and sorted by. The figures of other pages link with these names: keep them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from django import forms
from django.db.models import F, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minewarden.center.cases.filter_form import Chip
from minewarden.center.ledgers.filters import LedgerFilter, choices
from minewarden.center.registry.models import Mine, User

from .formula import Formula
from .queries import VIEW, lines_in_force, taken_off_now
from .shown import line_words
from .teams import Mark

SCREENING, CAPACITY, TOO_LITTLE, ALL = "screening", "capacity", "too_little", "all"
TABS: Final = {
    SCREENING: _("Screening list"),
    CAPACITY: _("Capacity list"),
    TOO_LITTLE: _("Too little data"),
    ALL: _("All mines (ranking)"),
}
LINE, SCORE = "line", "score"
THERE, ASKED, NONE = "there", "asked", "none"
SORTS: Final[Mapping[str, tuple[Any, tuple[Any, ...]]]] = {
    "score": (_("Score"), ("-score", "pk")),
    "change": (_("Risen most"), (F("change").desc(nulls_last=True), "-score", "pk")),
    "chance": (_("Chance of the first 20"), (F("chance").desc(nulls_last=True), "-score", "pk")),
    "lines": (_("Red lines"), ("-lines", "-score", "pk")),
    "name": (_("Name of the mine"), ("mine__name", "pk")),
}
QUIET: Final = ("tab", "sort")  # neither narrows what a tab shows


class WatchFilter(LedgerFilter):
    """Filters of the watch list. ``tab``: which of the lists; ``reason``: a red line or the score."""

    searched: ClassVar[tuple[str, ...]] = ("mine__name", "mine__code")
    main_fields: ClassVar[tuple[str, ...]] = ("tab", "q", "node", "reason", "team", "sort")

    tab = forms.ChoiceField(required=False, choices=choices(TABS.items()), widget=forms.HiddenInput())
    reason = forms.ChoiceField(label=_("Why on the list"), required=False)
    team = forms.ChoiceField(
        label=_("Resident team"),
        required=False,
        choices=choices([(THERE, _("Team is there")), (ASKED, _("Team asked for")), (NONE, _("No team"))]),
    )
    taken_off = forms.BooleanField(label=_("Only those taken off"), required=False)
    sort = forms.ChoiceField(label=_("Sorted by"), required=False)

    def __init__(
        self, user: User, formula: Formula | None, teams: Mapping[int, Mark], data: QueryDict | None = None
    ) -> None:
        super().__init__(user, VIEW, data)
        self._formula, self._teams = formula, teams
        for name in ("day_from", "day_to", "withdrawn"):
            del self.fields[name]
        lines = [(key, words) for key, (words, _ends) in line_words(formula).items()] if formula else []
        fields: dict[str, Any] = self.fields  # concrete field types
        fields["reason"].choices = choices([(LINE, _("Any red line")), (SCORE, _("Its score")), *lines])
        fields["sort"].choices = [("", _("Place on the list")), *((key, words) for key, (words, _by) in SORTS.items())]

    @property
    def list_shown(self) -> str:
        """The list that the address names; the screening list where it names none."""
        tab = str(self.data.get("tab") or "") if self.data else ""
        return tab if tab in TABS else SCREENING

    def narrowed(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The standings that fit, in the order wanted; none at all where a filter makes no sense."""
        if not self.is_valid():
            return rows.none()
        chosen: Mapping[str, Any] = self.cleaned_data
        tab = self.list_shown
        if tab == TOO_LITTLE:
            rows = rows.filter(sufficient=False)
        elif tab != ALL:
            rows = rows.filter(listed=True)
        if chosen["node"]:
            rows = rows.filter(mine__in=Mine.objects.below(chosen["node"]).values("pk"))
        if chosen["mine"]:
            rows = rows.filter(mine=chosen["mine"])
        for word in chosen["q"].split()[:5]:
            rows = rows.filter(Q(mine__name__icontains=word) | Q(mine__code__icontains=word))
        if chosen["taken_off"]:
            rows = rows.filter(mine__in=taken_off_now().order_by().values("mine"))
        rows = self._with_team(self._with_reason(rows, chosen["reason"]), chosen["team"])
        usual = ("-score", "pk") if tab in (TOO_LITTLE, ALL) else ("place", "pk")
        return rows.order_by(*(SORTS[chosen["sort"]][1] if chosen["sort"] else usual))

    def _with_reason(self, rows: QuerySet[Any], reason: str) -> QuerySet[Any]:
        if not reason:
            return rows
        if reason == SCORE:
            return rows.filter(score__gte=self._formula.list_from) if self._formula else rows.none()
        lines = lines_in_force(timezone.localdate())
        if reason != LINE:
            lines = lines.filter(line=reason)
        return rows.filter(mine__in=lines.order_by().values("mine"))

    def _with_team(self, rows: QuerySet[Any], team: str) -> QuerySet[Any]:
        if team == NONE:
            return rows.exclude(mine__in=sorted(self._teams))
        if team:
            return rows.filter(
                mine__in=sorted(key for key, mark in self._teams.items() if mark.there == (team == THERE))
            )
        return rows

    def chips(self) -> list[Chip]:
        """Every filter in use; which list it is and its order are no filters, and stay when one is taken back."""
        query = {name: self.data[name] for name in self.fields if self.data.get(name)} if self.is_bound else {}
        return [
            Chip(self._said(name), urlencode({other: value for other, value in query.items() if other != name}))
            for name in query
            if name not in QUIET
        ]
