"""Forms of one's own account, and of integrations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from minewarden.center.registry.models import RoleGrant, User

from .deputies import lendable


class ConfirmForm(forms.Form):
    """The first code of a telephone."""

    code = forms.CharField(label=_("The six digits that it shows now"), max_length=6)


class DeputyForm(forms.Form):
    """Who stands in for me, in which role, from when until when. Days are whole days."""

    grant = forms.ModelChoiceField(RoleGrant.objects.none(), label=_("My role"), empty_label=None)
    deputy = forms.CharField(label=_("Login name of the deputy"), max_length=150)
    begins = forms.DateField(label=_("From"), widget=forms.DateInput({"type": "date"}))
    ends = forms.DateField(label=_("Until that day, included"), widget=forms.DateInput({"type": "date"}))

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grants: Any = self.fields["grant"]
        grants.queryset = lendable(user)
        grants.label_from_instance = lambda grant: f"{grant.get_role_display()} · {grant.node.name}"

    def clean_deputy(self) -> User:
        """The account of that name."""
        found: User | None = User.objects.filter(username=self.cleaned_data["deputy"].strip(), is_active=True).first()
        if found is None:
            raise ValidationError(_("There is no open account of this name."))
        return found


class KeyForm(forms.Form):
    """A key for a program."""

    name = forms.CharField(label=_("What the key is for"), max_length=60)
    valid_until = forms.DateField(label=_("Valid until the end of"), widget=forms.DateInput({"type": "date"}))


class IntegrationForm(forms.Form):
    """An account for a program."""

    username = forms.CharField(label=_("Name of the account"), max_length=150)
    full_name = forms.CharField(label=_("What it is"), max_length=60)
