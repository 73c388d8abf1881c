"""Forms of notices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from minewarden.center.registry.models import Node, Role, User

from .models import Channel


class ChannelForm(forms.Form):
    """A way to the outside. The address of a known channel is never shown again; left empty it stays."""

    name = forms.CharField(label=_("Name"), max_length=60)
    node = forms.ModelChoiceField(label=_("Office or mine"), queryset=Node.objects.none())
    role = forms.ChoiceField(
        label=_("Role"), required=False, choices=[("", _("Every role")), *Role.choices],
        help_text=_("What people of this role are told at this office goes out here as well."),
    )  # fmt: skip
    url = forms.CharField(
        label=_("Address"), max_length=500, required=False,
        help_text=_(
            "As apprise writes it: dingtalk://token/, wecombot://key/, mailto://user:password@host?to={email}, "
            "json://host/path. "
            "With {email} everybody who has an address gets their own message. Left empty, the address stays."
        ),
    )  # fmt: skip
    in_use = forms.BooleanField(label=_("In use"), required=False)

    def __init__(self, user: User, channel: Channel | None, data: Any = None) -> None:
        known = channel or Channel(in_use=True)
        initial = {"name": known.name, "node": known.node_id, "role": known.role, "in_use": known.in_use}
        super().__init__(data, initial=initial)
        self.known = channel
        nodes: Any = self.fields["node"]
        nodes.queryset = Node.objects.for_user(user, "escalation.manage").order_by("name", "pk")

    def clean_url(self) -> str:
        """A new channel needs an address that apprise knows."""
        # Here, not above: apprise takes half a second to load, and only this form needs it in a page.
        import apprise  # noqa: PLC0415

        url = str(self.cleaned_data["url"]).strip()
        if not url and self.known is None:
            raise forms.ValidationError(_("Give the address that messages go to."))
        if url and not apprise.Apprise().add(url.replace("{email}", "a%40example.org")):
            raise forms.ValidationError(_("This is no address that apprise knows: see its list of services."))
        return url

    def columns(self) -> dict[str, Any]:
        """What is to be written."""
        given = dict(self.cleaned_data)
        if not given["url"]:
            given.pop("url")
        return given
