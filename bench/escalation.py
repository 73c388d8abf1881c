"""How long a scan for what is due and late takes: ``python -m bench.escalation``.

Works on the database of the settings (MINEWARDEN_HOME, DATABASE_URL), which must be a new one: it is filled.
"""

from __future__ import annotations

import json
import os
import time
from datetime import timedelta

import click
import django


@click.command()
@click.option("--rows", type=click.IntRange(100), default=120_000, show_default=True, help="Open cases.")
def main(rows: int) -> None:
    """Fill an office with open cases, scan it, scan it again with nothing new, and a day later."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minewarden.center.settings")
    django.setup()
    # Models can be imported only now.
    from django.db import connection, reset_queries  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from bench.lists import fill  # noqa: PLC0415
    from minewarden.center.cases.models import Case  # noqa: PLC0415
    from minewarden.center.cases.transitions import table  # noqa: PLC0415
    from minewarden.center.database import migrate  # noqa: PLC0415
    from minewarden.center.escalation.models import Escalated, Rung  # noqa: PLC0415
    from minewarden.center.escalation.scan import scan  # noqa: PLC0415
    from minewarden.center.registry.models import RoleGrant  # noqa: PLC0415

    migrate()
    fill.DONE = 0.0
    fill.OPEN_STATES = ("assigned", "rectifying", "returned")
    fill.fill(rows, lambda words: click.echo(words, err=True))
    running = Case.objects.filter(state__in=table().clock_runs).count()
    now = timezone.now()
    result = {"database": connection.vendor, "running": running, "rungs": Rung.objects.filter(in_use=True).count()}
    result["grants"] = RoleGrant.objects.count()
    moments = {"first": now, "nothing_new": now, "a_day_later": now + timedelta(days=1)}
    for name, moment in moments.items():
        reset_queries()
        begun = time.perf_counter()
        done = scan(moment)
        result[name] = {
            "seconds": round(time.perf_counter() - begun, 2),
            "reached": done.reached,
            "orders": done.orders,
        }
        click.echo(json.dumps({name: result[name]}), err=True)
    result["rows"] = Escalated.objects.count()
    click.echo(json.dumps(result))


if __name__ == "__main__":
    main()
