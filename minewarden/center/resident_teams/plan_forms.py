"""Forms of a plan: to which mine, who goes, why, until when, and the conditions of departure."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from minewarden.center.ledgers.forms import day_input
from minewarden.center.registry.models import Mine, User

from .models import ConditionKind, Mission, Why
from .rules import rules
from .services import Agreed, Plan
from .standing import Standing
from .team import PLAN, candidates, heads, today_at

# What the records answer, without score and free words: these have fields of their own.
PLAIN = [
    (kind.value, kind.label) for kind in ConditionKind if kind not in (ConditionKind.SCORE_BELOW, ConditionKind.FREE)
]


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _long(rows: int = 3) -> forms.Textarea:
    return forms.Textarea({"rows": rows})


class MineForm(forms.Form):
    """To which mine a team is sent."""

    mine = forms.ModelChoiceField(Mine.objects.none(), label=_("Mine"), to_field_name="code", empty_label=_("choose"))

    def __init__(self, planner: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["mine"]
        field.queryset = Mine.objects.for_user(planner, PLAN).order_by("name", "pk")


class TeamForm(forms.Form):
    """Who goes."""

    lead = forms.ModelChoiceField(
        User.objects.none(), label=_("Lead"), empty_label=_("choose"), help_text=_("An office head.")
    )
    members = forms.ModelMultipleChoiceField(
        User.objects.none(), label=_("Members"), widget=forms.CheckboxSelectMultiple, required=False
    )
    experts = forms.CharField(
        label=_("Experts without an account"),
        required=False,
        max_length=2000,
        widget=_long(2),
        help_text=_("One name a line."),
    )

    def __init__(self, mine: Mine, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mine = mine
        fields: dict[str, Any] = self.fields
        fields["lead"].queryset = heads(mine)
        fields["members"].queryset = candidates(mine)

    @staticmethod
    def of(mission: Mission) -> dict[str, Any]:
        """Who is there now."""
        now = list(mission.members.filter(left_on=None))
        return {
            "lead": mission.lead_id,
            "members": [member.user_id for member in now if member.user_id],
            "experts": "\n".join(member.name for member in now if not member.user_id),
        }

    def people(self) -> tuple[tuple[User, ...], tuple[str, ...]]:
        """Accounts and experts. Only of a valid form."""
        return tuple(self.cleaned_data["members"]), _lines(self.cleaned_data["experts"])


class TeamChangeForm(TeamForm):
    """Who is there from now on, and why."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=_long(2))


class PlanForm(TeamForm):
    """A whole mission."""

    begins_on = forms.DateField(label=_("First day"), widget=day_input())
    ends_on = forms.DateField(label=_("Last day"), widget=day_input())
    why = forms.ChoiceField(label=_("Why"), choices=Why.choices)
    reference = forms.CharField(
        label=_("Where that stands"),
        max_length=120,
        help_text=_("The number of the document, the record of the watch list, or the red line."),
    )
    reason = forms.CharField(label=_("What the team is to reach"), max_length=2000, required=False, widget=_long())
    conditions = forms.MultipleChoiceField(
        label=_("Conditions of departure"),
        choices=PLAIN,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The records answer these; nobody can tick them later."),
    )
    mark = forms.IntegerField(
        label=_("The score is below (points)"),
        required=False,
        min_value=1,
        max_value=100,
        help_text=_("Left empty: no condition. A mine with too little data is not below anything."),
    )
    free = forms.CharField(
        label=_("Other conditions"),
        required=False,
        max_length=4000,
        widget=_long(3),
        help_text=_("One a line. The lead confirms each with evidence."),
    )
    expected_version = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)

    @staticmethod
    def beginning(mine: Mine, standing: Standing | None) -> dict[str, Any]:
        """What stands ready for a new mission."""
        first = today_at(mine) + timedelta(days=1)
        why: dict[str, Any] = {"why": Why.DECISION}
        if standing and standing.listed:
            lines = standing.red_lines
            why = {
                "why": Why.RED_LINE if lines else Why.WATCH_LIST,
                "reference": ("；".join(lines) or standing.reference)[:120],
            }
        last = first + timedelta(days=rules().days - 1)
        return {"begins_on": first, "ends_on": last, "conditions": list(rules().conditions), **why}

    @classmethod
    def of(cls, mission: Mission) -> dict[str, Any]:
        """What the form shows of a mission that is there."""
        names = ("begins_on", "ends_on", "why", "reference", "reason")
        agreed = list(mission.conditions.filter(dropped=False).order_by("pk"))
        return {
            **TeamForm.of(mission),
            **{name: getattr(mission, name) for name in names},
            "conditions": [row.kind for row in agreed],
            "mark": next((row.mark for row in agreed if row.kind == ConditionKind.SCORE_BELOW), None),
            "free": "\n".join(row.words for row in agreed if row.kind == ConditionKind.FREE),
            "expected_version": mission.version,
        }

    def plan(self) -> Plan:
        """The plan as the service takes it. Only of a valid form."""
        given = self.cleaned_data
        agreed = [Agreed(kind) for kind in given["conditions"]]
        if given["mark"]:
            agreed.append(Agreed(ConditionKind.SCORE_BELOW, mark=given["mark"]))
        agreed += [Agreed(ConditionKind.FREE, words=line[:200]) for line in dict.fromkeys(_lines(given["free"]))]
        members, experts = self.people()
        names = ("lead", "begins_on", "ends_on", "why", "reference", "reason")
        own = {name: given[name] for name in names}
        return Plan(mine=self.mine, members=members, experts=experts, conditions=agreed, **own)
