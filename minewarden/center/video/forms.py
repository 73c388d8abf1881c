"""Filters of the video pages. Choices hold only what the user may see."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from minewarden.center.registry.models import Mine, User

from . import health, queries
from .models import ReviewState

ANY: tuple[str, Any] = ("", _("all"))


class DayInput(forms.DateInput):
    """A day, chosen in the browser's own calendar."""

    input_type = "date"


class MineScoped(forms.Form):
    """A filter by one of the user's mines."""

    mine = forms.ModelChoiceField(Mine.objects.none(), label=_("Mine"), required=False, empty_label=ANY[1])

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mines = Mine.objects.for_user(user, queries.VIEW).order_by("name", "pk")
        self.fields["mine"].queryset = mines  # type: ignore[attr-defined] # the concrete field's


class EventFilter(MineScoped):
    """Which events are listed."""

    camera = forms.CharField(label=_("Camera: name or code"), required=False, max_length=100)
    scene = forms.ChoiceField(label=_("Scene"), required=False)
    state = forms.ChoiceField(label=_("Verdict"), required=False, choices=[ANY, *ReviewState.choices])
    since = forms.DateField(label=_("From"), required=False, widget=DayInput)
    until = forms.DateField(label=_("To"), required=False, widget=DayInput)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields["scene"].choices = [ANY, *queries.scene_choices()]  # type: ignore[attr-defined]


class HealthFilter(MineScoped):
    """Which cameras operations looks at."""

    state = forms.ChoiceField(label=_("State"), required=False)
    fault = forms.ChoiceField(label=_("Fault"), required=False)
    q = forms.CharField(label=_("Name or code"), required=False, max_length=100)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        states = [(name, words) for name, (words, _tone) in health.STATES.items()]
        choices = [("trouble", _("not in order")), ("all", _("all")), *states]
        self.fields["state"].choices = choices  # type: ignore[attr-defined]
        self.fields["fault"].choices = [ANY, *health.fault_choices()]  # type: ignore[attr-defined]
