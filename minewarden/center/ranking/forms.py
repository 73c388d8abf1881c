"""Forms of the watch list. The services check what they say."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minewarden.center.ledgers.forms import day_input
from minewarden.center.registry.models import Mine, User

from .formula import Formula
from .queries import PROPOSE
from .shown import line_words

TEXT = forms.Textarea({"rows": 4})


class ReasonForm(forms.Form):
    """Why a mine is taken off."""

    reason = forms.CharField(
        label=_("Reason"), max_length=2000, widget=TEXT, help_text=_("It stands on the list, with your name.")
    )


class WhyForm(forms.Form):
    """Why something is decided."""

    why = forms.CharField(
        label=_("Reason"), max_length=2000, widget=TEXT, help_text=_("It stands in the history of this record.")
    )


class LineForm(forms.Form):
    """A red line: which, of which mine, by which document."""

    mine = forms.ModelChoiceField(Mine.objects.none(), label=_("Mine"), empty_label=_("choose"))
    line = forms.ChoiceField(label=_("Red line"))
    document = forms.CharField(
        label=_("Document"), max_length=300, help_text=_("Number and title of the document that proves it.")
    )
    since = forms.DateField(label=_("Since"), widget=day_input())
    case_number = forms.CharField(
        label=_("Number of its case"), max_length=12, required=False, help_text=_("Of this mine; empty if it has none.")
    )

    def __init__(self, user: User, formula: Formula, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields  # concrete field types
        fields["mine"].queryset = Mine.objects.for_user(user, PROPOSE).order_by("name", "pk")
        lines = [(key, words) for key, (words, _ends) in line_words(formula).items()]
        fields["line"].choices = [("", _("choose")), *lines]


class EndForm(forms.Form):
    """A red line ends: from which day on, by which document, why."""

    ended_on = forms.DateField(label=_("Ended on"), widget=day_input(), initial=timezone.localdate)
    evidence = forms.CharField(
        label=_("Document that proves it"), max_length=300, help_text=_("What ends this red line must be on record.")
    )
    why = forms.CharField(label=_("Reason"), max_length=2000, widget=TEXT)


class FormulaForm(forms.Form):
    """Another formula, whole."""

    text = forms.CharField(
        label=_("Formula (TOML)"),
        strip=False,
        max_length=100_000,
        widget=forms.Textarea({"rows": 28, "spellcheck": "false", "class": "code"}),
        help_text=_("Change what is to change, and the line “version”."),
    )
    why = forms.CharField(label=_("What changes, and why"), max_length=2000, widget=TEXT)


class AdoptForm(forms.Form):
    """The decision that puts a formula into force."""

    decision = forms.CharField(label=_("Number of the decision"), max_length=60)
    in_force_from = forms.DateField(label=_("In force from"), widget=day_input(), initial=timezone.localdate)
    why = forms.CharField(label=_("Remarks"), max_length=2000, required=False, widget=TEXT)


class SettingForm(forms.Form):
    """A figure that the office decides."""

    value = forms.IntegerField(label=_("Value"), min_value=0, max_value=500)
    document = forms.CharField(label=_("Document number"), max_length=60, required=False)
    why = forms.CharField(label=_("Reason"), max_length=300, required=False)
