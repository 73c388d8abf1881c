"""What pages of workbooks ask for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Batch, Existing, Rows
from .reading import known_heads
from .spec import SheetSpec


class HandInForm(forms.Form):
    """Which list, and the file."""

    sheet = forms.ChoiceField(label=_("Which list"))
    file = forms.FileField(
        label=_("Workbook"),
        help_text=_(".xlsx or .csv, up to 200,000 rows. Nothing counts before you have looked at it."),
        widget=forms.ClearableFileInput({"accept": ".xlsx,.csv,.txt"}),
    )
    empty_clears = forms.BooleanField(
        label=_("Empty cells take away what the record says"),
        required=False,
        help_text=_("Otherwise they change nothing."),
    )

    def __init__(self, sheets: Sequence[SheetSpec], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["sheet"]
        field.choices = [(sheet.key, sheet.label) for sheet in sheets]


class CommitForm(forms.Form):
    """How a batch is taken over."""

    rows = forms.ChoiceField(label=_("If some rows are wrong"), choices=Rows.choices, widget=forms.RadioSelect)
    existing = forms.ChoiceField(
        label=_("Rows that change a record"), choices=Existing.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"rows": Rows.RIGHT, "existing": Existing.UPDATE}
        super().__init__(*args, **kwargs)


class UndoForm(forms.Form):
    """Why a batch is undone."""

    reason = forms.CharField(label=_("Why it is undone"), max_length=300)


class ColumnsForm(forms.Form):
    """Which head of the file is which column."""

    def __init__(self, batch: Batch, sheet: SheetSpec, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: list[tuple[str, Any]] = [("", _("leave out"))]
        choices += [(column.name, column.label + (" *" if column.required else "")) for column in sheet.columns]
        for index, head, _simple in known_heads(batch):
            initial = batch.mapping.get(str(index), "")
            self.fields[f"head_{index}"] = forms.ChoiceField(
                label=head, choices=choices, required=False, initial=initial
            )

    def mapping(self) -> dict[int, str]:
        """Index of a head → column; "" where it is left out."""
        return {int(name.removeprefix("head_")): value for name, value in self.cleaned_data.items()}
