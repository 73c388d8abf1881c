"""What is asked on the pages of systemic problems. (``forms`` are the sentences that the search sets aside.)"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minewarden.center.cases.models import Level
from minewarden.center.cases.services import TITLE_MOST
from minewarden.center.hazards.models import Clause
from minewarden.center.registry.models import Node, NodeKind, User

from .models import Candidate, Word
from .naming import Naming, owners_of
from .services import NAME

DAYS_GIVEN = 60  # offered, never imposed


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea({"rows": 3}))


class WhyForm(forms.Form):
    """Why, in a line."""

    why = forms.CharField(label=_("Reason"), max_length=300)


class TieForm(forms.Form):
    """Numbers of cases that belong to a problem, and why."""

    cases = forms.CharField(label=_("Numbers of cases"), help_text=_("Several with commas or blanks between them."))
    why = forms.CharField(label=_("Why they belong to it"), max_length=300)

    def numbers(self) -> list[str]:
        """The numbers, as they were written."""
        return str(self.cleaned_data["cases"]).replace("，", " ").replace("、", " ").replace(",", " ").split()


class MeasureForm(forms.Form):
    """What was done, and since when it is in force."""

    what = forms.CharField(label=_("What was done"), max_length=2000, widget=forms.Textarea({"rows": 3}))
    since = forms.DateField(
        label=_("In force since"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("From this day on before is compared with after. Of several measures the last day counts."),
    )


class NamingForm(forms.Form):
    """A problem: title, cause, plan, owner, deadline. Of a candidate scope and clause are given."""

    title = forms.CharField(label=_("Title of the problem"), max_length=TITLE_MOST)
    cause = forms.CharField(
        label=_("Common cause"),
        max_length=4000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("What makes it happen again and again, not what was found."),
    )
    plan = forms.CharField(label=_("Plan"), max_length=4000, widget=forms.Textarea({"rows": 4}))
    node = forms.ModelChoiceField(Node.objects.none(), label=_("Scope"))
    clause = forms.CharField(label=_("Clause"), max_length=60, widget=forms.TextInput({"list": "clauses"}))
    owner = forms.ModelChoiceField(
        Node.objects.none(), label=_("Owner"), help_text=_("Whom it binds: the scope itself, or an office above it.")
    )
    level = forms.ChoiceField(label=_("Level"), choices=Level)
    wanted_by = forms.DateField(
        label=_("To be put right by"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, user: User, candidate: Candidate | None, *args: Any, **kwargs: Any) -> None:
        day = timezone.localdate() + timedelta(days=DAYS_GIVEN)
        kwargs["initial"] = {"level": Level.ORANGE.value, "wanted_by": day, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.candidate = candidate
        scopes = Node.objects.for_user(user, NAME)
        if candidate is not None:
            node = candidate.node or Node.objects.filter(parent=None).order_by("pk")[0]
            self.fields["owner"].queryset = Node.objects.filter(pk__in=[one.pk for one in owners_of(node)])  # type: ignore[attr-defined]
            self.fields["owner"].initial = node.pk
            del self.fields["node"], self.fields["clause"]
        else:
            offered = scopes.exclude(kind=NodeKind.PROVINCE).order_by("kind", "name", "pk")
            self.fields["node"].queryset = offered  # type: ignore[attr-defined]
            self.fields["owner"].queryset = scopes.order_by("kind", "name", "pk")  # type: ignore[attr-defined]

    def clean_clause(self) -> str:
        """A clause that there is; its title may stand behind it."""
        code = (str(self.cleaned_data["clause"]).split() or [""])[0]
        if not Clause.objects.filter(code=code).exists():
            raise forms.ValidationError(_("There is no clause of this code: choose one of those offered."))
        return code

    def naming(self) -> Naming:
        """What is to be named. Only of a valid form."""
        return Naming(candidate=self.candidate, **self.cleaned_data)


class WordForm(forms.ModelForm[Word]):
    """A word of the lexicon."""

    class Meta:
        model = Word
        fields: ClassVar = ["kind", "word", "stands_for", "note"]

    def validate_unique(self) -> None:
        """The service asks."""

    def validate_constraints(self) -> None:
        """The service asks."""
