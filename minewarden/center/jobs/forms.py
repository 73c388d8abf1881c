"""What the list of jobs is narrowed by."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import JobState


class JobFilter(forms.Form):
    """By state."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *JobState.choices])
