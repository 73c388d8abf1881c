"""The watch list as background work: every night the standings, on the first night of a month its record."""

from __future__ import annotations

from datetime import time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minewarden.center.jobs.registry import job, register_periodic
from minewarden.center.jobs.run import JobRun

from . import services
from .models import BackTestRun, FrozenRanking
from .services.common import REFRESH
from .tested import run_back_test

NIGHTLY = "ranking.nightly"
AT = time(1, 30)


@job(NIGHTLY, label=_("Watch list: the night's work"))
def nightly(run: JobRun) -> dict[str, Any]:
    """Propose red lines, freeze the month's record if it is not there, work the standings out. Done twice it changes
    nothing more."""
    now = timezone.now()
    month = timezone.localdate(now).replace(day=1)
    services.sync_packaged()
    proposed = services.propose_lines(now)
    run.progress(1, 4)
    is_new = not FrozenRanking.objects.filter(month=month).exists()
    services.freeze_month(month, now)
    run.progress(2, 4)
    mines = services.refresh(now)
    run.progress(3, 4)
    if is_new or not BackTestRun.objects.exists():
        run_back_test(now)
    return {"mines": mines, "proposed": proposed, "frozen": is_new}


@job(REFRESH, label=_("Watch list: standings worked out"))
def refresh(run: JobRun) -> dict[str, Any]:
    """After a red line or a formula was decided: it counts at once, not only from tomorrow on."""
    return {"mines": services.refresh(timezone.now())}


register_periodic(NIGHTLY, at=AT)
