"""What is asked of an accident and of a month's hours, and what their lists can be narrowed to."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minewarden.center.ledgers.cells import day_of
from minewarden.center.ledgers.cells import month as read_month
from minewarden.center.ledgers.filters import LedgerFilter, choices
from minewarden.center.ledgers.forms import RecordForm
from minewarden.interfaces.workbooks.cells import CellFault

from .models import Accident, AccidentClass, Event, Grade, HoursWorked

ACCIDENT_LABELS = {
    "mine": _("Mine"),
    "event": _("Accident or dangerous incident"),
    "happened_at": _("When it happened"),
    "title": _("What happened"),
    "place": _("Place of the accident"),
    "accident_class": _("Class of accident"),
    "deaths": _("Deaths"),
    "serious_injuries": _("Seriously injured"),
    "permanent_total": _("Of these disabled for ever"),
    "minor_injuries": _("Slightly injured"),
    "lost_days": _("Lost workdays"),
    "direct_loss": _("Direct loss (yuan)"),
    "in_danger": _("People in danger"),
    "trapped": _("Trapped or missing"),
    "evacuated": _("People evacuated"),
    "cause": _("Cause"),
    "concealed": _("It was concealed or reported late or falsely"),
}


class AccidentForm(RecordForm):
    """An accident or a dangerous incident. Its grade follows from the numbers."""

    class Meta:
        model = Accident
        fields: ClassVar = list(ACCIDENT_LABELS)
        labels: ClassVar = ACCIDENT_LABELS
        help_texts: ClassVar = {
            "happened_at": _("By the office's clock."),
            "deaths": _("Who dies within 30 days is added. The grade follows from deaths, injuries and loss."),
            "serious_injuries": _("Acute industrial poisoning with them."),
            "lost_days": _("Workdays really lost by the injured; a death counts as 6,000 by itself."),
        }
        widgets: ClassVar = {
            "happened_at": forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            "cause": forms.Textarea({"rows": 4}),
        }

    def clean_happened_at(self) -> Any:
        """A moment with its zone: the browser says none."""
        at = self.cleaned_data["happened_at"]
        return timezone.make_aware(at) if at is not None and timezone.is_naive(at) else at


class MonthField(forms.CharField):
    """A month such as 2026-08; its first day."""

    widget = forms.TextInput({"type": "month", "pattern": "[0-9]{4}-[0-9]{2}", "placeholder": "2026-08"})
    default_error_messages: ClassVar = {"month": _("Write a month such as 2026-08.")}

    def prepare_value(self, value: Any) -> Any:
        return value.strftime("%Y-%m") if hasattr(value, "strftime") else value

    def to_python(self, value: Any) -> Any:
        try:
            plain = read_month(super().to_python(value))
        except CellFault as fault:
            raise forms.ValidationError(self.error_messages["month"]) from fault
        return day_of(plain)


class HoursForm(RecordForm):
    """The hours of a mine and month."""

    month = MonthField(label=_("Month"))

    class Meta:
        model = HoursWorked
        fields: ClassVar = ["mine", "month", "hours", "people", "remarks"]
        labels: ClassVar = {
            "mine": _("Mine"),
            "hours": _("Hours worked"),
            "people": _("Number of people"),
            "remarks": _("Remarks"),
        }
        help_texts: ClassVar = {
            "hours": _("Of everybody who worked at the mine in this month, contractors with them."),
            "people": _("On average of the month."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["month"]


class AccidentFilter(LedgerFilter):
    """Which accidents are listed."""

    day, searched = "happened_at", ("title", "cause", "place", "mine__name")
    exact = ("event", "grade", "accident_class")
    main_fields = ("q", "event", "grade", "mine", "node")
    event = forms.ChoiceField(label=_("Accident or dangerous incident"), required=False, choices=choices(Event.choices))
    grade = forms.ChoiceField(label=_("Grade of the accident"), required=False, choices=choices(Grade.choices))
    accident_class = forms.ChoiceField(
        label=_("Class of accident"), required=False, choices=choices(AccidentClass.choices)
    )
    concealed = forms.BooleanField(label=_("Only concealed ones"), required=False)

    def narrowed(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        rows = super().narrowed(rows)
        return rows.filter(concealed=True) if self.is_valid() and self.cleaned_data["concealed"] else rows


class HoursFilter(LedgerFilter):
    """Which months are listed."""

    day, searched = "month", ("mine__name", "remarks")
    main_fields = ("q", "mine", "node", "day_from", "day_to")
