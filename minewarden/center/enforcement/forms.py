"""What is asked of an inspection, a campaign and a penalty, and what their lists can be narrowed to."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from minewarden.center.ledgers.cells import split_numbers
from minewarden.center.ledgers.filters import LedgerFilter, choices
from minewarden.center.ledgers.forms import RecordForm, day_input
from minewarden.center.registry.models import Node, NodeKind, User

from .models import Inspection, InspectionCampaign, InspectionKind, Penalty, PenaltyKind
from .queries import campaigns_to_choose, inspections
from .rules import rules

_CASES: Final = _("Numbers of cases of this mine, apart by blanks or commas.")


class _WithCases(RecordForm):
    """Cases are named by their numbers: nobody scrolls through a thousand of them."""

    case_numbers = forms.CharField(label=_("Numbers of the cases"), required=False, max_length=4000, help_text=_CASES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["case_numbers"] = " ".join(link.case.number for link in self.instance.links)

    def given(self) -> dict[str, Any]:
        given = super().given()
        given["case_numbers"] = split_numbers(given.pop("case_numbers"))
        return given


class InspectionForm(_WithCases):
    """An inspection."""

    person_days = forms.DecimalField(
        label=_("Person-days"),
        required=False,
        max_digits=6,
        decimal_places=1,
        help_text=_("Left empty: hours on site divided by five, rounded up."),
    )

    class Meta:
        model = Inspection
        fields: ClassVar = [
            *("mine", "began_on", "ended_on", "kind", "campaign", "inspectors", "inspector_count", "hours_on_site"),
            *("person_days", "random_percent", "remarks"),
        ]
        labels: ClassVar = {
            "mine": _("Mine"),
            "began_on": _("From (day)"),
            "ended_on": _("Up to (day)"),
            "kind": _("Kind"),
            "campaign": _("Inspection campaign"),
            "inspectors": _("Inspectors"),
            "inspector_count": _("How many inspectors"),
            "hours_on_site": _("Hours on site"),
            "random_percent": _("Drawn by lot (%)"),
            "remarks": _("Remarks"),
        }
        help_texts: ClassVar = {
            "hours_on_site": _("Of all inspectors together, at the mine, without the way there."),
            "random_percent": _("Share of the hours spent on what was drawn by lot; a random inspection has 100."),
        }
        widgets: ClassVar = {
            "began_on": day_input(),
            "ended_on": day_input(),
            "remarks": forms.Textarea({"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["campaign"].queryset = campaigns_to_choose(self.user)
        fields["campaign"].empty_label = _("none")
        fields["random_percent"].required = False
        self.order_fields([*self.Meta.fields, "case_numbers", "reason", "expected_version"])

    def clean(self) -> dict[str, Any]:
        """A share that was not said follows from the kind."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("random_percent") is None and "random_percent" not in self.errors:
            given["random_percent"] = 100 if given.get("kind") == InspectionKind.RANDOM else 0
        return given


class CampaignForm(RecordForm):
    """A campaign of inspections."""

    class Meta:
        model = InspectionCampaign
        fields: ClassVar = ["title", "node", "document_number", "began_on", "ended_on", "aim"]
        labels: ClassVar = {
            "title": _("Title"),
            "node": _("Office"),
            "document_number": _("Document number"),
            "began_on": _("From (day)"),
            "ended_on": _("Up to (day)"),
            "aim": _("Aim"),
        }
        widgets: ClassVar = {"began_on": day_input(), "ended_on": day_input(), "aim": forms.Textarea({"rows": 3})}

    def __init__(self, user: User, permission: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, permission, *args, **kwargs)
        offices = Node.objects.for_user(user, permission).exclude(kind=NodeKind.MINE).order_by("kind", "name", "pk")
        field: Any = self.fields["node"]
        field.queryset, field.empty_label = offices, _("choose")
        if self.instance.pk:
            del self.fields["node"]


class PenaltyForm(_WithCases):
    """One sanction of a decision."""

    class Meta:
        model = Penalty
        fields: ClassVar = [
            *("mine", "decision_number", "kind", "person", "post", "amount", "decided_on", "basis", "inspection"),
            "remarks",
        ]
        labels: ClassVar = {
            "mine": _("Mine"),
            "decision_number": _("Decision number"),
            "kind": _("Kind"),
            "person": _("Who is punished"),
            "post": _("Post"),
            "amount": _("Amount (yuan)"),
            "decided_on": _("Decided on"),
            "basis": _("Legal basis"),
            "inspection": _("Inspection that led to it"),
            "remarks": _("Remarks"),
        }
        help_texts: ClassVar = {"person": _("Empty: the mine itself.")}
        widgets: ClassVar = {"decided_on": day_input(), "remarks": forms.Textarea({"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["inspection"]
        if self.instance.pk:
            own = inspections(self.user).filter(mine=self.instance.mine_id, withdrawn=False)
            field.queryset, field.empty_label = own.order_by("-began_on", "-pk"), _("none")
        else:  # which inspections there are depends on the mine: tied afterwards, by correcting
            del self.fields["inspection"]
        self.order_fields([*self.Meta.fields, "case_numbers", "reason", "expected_version"])


class InspectionFilter(LedgerFilter):
    """Which inspections are listed."""

    day, searched, exact = "began_on", ("inspectors", "remarks", "mine__name"), ("kind", "campaign")
    main_fields = ("q", "kind", "mine", "node")
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=choices(InspectionKind.choices))
    campaign = forms.IntegerField(
        label=_("Inspection campaign"), required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput
    )
    found = forms.BooleanField(label=_("Only those that found cases"), required=False)

    def narrowed(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        rows = super().narrowed(rows)
        if self.is_valid() and self.cleaned_data["found"]:
            rows = rows.filter(pk__in=Inspection.objects.filter(found__withdrawn=False).values("pk"))
        return rows


class PenaltyFilter(LedgerFilter):
    """Which penalties are listed."""

    day, searched, exact = "decided_on", ("decision_number", "person", "basis", "mine__name"), ("kind",)
    main_fields = ("q", "kind", "mine", "node")
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=choices(PenaltyKind.choices))
    elevated = forms.BooleanField(label=_("Only stopped, withdrawn, filed or fined at the top"), required=False)

    def narrowed(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        rows = super().narrowed(rows)
        if self.is_valid() and self.cleaned_data["elevated"]:
            rows = rows.filter(kind__in=rules().elevated)
        return rows


class CampaignFilter(LedgerFilter):
    """Which campaigns are listed."""

    day, searched, of_mines = "began_on", ("title", "document_number", "aim"), False
    main_fields = ("q", "node")
