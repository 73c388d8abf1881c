"""Forms of cases. What a step asks for comes from the table of moves."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from minewarden.center.registry.models import Mine, Node, User

from .facts import PREFIX, Fact, facts
from .models import Case, Kind, Level, State
from .queries import HAZARDS, OPEN, SOON, Filters
from .services import Given
from .transitions import Move
from .wording import REASONS

ANY: tuple[str, Any] = ("", _("all"))


class ManyFiles(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class ProofField(forms.FileField):
    """Pictures or documents; size and type are checked by the service, by content."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        return list(data or [])


class CaseFilter(forms.Form):
    """Which cases are listed."""

    q = forms.CharField(label=_("Words or number"), required=False, max_length=60)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[ANY, (OPEN, _("All open")), (SOON, _("Due within three days")), *State.choices],
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[ANY, (HAZARDS, _("All hazards")), *Kind.choices])
    level = forms.ChoiceField(label=_("Level"), required=False, choices=[ANY, *Level.choices])
    mine = forms.ModelChoiceField(Mine.objects.none(), label=_("Mine"), required=False, empty_label=ANY[1])
    overdue = forms.BooleanField(label=_("Only overdue"), required=False)
    # What figures elsewhere link with; whatever the node is, only the user's own cases are below it.
    node = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    age_from = forms.IntegerField(required=False, min_value=0, max_value=100_000, widget=forms.HiddenInput)
    age_to = forms.IntegerField(required=False, min_value=0, max_value=100_000, widget=forms.HiddenInput)
    office_overdue = forms.BooleanField(required=False, widget=forms.HiddenInput)
    clause = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user
        mines: Any = self.fields["mine"]
        mines.queryset = Mine.objects.for_user(user, "cases.view").order_by("name", "pk")

    def also(self) -> list[str]:
        """In words what the list is narrowed to and no field shows: it came with a link of a figure."""
        if not self.is_valid():
            return []
        chosen = self.cleaned_data
        words = []
        if chosen["node"]:
            node = Node.objects.for_user(self._user, "cases.view").filter(pk=chosen["node"]).first()
            words.append(node.name if node else _("an office that is not yours to see"))
        first, last = chosen["age_from"], chosen["age_to"]
        if first is not None and last is not None:
            words.append(_("found %(first)s to %(last)s days ago") % {"first": first, "last": last})
        elif first is not None or last is not None:
            words.append(
                _("found at least %(n)s days ago") % {"n": first}
                if last is None
                else _("found at most %(n)s days ago") % {"n": last}
            )
        if chosen["office_overdue"]:
            words.append(_("the office's own step is overdue"))
        if chosen["clause"]:
            words.append(_("clause %(code)s") % {"code": chosen["clause"]})
        return [str(word) for word in words]

    def filters(self) -> Filters:
        """What was chosen; nothing where a choice makes no sense."""
        if not self.is_valid():
            return Filters()
        chosen = self.cleaned_data
        return Filters(
            state=chosen["state"],
            kind=chosen["kind"],
            level=chosen["level"],
            mine=chosen["mine"].pk if chosen["mine"] else None,
            overdue=chosen["overdue"],
            words=chosen["q"],
            node=chosen["node"],
            age_from=chosen["age_from"],
            age_to=chosen["age_to"],
            office_overdue=chosen["office_overdue"],
            clause=chosen["clause"],
        )


class MoveForm(forms.Form):
    """What one step asks for. Dates are whole days: until the end of that day at the mine."""

    due_at = forms.DateField(label=_("Put right by the end of"), widget=forms.DateInput({"type": "date"}))
    responsible = forms.CharField(
        label=_("Who is responsible"), max_length=60, widget=forms.TextInput({"list": "people", "autocomplete": "off"})
    )
    reason = forms.CharField(max_length=2000, widget=forms.Textarea({"rows": 3}))
    proofs = ProofField(
        label=_("Pictures or documents"),
        help_text=_("JPEG, PNG, WebP or PDF, at most 20 MB each, 9 at once."),
        widget=ManyFiles({"accept": "image/jpeg,image/png,image/webp,application/pdf"}),
    )

    def __init__(self, case: Case, move: Move, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = f"id_{move.action}_%s"
        self.zone = ZoneInfo(case.mine.time_zone)
        if not move.wants_due_at:
            del self.fields["due_at"]
        if not move.wants_responsible:
            del self.fields["responsible"]
        if move.proof_slot:
            self.fields["proofs"].required = move.proof_at_least > 0
        else:
            del self.fields["proofs"]
        for name in reversed(move.all_facts):
            self.fields = {f"{PREFIX}{name}": fact_field(facts()[name], name in move.facts), **self.fields}
        self.fields["reason"].required = move.wants_reason
        self.fields["reason"].label = str(REASONS.get(move.action, _("Remark")))

    def given(self) -> Given:
        """The cleaned input as the service takes it. Only of a valid form."""
        given: Given = {"reason": self.cleaned_data["reason"], "proofs": self.cleaned_data.get("proofs", [])}
        if "due_at" in self.fields:
            given["due_at"] = end_of_day(self.cleaned_data["due_at"], self.zone)
        if "responsible" in self.fields:
            given["responsible"] = self.cleaned_data["responsible"]
        named = {name.removeprefix(PREFIX): self.cleaned_data[name] for name in self.fields if name.startswith(PREFIX)}
        given["facts"] = {name: value for name, value in named.items() if value not in (None, "")}
        return given


def fact_field(fact: Fact, required: bool) -> forms.Field:
    """The field that asks for one particular; the service checks it once more."""
    about: dict[str, Any] = {"label": str(fact.label), "required": required}
    match fact.type:
        case "whole":
            return forms.IntegerField(min_value=0, max_value=fact.most, **about)
        case "date":
            return forms.DateField(widget=forms.DateInput({"type": "date"}), **about)
        case "choice":
            offered = [(code, str(words)) for code, words in fact.choices.items()]
            return forms.ChoiceField(choices=[("", "–"), *offered], **about)
        case "long_text":
            return forms.CharField(max_length=fact.most, widget=forms.Textarea({"rows": 3}), **about)
        case "text":
            return forms.CharField(max_length=fact.most, **about)


class ExtensionForm(forms.Form):
    """A request for more time."""

    until = forms.DateField(label=_("Until the end of"), widget=forms.DateInput({"type": "date"}))
    reason = forms.CharField(label=_("Why more time is needed"), max_length=2000, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "id_extension_%s"


class DecisionForm(forms.Form):
    """The decision on a request for more time."""

    reason = forms.CharField(
        label=_("Opinion"),
        help_text=_("Wanted for a refusal."),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "id_decision_%s"


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The last second of a day where the mine is."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=zone)
