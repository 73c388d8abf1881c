"""Processor time of this process and its children.

The clock on the wall says nothing on a machine that does other work too; user and system time do.
"""

from __future__ import annotations

import resource


def cpu_seconds() -> float:
    """User and system seconds so far: all threads of this process, and the children that it has waited for."""
    total = 0.0
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        usage = resource.getrusage(who)
        total += usage.ru_utime + usage.ru_stime
    return total
