"""Forms of hazards. The names of the fields are those of the API."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final
from uuid import uuid4
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minewarden.center.cases.forms import ManyFiles, ProofField
from minewarden.center.registry.models import Mine, User

from .grading import PARTS, Part, grading
from .models import Hazard, Source
from .services import FIXES, Fixes

CODE: Final = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")
PICTURES: Final = "image/jpeg,image/png,image/webp"


class MineField(forms.CharField):
    """A mine by name or 12-digit code, or both as the list beside it offers them; only of those given."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=120, **kwargs)
        self.queryset = Mine.objects.none()

    def clean(self, value: Any) -> Mine | None:
        text = super().clean(value)
        if not text:
            return None
        code = CODE.search(text)
        found: list[Mine] = list(self.queryset.filter(code=code[0]) if code else self.queryset.filter(name=text)[:2])
        if len(found) > 1:
            raise forms.ValidationError(_("Several mines have this name: add the 12-digit code."))
        if not found:
            raise forms.ValidationError(_("No mine of yours goes by this: choose one from the list."))
        return found[0]


def shown_mine(mine: Mine) -> str:
    """A mine as the field shows it."""
    return f"{mine.name} {mine.code}"


def code_of(text: str) -> str:
    """The code of a clause out of what the list offers: code, then title."""
    return text.strip().split(" ", 1)[0]


def part_field(part: Part) -> forms.ChoiceField:
    """One part of the grade: one tap."""
    choices = [(choice.value, str(choice.words)) for choice in part.choices]
    return forms.ChoiceField(label=str(part.words), choices=choices, widget=forms.RadioSelect)


class PartsForm(forms.Form):
    """Clause and parts: what a hazard is judged by."""

    clause_code = forms.CharField(
        label=_("Clause"),
        required=False,
        max_length=160,
        help_text=_("Code or title; empty where no clause fits."),
        widget=forms.TextInput({"list": "clauses", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part in grading().parts:
            self.fields[part.name] = part_field(part)

    def clean_clause_code(self) -> str:
        """What is written wins over a proposal that was tapped: without JavaScript a tap cannot be taken back."""
        return code_of(self.cleaned_data["clause_code"]) or code_of(self.data.get("suggested_clause", ""))

    def grade_parts(self) -> dict[str, str]:
        """The parts as the service takes them. Only of a valid form."""
        return {name: self.cleaned_data[name] for name in PARTS}

    @property
    def parts(self) -> list[forms.BoundField]:
        """The fields of the parts."""
        return [self[name] for name in PARTS]


class HazardForm(PartsForm):
    """A hazard as somebody writes it down."""

    case_id = forms.UUIDField(widget=forms.HiddenInput)
    mine = MineField(label=_("Mine"), widget=forms.TextInput({"list": "mines", "autocomplete": "off"}))
    place = forms.CharField(
        label=_("Place"),
        required=False,
        max_length=100,
        widget=forms.TextInput({"list": "places", "autocomplete": "off"}),
    )
    title = forms.CharField(label=_("What is wrong"), max_length=120, widget=forms.TextInput({"autocomplete": "off"}))
    description = forms.CharField(
        label=_("More about it"), max_length=4000, required=False, widget=forms.Textarea({"rows": 3})
    )
    photos = ProofField(
        label=_("Photos"),
        required=False,
        help_text=_("JPEG, PNG or WebP, at most 20 MB each, 9 at once."),
        widget=ManyFiles({"accept": PICTURES}),
    )
    source = forms.ChoiceField(label=_("Where it is from"), choices=Source.choices, initial=Source.INSPECTION)
    found_at = forms.DateTimeField(
        label=_("Found at"), widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine: Any = self.fields["mine"]
        mine.queryset = Mine.objects.for_user(user, "hazards.record").select_related("node")
        self.fields["found_at"].initial = timezone.localtime().replace(second=0, microsecond=0)
        self.fields["case_id"].initial = uuid4()
        self.fields["title"].widget.attrs["autofocus"] = bool(self.initial.get("mine"))
        self.fields["mine"].widget.attrs["autofocus"] = not self.initial.get("mine")

    def clean(self) -> dict[str, Any]:
        """What the clock of the mine shows is a moment only together with the mine."""
        cleaned = super().clean() or self.cleaned_data
        found_at, mine = cleaned.get("found_at"), cleaned.get("mine")
        if found_at is not None and mine is not None:
            cleaned["found_at"] = at_the_mine(found_at, mine)
        return cleaned


def at_the_mine(found_at: datetime, mine: Mine) -> datetime:
    """A time that was typed without a zone, read as the clock of the mine."""
    return timezone.make_naive(found_at).replace(tzinfo=ZoneInfo(mine.time_zone))


class JudgeForm(PartsForm):
    """Judging a hazard anew."""

    reason = forms.CharField(label=_("Why it is judged anew"), max_length=2000, widget=forms.Textarea({"rows": 2}))

    def __init__(self, hazard: Hazard, *args: Any, **kwargs: Any) -> None:
        parts = {name: getattr(hazard, name) for name in PARTS}
        super().__init__(*args, initial={"clause_code": hazard.clause_code, **parts}, **kwargs)
        self.auto_id = "id_judge_%s"


class FixesForm(forms.ModelForm):  # type: ignore[type-arg] # generic only for type checkers
    """The five fixes (五落实)."""

    class Meta:
        model = Hazard
        fields = [*FIXES[:4], "fix_deadline_on", FIXES[4]]
        labels = {
            "fix_responsibility": _("Responsibility"),
            "fix_measures": _("Measures"),
            "fix_money": _("Money"),
            "fix_deadline": _("By when"),
            "fix_deadline_on": _("Last day of the plan"),
            "fix_emergency": _("Emergency plan"),
        }
        help_texts = {"fix_deadline_on": ""}
        widgets = {
            **{name: forms.Textarea({"rows": 2, "maxlength": 2000}) for name in FIXES},
            "fix_deadline_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "id_fixes_%s"

    def fixes(self) -> Fixes:
        """What was written, as the service takes it. Only of a valid form."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}  # type: ignore[return-value]
