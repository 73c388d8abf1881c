"""The scan as background work."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from minewarden.center.jobs.registry import job, register_periodic
from minewarden.center.jobs.run import JobRun

from .scan import scan

SCAN_EVERY = timedelta(minutes=5)


@job("escalation.scan", label=_("Look for what is due and late"))
def scan_all(run: JobRun) -> dict[str, Any]:
    """Tell everybody who is to be told by now."""
    return asdict(scan(tick=run.progress))


register_periodic("escalation.scan", every=SCAN_EVERY)
