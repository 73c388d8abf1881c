"""Forms of documents."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .kinds import kinds
from .models import DocumentState


class DocumentFilter(forms.Form):
    """Which documents are listed."""

    q = forms.CharField(label=_("Number or mine"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("Document"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("all")), *DocumentState.choices])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        choice: forms.ChoiceField = self.fields["kind"]  # type: ignore[assignment]
        choice.choices = [("", _("all")), *((kind.code, str(kind.name)) for kind in kinds().values() if kind.after)]


class VoidForm(forms.Form):
    """Why a document does not count."""

    reason = forms.CharField(label=_("Why it is void"), max_length=2000, widget=forms.Textarea({"rows": 2}))


class TemplateForm(forms.Form):
    """A Word file."""

    file = forms.FileField(
        label=_("Word template (.docx)"),
        widget=forms.ClearableFileInput(
            {"accept": ".docx,application/vnd.openxmlformats-officedocument.wordprocessingml.document"}
        ),
    )


class LetterheadForm(forms.Form):
    """Under which name an office writes."""

    name = forms.CharField(label=_("Name on documents"), max_length=100)
    word = forms.CharField(
        label=_("Word before the number"), max_length=20, help_text=_("such as 云煤监 in 云煤监〔2026〕3号")
    )
