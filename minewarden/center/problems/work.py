"""The search as background work."""

from __future__ import annotations

from datetime import time
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from minewarden.center.jobs.registry import job, register_periodic
from minewarden.center.jobs.run import JobRun

from .following import reckon_all
from .rules import SEARCH
from .running import search


@job(SEARCH, label=_("Look for systemic problems"))
def look(run: JobRun) -> dict[str, Any]:
    """Search, then count before against after for every problem that is being put right."""
    done = search(run.user, tick=lambda at, of, note: run.progress(at, of, note))
    reckon_all()
    return {"url": reverse("problems:candidates"), "label": str(_("To the candidates")), "run": done.pk}


register_periodic(SEARCH, at=time(2, 30))
