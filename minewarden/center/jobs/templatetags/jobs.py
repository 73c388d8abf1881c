"""Shared pieces of pages with jobs: ``{% load jobs %}``: ``{% job_state job %}``, ``{% job_label job %}``."""

from __future__ import annotations

from typing import Final

from django import template
from django.utils.safestring import SafeString

from minewarden.center.jobs.models import Job, JobState
from minewarden.center.jobs.registry import kind_of
from minewarden.center.ui.templatetags.ui import badge

register = template.Library()

TONES: Final = {
    JobState.QUEUED: "neutral",
    JobState.RUNNING: "info",
    JobState.DONE: "good",
    JobState.FAILED: "bad",
    JobState.CANCELLED: "neutral",
}


@register.simple_tag
def job_state(job: Job) -> SafeString:
    """The state in a word and a tone."""
    state = JobState(job.state)
    return badge(state.label, TONES[state])


@register.simple_tag
def job_label(job: Job) -> str:
    """What people call this work."""
    kind = kind_of(job.kind)
    return str(kind.label) if kind else job.kind
