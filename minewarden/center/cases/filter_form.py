"""What the list of cases can be narrowed to. Figures everywhere link with these names: keep them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minewarden.center.registry.models import Camera, Mine, Node, NodeKind, User

from .models import Kind, Level, State
from .queries import HAZARDS, OPEN, SOON, Filters
from .search_text import tokens

ANY: Final[tuple[str, Any]] = ("", gettext_lazy("all"))
_CHOICES: Final[dict[str, list[tuple[str, Any]]]] = {
    "state": [
        ANY,
        (OPEN, gettext_lazy("All open")),
        (SOON, gettext_lazy("Due within three days")),
        *State.choices,
    ],
    "kind": [ANY, (HAZARDS, gettext_lazy("All hazards")), *Kind.choices],
    "level": [ANY, *Level.choices],
}
# With more mines than this only those of the chosen office are offered.
MINES_OFFERED: Final = 150
MAIN: Final = ("q", "state", "kind", "level", "mine", "node", "overdue")
_SPANS: Final = (("found_from", "found_to"), ("due_from", "due_to"), ("closed_from", "closed_to"))
_BIGGEST: Final = 2**63 - 1


@dataclass(frozen=True)
class Chip:
    """One filter in words, and the query of the list without it."""

    words: str
    without: str


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput({"type": "date"}))


def _days_ago(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=36_500)


class CaseFilter(forms.Form):
    """Which cases are listed. What makes no sense is an error beside its field, and then nothing is listed."""

    q = forms.CharField(label=gettext_lazy("Words or number"), required=False, max_length=60)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=_CHOICES["state"],
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False, choices=_CHOICES["kind"])
    level = forms.ChoiceField(label=gettext_lazy("Level"), required=False, choices=_CHOICES["level"])
    node = forms.TypedChoiceField(label=gettext_lazy("Office or company"), required=False, coerce=int, empty_value=None)
    mine = forms.TypedChoiceField(label=gettext_lazy("Mine"), required=False, coerce=int, empty_value=None)
    overdue = forms.BooleanField(label=gettext_lazy("Only overdue"), required=False)
    office_overdue = forms.BooleanField(label=gettext_lazy("Only where the office is late"), required=False)
    clause = forms.CharField(label=gettext_lazy("Clause, or its beginning"), required=False, max_length=40)
    responsible = forms.CharField(label=gettext_lazy("Responsible"), required=False, max_length=60)
    recurrence = forms.IntegerField(
        label=gettext_lazy("Came back at least so often"), required=False, min_value=1, max_value=1000
    )
    found_from, found_to = _day(gettext_lazy("Found from")), _day(gettext_lazy("Found up to"))
    due_from, due_to = _day(gettext_lazy("Due from")), _day(gettext_lazy("Due up to"))
    closed_from, closed_to = _day(gettext_lazy("Closed from")), _day(gettext_lazy("Closed up to"))
    age_from, age_to = _days_ago(gettext_lazy("Days since found, from")), _days_ago(gettext_lazy("up to"))
    camera = forms.IntegerField(required=False, min_value=1, max_value=_BIGGEST, widget=forms.HiddenInput)

    def __init__(self, user: User, data: QueryDict | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self._user = user
        self._camera = ""
        self._offered: dict[str, dict[str, str]] = {}
        offices = Node.objects.for_user(user, "cases.view").exclude(kind=NodeKind.MINE).order_by("kind", "name", "pk")
        self._offer("node", list(offices.values_list("pk", "name")), Node)
        mines = Mine.objects.for_user(user, "cases.view").order_by("name", "pk")
        if node := self._chosen("node"):
            mines = mines.below(node)
        self._offer("mine", list(mines.values_list("pk", "name")[: MINES_OFFERED + 1]), Mine)
        if len(self.fields["node"].choices) < 3:  # type: ignore[attr-defined] # "all" and one office
            self.fields["node"].widget = forms.HiddenInput()

    def _chosen(self, name: str) -> int | None:
        text = str(self.data.get(name) or "") if self.data else ""
        return int(text) if text.isascii() and text.isdigit() and int(text) <= _BIGGEST else None

    def _offer(self, name: str, rows: list[tuple[int, str]], model: type[Node] | type[Mine]) -> None:
        """The choices of a field, and besides what came with a link and is the user's to see."""
        offered = rows[:MINES_OFFERED]
        chosen = self._chosen(name)
        if chosen and chosen not in dict(offered):
            found = model.objects.for_user(self._user, "cases.view").filter(pk=chosen).values_list("pk", "name")
            offered += list(found)
        self._offered[name] = {str(pk): words for pk, words in offered}
        first = ANY[1] if len(rows) <= MINES_OFFERED else gettext_lazy("choose an office first")
        self.fields[name].choices = [("", first), *offered]  # type: ignore[attr-defined]

    def clean_q(self) -> str:
        """Words with at least something to look for."""
        words = str(self.cleaned_data["q"])
        if words and not tokens(words):
            raise ValidationError(_("Write Chinese characters, letters or digits to look for."))
        return words

    def clean_camera(self) -> int | None:
        """A camera that the user may know of."""
        camera: int | None = self.cleaned_data["camera"]
        if camera is not None:
            found = Camera.objects.for_user(self._user, "cases.view").filter(pk=camera).first()
            if found is None:
                raise ValidationError(_("There is no such camera, or it is not yours to see."))
            self._camera = str(found)
        return camera

    def clean(self) -> dict[str, Any]:
        """The end of a span is not before its begin."""
        chosen: dict[str, Any] = super().clean() or {}
        for first, last in (*_SPANS, ("age_from", "age_to")):
            if chosen.get(first) is not None and chosen.get(last) is not None and chosen[last] < chosen[first]:
                self.add_error(last, _("This is before the begin."))
        return chosen

    def filters(self) -> Filters:
        """What was chosen; nothing at all where a choice makes no sense."""
        if not self.is_valid():
            return Filters(nothing=True)
        chosen: dict[str, Any] = dict(self.cleaned_data)
        for first, last in _SPANS:
            chosen[first.removesuffix("_from")] = (chosen.pop(first), chosen.pop(last))
        return Filters(words=chosen.pop("q"), **chosen)

    @property
    def main(self) -> list[forms.BoundField]:
        """The fields that always stand there."""
        return [self[name] for name in MAIN]

    @property
    def more(self) -> list[forms.BoundField]:
        """The fields that are unfolded."""
        return [self[name] for name in self.fields if name not in MAIN]

    @property
    def unfolded(self) -> bool:
        """Whether one of the others is wrong. Those in use are told by their chips."""
        return any(field.errors for field in self.more if not field.is_hidden)

    def chips(self) -> list[Chip]:
        """Every filter in use, in words, each with the query that takes it back."""
        if not self.is_bound:
            return []
        query = {name: self.data[name] for name in self.fields if self.data.get(name)}
        return [
            Chip(self._said(name), urlencode({other: value for other, value in query.items() if other != name}))
            for name in query
        ]

    def _said(self, name: str) -> str:
        """A filter in words; one that makes no sense as it was written."""
        value, field = self.data[name], self.fields[name]
        label = {"camera": _("Camera"), "age_to": _("Days since found, up to")}.get(name) or str(field.label)
        if isinstance(field, forms.BooleanField):
            return label
        if name == "camera":
            value = self._camera or value
        elif isinstance(field, forms.ChoiceField):
            words = self._offered.get(name) or {str(key): str(said) for key, said in _CHOICES[name]}
            value = words.get(value, value)
        return _("%(label)s: %(value)s") % {"label": label, "value": value}
