"""Forms of the look-back: a plan, the filter of checks, a result, a decision."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from minewarden.center.cases.filter_form import CaseFilter
from minewarden.center.cases.forms import ProofField
from minewarden.center.cases.models import Case, Kind, Level
from minewarden.center.lists.queries import normal_query
from minewarden.center.registry.models import Node, NodeKind, RoleGrant, User
from minewarden.center.registry.scope import in_force, roles_with

from . import draw
from .draw import Rule
from .models import Campaign, CheckState, Pressing, Result
from .population import LOOK, PLAN, Scope, kinds
from .queries import Filters
from .rules import rules
from .services import Plan

ANY: tuple[str, Any] = ("", _("all"))
DATE = {"type": "date"}


def people(planner: User) -> QuerySet[User]:
    """Those who may look back at cases somewhere at or below the planner's offices."""
    nodes = Node.objects.for_user(planner, PLAN).values("pk")
    grants = RoleGrant.objects.filter(in_force(), role__in=roles_with(LOOK), node__in=nodes).values("user_id")
    found: QuerySet[User] = User.objects.filter(pk__in=grants, is_active=True)
    return found.order_by("full_name", "username")


class PlanForm(forms.Form):
    """A campaign: which closed cases, how many of them, by whom, until when."""

    title = forms.CharField(label=_("Name of the campaign"), max_length=120)
    node = forms.ModelChoiceField(Node.objects.none(), label=_("Office"), empty_label=None)
    kinds = forms.MultipleChoiceField(
        label=_("Kinds"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("None chosen: all of them.")
    )
    closed_from = forms.DateField(label=_("Closed from"), required=False, widget=forms.DateInput(DATE))
    closed_to = forms.DateField(label=_("Closed until"), required=False, widget=forms.DateInput(DATE))
    level = forms.ChoiceField(label=_("Level"), required=False, choices=[ANY, *Level.choices])
    clause = forms.CharField(
        label=_("Clause"),
        required=False,
        max_length=40,
        help_text=_("Its code or the beginning of it, such as 2026-14."),
    )
    query = forms.CharField(
        label=_("A filter of the list of cases"),
        required=False,
        max_length=500,
        help_text=_("Copy the address of the list with the filter you want. Only what is closed counts."),
    )
    how_many = forms.ChoiceField(
        label=_("How many"),
        choices=[
            ("all", _("All cases")),
            ("size", _("A sample: so many")),
            ("share", _("A sample: so many percent")),
        ],
        widget=forms.RadioSelect,
        initial="all",
    )
    size = forms.IntegerField(label=_("Cases of the sample"), required=False, min_value=1, max_value=20_000)
    percent = forms.DecimalField(
        label=_("Percent of the sample"), required=False, min_value=0, max_value=100, decimal_places=1
    )
    stratum = forms.ChoiceField(
        label=_("At least some of each"),
        required=False,
        choices=[("", _("no")), ("acceptor", _("Acceptor")), ("mine", _("Mine")), ("city", _("City"))],
    )
    at_least = forms.IntegerField(label=_("At least so many"), required=False, min_value=1, max_value=1000)
    team = forms.ModelMultipleChoiceField(
        User.objects.none(), label=_("Who looks"), widget=forms.CheckboxSelectMultiple,
        help_text=_("Nobody is sent to what they accepted, signed for or put right themselves."),
    )  # fmt: skip
    until = forms.DateField(label=_("Last day"), widget=forms.DateInput(DATE))

    def __init__(self, planner: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.planner = planner
        fields: dict[str, Any] = self.fields
        offices = Node.objects.for_user(planner, PLAN).exclude(kind=NodeKind.MINE)
        fields["node"].queryset = offices.order_by("pk")
        fields["team"].queryset = people(planner)
        labels = dict(Kind.choices)
        fields["kinds"].choices = [(kind, labels[kind]) for kind in kinds()]

    @staticmethod
    def of(campaign: Campaign) -> dict[str, Any]:
        """What the form shows of a plan that is there."""
        rule, scope = Rule.of(campaign.rule), Scope.of(campaign.scope)
        how_many = "all" if rule.kind == draw.ALL else "size" if rule.size else "share"
        percent = float(Fraction(rule.share) * 100) if rule.share else None
        return {
            **vars(scope),
            "title": campaign.title,
            "node": campaign.node_id,
            "how_many": how_many,
            "size": rule.size,
            "percent": percent,
            "stratum": rule.stratum,
            "at_least": rule.at_least or None,
            "team": list(campaign.members.filter(left_at=None).values_list("user_id", flat=True)),
            "until": campaign.until,
        }

    def clean_query(self) -> str:
        """Only what stands behind the question mark of an address, and only what the list of cases understands: a word
        that it does not know would silently take in more."""
        text = str(self.cleaned_data["query"])
        query = normal_query(text.partition("?")[2] if "?" in text else text)
        form = CaseFilter(self.planner, QueryDict(query))
        if text and (not query or not set(QueryDict(query)) <= set(form.fields) or not form.is_valid()):
            raise forms.ValidationError(gettext("The list of cases has no such filter: copy its address once more."))
        return query

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        how_many = given.get("how_many")
        if how_many == "size" and not given.get("size"):
            self.add_error("size", _("Say how many cases."))
        if how_many == "share" and not given.get("percent"):
            self.add_error("percent", _("Say how many percent."))
        if how_many != "all" and bool(given.get("stratum")) != bool(given.get("at_least")):
            self.add_error("at_least", _("Say of each of what, and how many at least."))
        first, last = given.get("closed_from"), given.get("closed_to")
        if first and last and last < first:
            self.add_error("closed_to", _("This day lies before the first."))
        return given

    def plan(self) -> Plan:
        """The plan. Only of a valid form."""
        given = self.cleaned_data
        return Plan(given["title"], given["node"], self._scope(), self._rule(), given["until"], tuple(given["team"]))

    def _scope(self) -> Scope:
        given = self.cleaned_data
        return Scope(
            kinds=tuple(given["kinds"]),
            closed_from=_iso(given["closed_from"]),
            closed_to=_iso(given["closed_to"]),
            level=given["level"],
            clause=given["clause"],
            query=given["query"],
        )

    def _rule(self) -> Rule:
        given = self.cleaned_data
        parts = {"stratum": given["stratum"], "at_least": given["at_least"]} if given["stratum"] else {}
        if given["how_many"] == "size":
            return Rule(draw.SAMPLE, size=given["size"], **parts)
        if given["how_many"] == "share":
            return Rule(draw.SAMPLE, share=str(Fraction(given["percent"]) / 100), **parts)
        return Rule()


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


class CheckFilter(forms.Form):
    """Which checks are listed. What figures link with is hidden; :meth:`also` says it in words."""

    campaign = forms.ModelChoiceField(Campaign.objects.none(), label=_("Campaign"), required=False, empty_label=ANY[1])
    state = forms.ChoiceField(label=_("State"), required=False, choices=[ANY, *CheckState.choices])
    result = forms.ChoiceField(label=_("Result"), required=False, choices=[ANY, *Result.choices])
    late = forms.BooleanField(label=_("Only late"), required=False)
    city = forms.RegexField(r"^(\d{1,18}|none)$", required=False, widget=forms.HiddenInput)
    mine = forms.RegexField(r"^(\d{1,18}|none)$", required=False, widget=forms.HiddenInput)
    acceptor = forms.RegexField(r"^(\d{1,18}|none)$", required=False, widget=forms.HiddenInput)
    inspector = forms.RegexField(r"^(\d{1,18}|none)$", required=False, widget=forms.HiddenInput)
    clause = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    pressing = forms.ChoiceField(required=False, choices=Pressing.choices, widget=forms.HiddenInput)
    gone = forms.BooleanField(required=False, widget=forms.HiddenInput)
    year = forms.IntegerField(required=False, min_value=2000, max_value=2200, widget=forms.HiddenInput)

    def __init__(self, seen: QuerySet[Campaign], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        campaigns: Any = self.fields["campaign"]
        campaigns.queryset = seen

    def filters(self) -> Filters | None:
        """What was chosen; None where it makes no sense, so that the list is empty rather than whole."""
        if not self.is_valid():
            return None
        chosen = dict(self.cleaned_data)
        campaign = chosen.pop("campaign")
        key: UUID | None = campaign.pk if campaign else None
        return Filters(campaign=key, **chosen)

    def hidden(self) -> list[tuple[str, str]]:
        """What figures linked with, so that changing a visible filter keeps it."""
        names = [name for name, field in self.fields.items() if isinstance(field.widget, forms.HiddenInput)]
        return [(name, str(value)) for name in names if (value := self.data.get(name))]


class ResultForm(forms.Form):
    """What an inspector found at one case, and what shall follow."""

    result = forms.ChoiceField(label=_("Result"), choices=Result.choices, widget=forms.RadioSelect)
    remarks = forms.CharField(
        label=_("What you found at the look-back"), max_length=2000, widget=forms.Textarea({"rows": 3})
    )
    proofs = ProofField(label=_("Pictures or documents"), required=False)
    propose_order = forms.BooleanField(label=_("Propose a supervision order"), required=False)
    charge = forms.CharField(
        label=_("Charge against who accepted it: why"),
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    expected_version = forms.IntegerField(min_value=1, max_value=10**9, widget=forms.HiddenInput)


class ReasonForm(forms.Form):
    """A reason that stays in the record."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea({"rows": 2}))


class DecisionForm(forms.Form):
    """The decision on a charge."""

    decision = forms.CharField(label=_("Decision and reason"), max_length=1000, widget=forms.Textarea({"rows": 3}))


class OrderForm(forms.Form):
    """A supervision order on a proposal: whom it binds and until when."""

    bound = forms.ModelChoiceField(Node.objects.none(), label=_("Whom it binds"), empty_label=None)
    due = forms.DateField(label=_("Put right by the end of"), widget=forms.DateInput(DATE))
    document_number = forms.CharField(label=_("Document number"), max_length=60, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea({"rows": 3}))

    def __init__(self, case: Case, planner: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bound: Any = self.fields["bound"]
        below = Node.objects.for_user(planner, PLAN).filter(descendant_paths__descendant=case.node_id)
        bound.queryset = below.order_by("descendant_paths__depth")
        self.fields["due"].initial = timezone.localdate() + timedelta(days=rules().order_days)

    def clean_due(self) -> date:
        """A day that has not passed."""
        due: date = self.cleaned_data["due"]
        if due < timezone.localdate():
            raise forms.ValidationError(gettext("This day has passed already."))
        return due
