"""Forms of escalation."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from minewarden.center.cases.models import Case, Kind, Level
from minewarden.center.registry.models import Node, Role, User

from .models import Clock, Count, Does, Rung
from .queries import ANSWERED, LATE, LIFTED, OPEN, can_be_bound

UP = [
    (0, _("Whom it binds: the mine")),
    (1, _("The nearest office above")),
    (2, _("The office above that")),
    (3, _("Two offices above that")),
]


class OrderFilter(forms.Form):
    """What the list of orders is narrowed to."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All")),
            (OPEN, _("Not lifted yet")),
            (LATE, _("Overdue")),
            (ANSWERED, _("Answered, to be lifted")),
            (LIFTED, _("Lifted")),
        ],
    )


class OrderForm(forms.Form):
    """A supervision order about a case."""

    bound = forms.ModelChoiceField(
        label=_("Whom it binds"), queryset=Node.objects.none(), empty_label=None,
        help_text=_("Only an office above it can lift the order."),
    )  # fmt: skip
    due_at = forms.DateField(label=_("To be done by the end of"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=_("Why, and what is to be done"), widget=forms.Textarea, max_length=2000)
    document_number = forms.CharField(label=_("Document number"), required=False, max_length=60)

    def __init__(self, user: User, about: Case, data: Any = None) -> None:
        super().__init__(data)
        bound: Any = self.fields["bound"]
        bound.queryset = can_be_bound(user, about)


class RungForm(forms.ModelForm[Rung]):
    """One rung of the ladder."""

    class Meta:
        model = Rung
        fields = ("kind", "level", "clock", "days", "count", "does", "role", "levels_up", "order_days", "in_use")
        labels = {
            "days": _("Days after the deadline"),
            "count": _("Counted in"),
            "does": _("What happens"),
            "order_days": _("Days that the order gives"),
            "in_use": _("In use"),
        }
        help_texts = {
            "days": _("Negative: days before it."),
            "order_days": _("Only for a supervision order: calendar days."),
        }

    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All but supervision orders")), *Kind.choices]
    )
    level = forms.ChoiceField(label=_("Level"), required=False, choices=[("", _("Every level")), *Level.choices])
    clock = forms.ChoiceField(label=_("Which deadline"), choices=Clock.choices)
    count = forms.ChoiceField(label=_("Counted in"), choices=Count.choices)
    does = forms.ChoiceField(label=_("What happens"), choices=Does.choices)
    role = forms.ChoiceField(
        label=_("Who is told"), required=False, choices=[("", _("Nobody: an order")), *Role.choices]
    )
    levels_up = forms.TypedChoiceField(
        label=_("At which level"), choices=UP, coerce=int,
        help_text=_("Of an order: whom it binds. It is lifted by the office above that."),
    )  # fmt: skip
    field_order = ("kind", "level", "clock", "days", "count", "does", "levels_up", "role", "order_days", "in_use")

    def clean(self) -> dict[str, Any]:
        """A notice needs somebody to tell, an order its time."""
        given = super().clean() or {}
        if given.get("does") == Does.NOTICE and not given.get("role"):
            self.add_error("role", _("Say who is told."))
        if given.get("does") == Does.ORDER and not given.get("order_days"):
            self.add_error("order_days", _("Say how many days the order gives."))
        if given.get("does") == Does.ORDER and given.get("kind") == Kind.SUPERVISION:
            self.add_error("does", _("An order about an order is not possible: send a notice to the office above."))
        return given


class YearForm(forms.Form):
    """Which year's days are shown."""

    year = forms.TypedChoiceField(label=_("Year"), coerce=int)

    def __init__(self, years: list[int], data: Any) -> None:
        super().__init__(data)
        choice: Any = self.fields["year"]
        choice.choices = [(year, str(year)) for year in years]


class DayForm(forms.Form):
    """A day that is worked, or not, whatever the notice says."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    working = forms.TypedChoiceField(
        label=_("The office"), choices=[("no", _("has the day off")), ("yes", _("works on this day"))],
        coerce=lambda word: word == "yes",
    )  # fmt: skip
    note = forms.CharField(label=_("Why"), max_length=60, help_text=_("Such as the number of the notice."))

    def clean_day(self) -> date:
        """Years that a calendar can be right about."""
        day: date = self.cleaned_data["day"]
        if not 2000 <= day.year <= 2100:
            raise forms.ValidationError(_("Give a day between 2000 and 2100."))
        return day
