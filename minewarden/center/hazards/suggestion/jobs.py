"""The model fitted beside the office."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext_lazy as _

from minewarden.center.jobs.registry import job
from minewarden.center.jobs.run import JobRun

from .services import REFIT, refit


@job(REFIT, attempts=2, label=_("Fit the model that proposes clauses"))
def fit_anew(run: JobRun) -> dict[str, Any]:
    """May be run any number of times: the last one counts."""
    run.progress(0, 1)
    facts = refit()
    run.progress(1, 1)
    return asdict(facts)
