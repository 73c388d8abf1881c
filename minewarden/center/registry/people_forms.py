"""Forms of accounts, roles and offices. Choices hold only what the administrator may choose."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Node, NodeKind, Role, User
from .queries import MANAGE_ORGANISATION, MANAGE_USERS


class PeopleFilter(forms.Form):
    """Which accounts are listed."""

    q = forms.CharField(label=_("Name"), required=False)


class UserForm(forms.Form):
    """A new account."""

    username = forms.CharField(label=_("Login name"), max_length=150)
    full_name = forms.CharField(label=_("Full name"), max_length=60, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    password = forms.CharField(
        label=_("First password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters, not only digits. The person should change it."),
    )


class UserEditForm(forms.ModelForm[User]):
    """What may change of an account."""

    class Meta:
        model = User
        fields = ["full_name", "email"]
        labels = {"full_name": _("Full name"), "email": _("E-mail")}

    def _post_clean(self) -> None:
        """Leave the instance as it is: the service sets and checks the columns."""


class PasswordForm(forms.Form):
    """Another password for somebody who lost theirs."""

    password = forms.CharField(
        label=_("New password"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )


class GrantForm(forms.Form):
    """A role at a node and everything below it."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    node = forms.ModelChoiceField(Node.objects.none(), label=_("Office or mine"), empty_label=_("choose"))

    def __init__(self, actor: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nodes: Any = self.fields["node"]
        nodes.queryset = Node.objects.for_user(actor, MANAGE_USERS).order_by("kind", "name")
        nodes.label_from_instance = lambda node: f"{node.name} ({node.get_kind_display()})"


class NodeForm(forms.Form):
    """A new office or company."""

    name = forms.CharField(label=_("Name"), max_length=100)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[choice for choice in NodeKind.choices if choice[0] != NodeKind.MINE]
    )
    parent = forms.ModelChoiceField(Node.objects.none(), label=_("Below"), empty_label=_("choose"))

    def __init__(self, actor: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parents: Any = self.fields["parent"]
        parents.queryset = Node.objects.for_user(actor, MANAGE_ORGANISATION).exclude(kind=NodeKind.MINE)


class NodeMoveForm(forms.Form):
    """Another name or another place in the tree for an office, company or mine."""

    name = forms.CharField(label=_("Name"), max_length=100)
    parent = forms.ModelChoiceField(Node.objects.none(), label=_("Below"), empty_label=_("choose"))
    reason = forms.CharField(label=_("Reason"), required=False, max_length=200)

    def __init__(self, actor: User, node: Node, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"name": node.name, "parent": node.parent_id}
        super().__init__(*args, **kwargs)
        parents: Any = self.fields["parent"]
        parents.queryset = Node.objects.for_user(actor, MANAGE_ORGANISATION).exclude(kind=NodeKind.MINE)
        if node.kind == NodeKind.MINE:
            del self.fields["name"]
        # Not to be moved: a root, and an office whose parent lies outside what this administrator manages.
        if not parents.queryset.filter(pk=node.parent_id).exists():
            del self.fields["parent"]
