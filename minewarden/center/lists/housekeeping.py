"""Work of the night that keeps lists quick, and forgets what nobody looks at any more."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minewarden.center.database import optimize
from minewarden.center.jobs.registry import job, register_periodic
from minewarden.center.jobs.run import JobRun

from .models import BulkRun

KEPT: Final = timedelta(days=90)


@job("lists.optimize", label=_("Statistics of the database"))
def optimize_database(run: JobRun) -> dict[str, Any]:
    """Gather the statistics by which the database chooses its indexes."""
    optimize()
    return {}


@job("lists.forget", label=_("Forget old runs over many rows"))
def forget(run: JobRun) -> dict[str, Any]:
    """Delete runs that began long ago; what they did stays in the records and the audit."""
    count, _by_model = BulkRun.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
    return {"forgotten": count}


register_periodic("lists.optimize", at=time(3, 40))
register_periodic("lists.forget", at=time(3, 50))
