"""Forms of a mission's page: each step, the log, what the team does."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minewarden.center.cases.forms import ManyFiles, ProofField
from minewarden.center.ledgers.forms import day_input

from .models import LogEntry, Member
from .services import Day


def _long(rows: int = 3) -> forms.Textarea:
    return forms.Textarea({"rows": rows})


class ArriveForm(forms.Form):
    """The team is there."""

    day = forms.DateField(label=_("Arrived on"), widget=day_input(), initial=timezone.localdate)


class ProlongForm(forms.Form):
    """Another last day."""

    until = forms.DateField(label=_("New last day"), widget=day_input())
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=_long(2))


class ReasonForm(forms.Form):
    """A reason that stays in the record."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=_long(2))


class AskForm(forms.Form):
    """The lead's report at the end."""

    summary = forms.CharField(label=_("What the team leaves behind"), max_length=4000, widget=_long(4))


class RemarkForm(forms.Form):
    """What who lets the team go adds."""

    remark = forms.CharField(label=_("Remark"), max_length=1000, required=False, widget=_long(2))


class EvidenceForm(forms.Form):
    """By what one sees that a free condition holds."""

    evidence = forms.CharField(label=_("Evidence"), max_length=2000, widget=_long(2))


class TieForm(forms.Form):
    """A case by its number."""

    number = forms.CharField(label=_("Number of the case"), max_length=12, widget=forms.TextInput({"size": 12}))


class MeasureForm(forms.Form):
    """What the mine will do."""

    what = forms.CharField(label=_("What the mine will do"), max_length=300)
    responsible = forms.CharField(label=_("Who at the mine"), max_length=60)
    due_on = forms.DateField(label=_("By when"), widget=day_input())


class DoneForm(forms.Form):
    """Seen that it is done."""

    done_on = forms.DateField(label=_("Done on"), widget=day_input(), initial=timezone.localdate)
    proof = forms.CharField(label=_("By what one sees it"), max_length=2000, widget=_long(2))


class HelpForm(forms.Form):
    """What the team gave."""

    what = forms.CharField(label=_("What the team gave"), max_length=500)
    on = forms.DateField(label=_("Day"), widget=day_input(), initial=timezone.localdate)


class LogForm(forms.Form):
    """One member's day."""

    member = forms.ModelChoiceField(Member.objects.none(), label=_("Whose day"), empty_label=None)
    day = forms.DateField(label=_("Day"), widget=day_input(), initial=timezone.localdate)
    away = forms.BooleanField(label=_("Not at the mine on this day"), required=False)
    looked_at = forms.CharField(label=_("What was looked at"), max_length=200, required=False)
    hours = forms.DecimalField(
        label=_("Hours at the mine"), min_value=0, max_value=24, decimal_places=1, max_digits=3, required=False
    )
    text = forms.CharField(label=_("What was seen and done"), max_length=4000, widget=_long(5))
    photos = ProofField(
        label=_("Pictures or documents"),
        required=False,
        help_text=_("JPEG, PNG, WebP or PDF, at most 20 MB each, 9 at once."),
        widget=ManyFiles({"accept": "image/jpeg,image/png,image/webp,application/pdf"}),
    )

    def __init__(self, members: QuerySet[Member], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["member"]
        field.queryset = members

    def written(self) -> Day:
        """What was typed, as the service takes it. Only of a valid form."""
        given = {name: self.cleaned_data[name] for name in ("day", "away", "looked_at", "text", "photos")}
        return Day(hours=self.cleaned_data["hours"] or Decimal(0), **given)


class CorrectForm(LogForm):
    """An entry corrected: whose day it is stays."""

    reason = forms.CharField(label=_("Why it is corrected"), max_length=200)

    def __init__(self, entry: LogEntry, *args: Any, **kwargs: Any) -> None:
        names = ("day", "away", "looked_at", "hours", "text")
        kwargs["initial"] = {name: getattr(entry, name) for name in names} | {"member": entry.member_id}
        super().__init__(Member.objects.filter(pk=entry.member_id), *args, **kwargs)
        for name in ("member", "day"):
            self.fields[name].disabled = True
