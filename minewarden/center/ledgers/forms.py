"""What the forms of registers share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from minewarden.center.registry.models import Mine, User

from .models import Recorded


def day_input() -> forms.DateInput:
    """A date that the browser helps to choose."""
    return forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class RecordForm(forms.ModelForm[Any]):
    """A new record, or one that is corrected: then its mine stays, and the version that was read travels with it.

    The service checks what it says; this form only reads it, and leaves its instance as it is.
    """

    def __init__(self, user: User, permission: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.permission = user, permission
        instance: Recorded = self.instance
        if "mine" in self.fields:
            field: Any = self.fields["mine"]
            field.queryset = Mine.objects.for_user(user, permission).order_by("name", "pk")
            field.empty_label = _("choose")
            if not instance.pk and field.queryset.count() == 1:
                self.initial.setdefault("mine", field.queryset.first())
        for field in self.fields.values():  # a dash says nothing about what to do
            if isinstance(field, forms.TypedChoiceField):
                offered: list[Any] = list(field.choices)  # type: ignore[arg-type] # of a model's field: pairs
                field.choices = [("", _("choose")) if pair[0] == "" else pair for pair in offered]
        if instance.pk:
            self.fields.pop("mine", None)
            self.fields["reason"] = forms.CharField(
                label=_("Why it is corrected"), max_length=200, help_text=_("It stands in the audit trail.")
            )
            self.fields["expected_version"] = forms.IntegerField(
                initial=instance.version, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1
            )

    def given(self) -> dict[str, Any]:
        """What the service is given: the columns, and of a correction ``reason`` and ``expected_version``."""
        return dict(self.cleaned_data)

    def _post_clean(self) -> None:
        """Nothing: see the class."""


class WithdrawForm(forms.Form):
    """Why a record no longer counts."""

    reason = forms.CharField(label=_("Why it is withdrawn"), max_length=200)
    expected_version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
