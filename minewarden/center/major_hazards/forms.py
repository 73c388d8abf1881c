"""Forms of major hazards."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from minewarden.center.registry.models import Node


class PublishForm(forms.Form):
    """Where and when the notice of a stop order came out."""

    published_on = forms.DateField(label=_("Published on"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    published_where = forms.CharField(
        label=_("Where it was published"), max_length=120, help_text=_("Website, newspaper, board at the mine")
    )
    url = forms.URLField(label=_("Address of the notice"), max_length=300, required=False, assume_scheme="https")
    text = forms.CharField(
        label=_("Text of the notice"), max_length=10_000, required=False, widget=forms.Textarea({"rows": 5})
    )


class ReportForm(forms.Form):
    """The mine's own words in its quarterly report."""

    remarks = forms.CharField(
        label=_("State of the major hazards and what caused them"),
        max_length=10_000,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("Where there was none, say so."),
    )
    plan = forms.CharField(
        label=_("What is done next: measures, money, deadlines, emergency plans"),
        max_length=10_000,
        widget=forms.Textarea({"rows": 5}),
    )


class SignForm(forms.Form):
    """The signature: who signs enters the password once more."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
        help_text=_("You sign with your name and the time. Nothing in the report can be changed after that."),
    )


class LedgerFilter(forms.Form):
    """Which major hazards the list of those in force shows."""

    step = forms.ChoiceField(label=_("Step"), required=False)
    listing = forms.ChoiceField(label=_("Level of listing"), required=False)
    node = forms.ModelChoiceField(Node.objects.none(), label=_("Office or mine"), required=False, empty_label=_("all"))
    late = forms.ChoiceField(label=_("What is late"), required=False)

    def __init__(self, choices: dict[str, list[tuple[str, Any]]], nodes: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, entries in choices.items():
            field: Any = self.fields[name]
            field.choices = [("", _("all")), *entries]
        self.fields["node"].queryset = nodes  # type: ignore[attr-defined] # a ModelChoiceField
