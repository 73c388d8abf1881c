"""What the list of missions can be narrowed to."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minewarden.center.ledgers.filters import LedgerFilter, choices

from .models import OPEN_STATES, Member, MissionState, Why

OPEN: Final = "open"  # as a state: appointed or on site
ENDED: Final = "ended"  # departed or called off


class MissionFilter(LedgerFilter):
    """What the list of missions can be narrowed to."""

    day: ClassVar[str] = "begins_on"
    searched: ClassVar[tuple[str, ...]] = ("mine__name", "lead__full_name", "reference", "reason")
    exact: ClassVar[tuple[str, ...]] = ("why",)
    main_fields: ClassVar[tuple[str, ...]] = ("q", "state", "mine", "node")

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=choices([(OPEN, _("Running or appointed")), (ENDED, _("Past")), *MissionState.choices]),
    )
    why = forms.ChoiceField(label=_("Why"), required=False, choices=choices(Why.choices))
    own = forms.BooleanField(label=_("Only my own"), required=False)
    late = forms.BooleanField(label=_("On site beyond the last day"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["withdrawn"]

    def clean(self) -> dict[str, Any]:
        """Missions are never withdrawn."""
        return super().clean() | {"withdrawn": True}

    def narrowed(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The missions that fit."""
        rows = super().narrowed(rows)
        if not self.is_valid():
            return rows
        chosen = self.cleaned_data
        if chosen["state"] == OPEN:
            rows = rows.filter(state__in=OPEN_STATES)
        elif chosen["state"] == ENDED:
            rows = rows.exclude(state__in=OPEN_STATES)
        elif chosen["state"]:
            rows = rows.filter(state=chosen["state"])
        if chosen["late"]:
            rows = rows.filter(state=MissionState.ON_SITE, ends_on__lt=timezone.localdate())
        if chosen["own"]:
            own = Member.objects.filter(user=self._user, left_on=None).values("mission")
            rows = rows.filter(Q(pk__in=own) | Q(lead=self._user))
        return rows
