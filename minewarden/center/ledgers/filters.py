"""What the list of a register can be narrowed to. Figures everywhere link with these names: keep them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from django import forms
from django.db.models import DateTimeField, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minewarden.center.cases.filter_form import MINES_OFFERED, Chip
from minewarden.center.registry.models import Mine, Node, NodeKind, User
from minewarden.center.registry.office_days import midnight

ALL: Final[tuple[str, Any]] = ("", gettext_lazy("all"))
_BIGGEST: Final = 2**63 - 1


def choices(pairs: Any) -> list[tuple[str, Any]]:
    """The choices of a filter: everything first."""
    return [ALL, *pairs]


class LedgerFilter(forms.Form):
    """Filters that every register has. A register adds fields and says which columns they and the words are about.

    What makes no sense is an error beside its field, and then nothing is listed.
    """

    day: ClassVar[str]  # the column of ``day_from`` and ``day_to``
    searched: ClassVar[tuple[str, ...]] = ()  # columns in which words are looked for
    exact: ClassVar[tuple[str, ...]] = ()  # fields that are columns
    main_fields: ClassVar[tuple[str, ...]] = ("q", "mine", "node")
    of_mines: ClassVar[bool] = True

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=60)
    node = forms.TypedChoiceField(label=gettext_lazy("Office or company"), required=False, coerce=int, empty_value=None)
    mine = forms.TypedChoiceField(label=gettext_lazy("Mine"), required=False, coerce=int, empty_value=None)
    day_from = forms.DateField(
        label=gettext_lazy("From (day)"), required=False, widget=forms.DateInput({"type": "date"})
    )
    day_to = forms.DateField(
        label=gettext_lazy("Up to (day)"), required=False, widget=forms.DateInput({"type": "date"})
    )
    withdrawn = forms.BooleanField(label=gettext_lazy("Withdrawn ones as well"), required=False)

    def __init__(self, user: User, permission: str, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self._user, self._permission = user, permission
        offices = Node.objects.for_user(user, permission).exclude(kind=NodeKind.MINE).order_by("kind", "name", "pk")
        self._offer("node", list(offices.values_list("pk", "name")), Node)
        if self.of_mines:
            mines = Mine.objects.for_user(user, permission).order_by("name", "pk")
            if node := self._chosen("node"):
                mines = mines.below(node)
            self._offer("mine", list(mines.values_list("pk", "name")[: MINES_OFFERED + 1]), Mine)
        else:
            del self.fields["mine"]
        if len(self._choices("node")) < 3:  # "all" and one office
            self.fields["node"].widget = forms.HiddenInput()

    def _choices(self, name: str) -> list[tuple[Any, Any]]:
        field: Any = self.fields[name]
        return list(field.choices)

    def _chosen(self, name: str) -> int | None:
        text = str(self.data.get(name) or "") if self.data else ""
        return int(text) if text.isascii() and text.isdigit() and int(text) <= _BIGGEST else None

    def _offer(self, name: str, rows: list[tuple[int, str]], model: type[Node] | type[Mine]) -> None:
        """The choices of a field, and besides what came with a link and is the user's to see."""
        offered = rows[:MINES_OFFERED]
        chosen = self._chosen(name)
        if chosen and chosen not in dict(offered):
            found = model.objects.for_user(self._user, self._permission).filter(pk=chosen)
            offered += list(found.values_list("pk", "name"))
        first = ALL[1] if len(rows) <= MINES_OFFERED else gettext_lazy("choose an office first")
        field: Any = self.fields[name]
        field.choices = [("", first), *offered]

    def clean(self) -> dict[str, Any]:
        """The end of a span is not before its begin."""
        chosen: dict[str, Any] = super().clean() or {}
        first, last = chosen.get("day_from"), chosen.get("day_to")
        if first and last and last < first:
            self.add_error("day_to", _("This is before the begin."))
        return chosen

    def narrowed(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that fit; none at all where a filter makes no sense."""
        if not self.is_valid():
            return rows.none()
        chosen: Mapping[str, Any] = self.cleaned_data
        if not chosen["withdrawn"]:
            rows = rows.filter(withdrawn=False)
        if chosen["node"]:
            rows = rows.below(chosen["node"])  # type: ignore[attr-defined] # a ScopedQuerySet
        if chosen.get("mine"):
            rows = rows.filter(mine=chosen["mine"])
        rows = rows.filter(**{name: chosen[name] for name in self.exact if chosen[name]})
        for word in chosen["q"].split()[:5]:
            found = Q()
            for column in self.searched:
                found |= Q(**{f"{column}__icontains": word})
            rows = rows.filter(found)
        return self._dated(rows, chosen["day_from"], chosen["day_to"])

    def _dated(self, rows: QuerySet[Any], first: date | None, last: date | None) -> QuerySet[Any]:
        """Rows of these days, both ends included; of moments the days of the office's zone."""
        moments = isinstance(rows.model._meta.get_field(self.day), DateTimeField)
        if first:
            rows = rows.filter(**{f"{self.day}__gte": midnight(first) if moments else first})
        if last:
            after = last + timedelta(days=1)
            rows = rows.filter(**{f"{self.day}__lt": midnight(after) if moments else after})
        return rows

    @property
    def main(self) -> list[forms.BoundField]:
        """The fields that always stand there."""
        return [self[name] for name in self.main_fields if name in self.fields]

    @property
    def more(self) -> list[forms.BoundField]:
        """The fields that are unfolded."""
        return [self[name] for name in self.fields if name not in self.main_fields]

    @property
    def unfolded(self) -> bool:
        """Whether one of the others is wrong. Those in use are told by their chips."""
        return any(field.errors for field in self.more if not field.is_hidden)

    def chips(self) -> list[Chip]:
        """Every filter in use, in words, each with the query that takes it back."""
        query = {name: self.data[name] for name in self.fields if self.data.get(name)} if self.is_bound else {}
        return [
            Chip(self._said(name), urlencode({other: value for other, value in query.items() if other != name}))
            for name in query
        ]

    def _said(self, name: str) -> str:
        field, value = self.fields[name], self.data[name]
        if isinstance(field, forms.BooleanField):
            return str(field.label)
        if isinstance(field, forms.ChoiceField):
            value = {str(key): str(said) for key, said in self._choices(name)}.get(value, value)
        return _("%(label)s: %(value)s") % {"label": field.label, "value": value}
