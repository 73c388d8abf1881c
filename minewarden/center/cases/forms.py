"""Forms of cases. What a step asks for comes from the table of moves."""

from __future__ import annotations

from datetime import date, datetime, time, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from .facts import PREFIX, Fact, facts
from .filter_form import CaseFilter as CaseFilter  # part of the app's forms
from .models import Case
from .services import Given
from .transitions import Move
from .wording import REASONS


class ManyFiles(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class ProofField(forms.FileField):
    """Pictures or documents; size and type are checked by the service, by content."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        return list(data or [])


class MoveForm(forms.Form):
    """What one step asks for. Dates are whole days: until the end of that day at the mine."""

    due_at = forms.DateField(label=_("Put right by the end of"), widget=forms.DateInput({"type": "date"}))
    responsible = forms.CharField(
        label=_("Who is responsible"), max_length=60, widget=forms.TextInput({"list": "people", "autocomplete": "off"})
    )
    reason = forms.CharField(max_length=2000, widget=forms.Textarea({"rows": 3}))
    proofs = ProofField(
        label=_("Pictures or documents"),
        help_text=_("JPEG, PNG, WebP or PDF, at most 20 MB each, 9 at once."),
        widget=ManyFiles({"accept": "image/jpeg,image/png,image/webp,application/pdf"}),
    )

    def __init__(self, case: Case, move: Move, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = f"id_{move.action}_%s"
        self.zone = ZoneInfo(case.time_zone)
        if not move.wants_due_at:
            del self.fields["due_at"]
        if not move.wants_responsible:
            del self.fields["responsible"]
        if move.proof_slot:
            self.fields["proofs"].required = move.proof_at_least > 0
        else:
            del self.fields["proofs"]
        for name in reversed(move.all_facts):
            self.fields = {f"{PREFIX}{name}": fact_field(facts()[name], name in move.facts), **self.fields}
        self.fields["reason"].required = move.wants_reason
        self.fields["reason"].label = str(REASONS.get(move.action, _("Remark")))

    def given(self) -> Given:
        """The cleaned input as the service takes it. Only of a valid form."""
        given: Given = {"reason": self.cleaned_data["reason"], "proofs": self.cleaned_data.get("proofs", [])}
        if "due_at" in self.fields:
            given["due_at"] = end_of_day(self.cleaned_data["due_at"], self.zone)
        if "responsible" in self.fields:
            given["responsible"] = self.cleaned_data["responsible"]
        named = {name.removeprefix(PREFIX): self.cleaned_data[name] for name in self.fields if name.startswith(PREFIX)}
        given["facts"] = {name: value for name, value in named.items() if value not in (None, "")}
        return given


def fact_field(fact: Fact, required: bool) -> forms.Field:
    """The field that asks for one particular; the service checks it once more."""
    about: dict[str, Any] = {"label": str(fact.label), "required": required}
    match fact.type:
        case "whole":
            return forms.IntegerField(min_value=0, max_value=fact.most, **about)
        case "date":
            return forms.DateField(widget=forms.DateInput({"type": "date"}), **about)
        case "choice":
            offered = [(code, str(words)) for code, words in fact.choices.items()]
            return forms.ChoiceField(choices=[("", "–"), *offered], **about)
        case "long_text":
            return forms.CharField(max_length=fact.most, widget=forms.Textarea({"rows": 3}), **about)
        case "text":
            return forms.CharField(max_length=fact.most, **about)


class ExtensionForm(forms.Form):
    """A request for more time."""

    until = forms.DateField(label=_("Until the end of"), widget=forms.DateInput({"type": "date"}))
    reason = forms.CharField(label=_("Why more time is needed"), max_length=2000, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "id_extension_%s"


class DecisionForm(forms.Form):
    """The decision on a request for more time."""

    reason = forms.CharField(
        label=_("Opinion"),
        help_text=_("Wanted for a refusal."),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "id_decision_%s"


def end_of_day(day: date, zone: tzinfo) -> datetime:
    """The last second of a day there."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=zone)


def start_of_day(day: date, zone: tzinfo) -> datetime:
    """The first second of a day there."""
    return datetime.combine(day, time.min, tzinfo=zone)
