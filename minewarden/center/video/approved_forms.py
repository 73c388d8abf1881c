"""The form of the approved list."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from minewarden.center.registry.models import Mine, User

from .activity_rules import rules
from .approved import APPROVE, Approval
from .models import ApprovedActivity, ApprovedWork


class MomentInput(forms.DateTimeInput):
    """A day and time, chosen in the browser's own calendar."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class ApprovedForm(forms.Form):
    """What may be done at a mine that may not work. Times are the office's."""

    mine = forms.ModelChoiceField(Mine.objects.none(), label=_("Mine"))
    work = forms.ChoiceField(label=_("Approved work"), choices=ApprovedWork.choices)
    document = forms.CharField(label=_("Number of the document"), max_length=60)
    valid_from = forms.DateTimeField(label=_("From"), widget=MomentInput)
    valid_until = forms.DateTimeField(label=_("Until"), widget=MomentInput)
    excepted = forms.MultipleChoiceField(
        label=_("May be seen meanwhile"), widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing else is excepted: what is not ticked is evidence that the mine works."),
    )  # fmt: skip
    people = forms.IntegerField(
        label=_("People underground at once"), min_value=0, max_value=9999, initial=0,
        help_text=_("Who goes in beyond this number is evidence."),
    )  # fmt: skip
    words = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, user: User, entry: ApprovedActivity | None, data: Any = None, mine: Mine | None = None) -> None:
        initial: dict[str, Any] = {"mine": mine}
        if entry is not None:
            names = ("work", "document", "valid_from", "valid_until", "excepted", "people", "words")
            initial = {name: getattr(entry, name) for name in names}
        super().__init__(data, initial=initial)
        excepted: Any = self.fields["excepted"]
        excepted.choices = [(rule.id, str(rule.names)) for rule in rules().rules.values()]
        if entry is not None:
            del self.fields["mine"]
            return
        mines: Any = self.fields["mine"]
        mines.queryset = Mine.objects.for_user(user, APPROVE).filter(state__in=rules().states).order_by("name", "pk")

    def approval(self) -> Approval:
        """What was given, once the form is valid."""
        given = self.cleaned_data
        begin, end = given["valid_from"], given["valid_until"]
        assert isinstance(begin, datetime)
        assert isinstance(end, datetime)
        return Approval(
            work=given["work"],
            words=given["words"],
            excepted=list(given["excepted"]),
            people=given["people"],
            valid_from=begin,
            valid_until=end,
            document=given["document"].strip(),
        )
