"""Forms of the catalogues."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from minewarden.center.hazards.models import Catalogue


class ClauseFilter(forms.Form):
    """Which clauses a list is narrowed to; what is not valid narrows nothing."""

    q = forms.CharField(label=_("Search"), required=False, max_length=60, widget=forms.TextInput({"type": "search"}))
    found_on = forms.DateField(
        label=_("In force on"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    catalogue = forms.ModelChoiceField(
        label=_("Catalogue"),
        required=False,
        queryset=Catalogue.objects.none(),
        to_field_name="key",
        empty_label=_("All"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        catalogue: Any = self.fields["catalogue"]
        catalogue.queryset = Catalogue.objects.order_by("kind", "-valid_from", "pk")

    def given(self) -> dict[str, Any]:
        """What could be read."""
        self.is_valid()
        return self.cleaned_data


class ImportForm(forms.Form):
    """A workbook of clauses."""

    workbook = forms.FileField(
        label=_("Workbook"),
        help_text=_("An .xlsx or .csv of at most 10 MB, its first sheet as in the template."),
        widget=forms.FileInput({"accept": ".xlsx,.csv"}),
    )
