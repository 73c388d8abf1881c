"""How long the nightly search takes through the office: ``python -m bench.problems``.

Works on the database of the settings (MINEWARDEN_HOME, DATABASE_URL), which must be a new one: it is filled with
inspections and hazards in the fashion of the simulator's texts, past the audit. What comes later is written through it,
since by its chain the next search knows what is new. A last search reads everything again, and must give the same.
"""

from __future__ import annotations

import json
import os
import random
import resource
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count, pairwise
from uuid import uuid4

import click
import django

from minewarden.simulate.hazard_texts import codes, habits_of, hazard_text

MINES, GROUPS, CITIES = 300, 24, 8
DAYS = 720
TODAY = date(2026, 9, 10)
_NUMBERS = count(1)


@click.command()
@click.option("--texts", type=click.IntRange(1000), default=100_000, show_default=True, help="Hazards.")
@click.option("--visits", type=click.IntRange(100), default=30_000, show_default=True, help="Inspections.")
def main(texts: int, visits: int) -> None:
    """Fill an office, search from nothing, and search again with a day's hazards more."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minewarden.center.settings")
    django.setup()
    # Models can be imported only now.
    from django.db import connection  # noqa: PLC0415

    from minewarden.center.audit.services import act  # noqa: PLC0415
    from minewarden.center.database import migrate  # noqa: PLC0415
    from minewarden.center.problems.models import Candidate, Cluster  # noqa: PLC0415
    from minewarden.center.problems.running import search  # noqa: PLC0415

    migrate()
    chance = random.Random(1)
    _fill(chance, texts, visits)
    at = datetime(TODAY.year, TODAY.month, TODAY.day, 3, tzinfo=UTC)
    result: dict[str, object] = {"database": connection.vendor, "texts": texts, "visits": visits}
    runs = {}
    for name in ("from_nothing", "next_night", "all_again"):
        begun, used = time.perf_counter(), time.process_time()
        steps: list[float] = []

        def tick(*_: object, into: list[float] = steps) -> None:
            into.append(time.process_time())

        run = runs[name] = search(None, at, tick, anew=name == "all_again")
        result[name] = {
            "seconds": round(time.perf_counter() - begun, 1),
            "processor_seconds": round(time.process_time() - used, 1),
            "read_cluster_count_video_keep": [round(after - before, 1) for before, after in pairwise(steps)],
            "joined": run.joined,
            "anew": run.anew,
            "cases_read": run.cases_read,
            "findings": run.counts["inspection"]["findings"],
            "texts": run.counts["inspection"]["texts"],
        }
        click.echo(json.dumps({name: result[name]}), err=True)
        if name == "from_nothing":
            at += timedelta(days=1)
            with act("bench.next_day", None):
                _hazards(chance, texts // 300, _visits(chance, visits // 700, TODAY, 1), audited=True)
    hashes = {(runs[name].input_sha256, runs[name].output_sha256) for name in ("next_night", "all_again")}
    result["the_same"] = len(hashes) == 1
    result["clusters"], result["candidates"] = Cluster.objects.count(), Candidate.objects.count()
    result["megabytes"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3)
    click.echo(json.dumps(result))


def _fill(chance: random.Random, texts: int, visits: int) -> None:
    from minewarden.center.audit.services import act  # noqa: PLC0415
    from minewarden.center.registry.models import MineKind, NodeKind  # noqa: PLC0415
    from minewarden.center.registry.services.sites import create_mine  # noqa: PLC0415
    from minewarden.center.registry.services.tree import create_node  # noqa: PLC0415

    with act("bench.fill", None):
        province = create_node(None, name="bench", kind=NodeKind.PROVINCE)
        cities = [create_node(None, name=f"city {n}", kind=NodeKind.CITY, parent=province) for n in range(CITIES)]
        groups = [
            create_node(None, name=f"group {n}", kind=NodeKind.GROUP, parent=cities[n % CITIES]) for n in range(GROUPS)
        ]
        for n in range(MINES):
            parent = groups[n % GROUPS]
            create_mine(None, parent=parent, code=f"99{n:010d}", name=f"mine {n}", kind=MineKind.UNDERGROUND)
    _hazards(chance, texts, _visits(chance, visits, TODAY - timedelta(days=1), DAYS))


def _visits(chance: random.Random, many: int, last: date, days: int) -> list[tuple[int, int, int, date]]:
    """Raw inspections; (key, mine, its node, day) of each."""
    from django.db import models  # noqa: PLC0415

    from minewarden.center.enforcement.models import Inspection  # noqa: PLC0415
    from minewarden.center.registry.models import Mine  # noqa: PLC0415

    mines = list(Mine.objects.order_by("code").values_list("pk", "node_id"))
    rows = []
    for _ in range(many):
        mine = chance.choice(mines)[0]
        day = last - timedelta(days=chance.randrange(days))
        hours = Decimal(chance.randrange(4, 40)) / 2
        columns = {"inspectors": "王工", "inspector_count": 2, "person_days": Decimal(1), "hours_on_site": hours}
        rows.append(Inspection(mine_id=mine, began_on=day, ended_on=day, kind="regular", **columns))
    made = models.QuerySet.bulk_create(Inspection.objects.all(), rows, batch_size=500)
    nodes = dict(mines)
    return [(row.pk, row.mine_id, nodes[row.mine_id], row.began_on) for row in made]


def _hazards(
    chance: random.Random, many: int, visits: list[tuple[int, int, int, date]], *, audited: bool = False
) -> None:
    """Hazards of these inspections, some clauses far more frequent than others; raw, or in the caller's action."""
    from django.db import models  # noqa: PLC0415

    from minewarden.center.cases.models import Case  # noqa: PLC0415
    from minewarden.center.enforcement.models import InspectionCase  # noqa: PLC0415

    clauses = codes()
    often = [1 / place for place in range(1, len(clauses) + 1)]
    habits = [habits_of(str(number)) for number in range(MINES)]
    cases, links = [], []
    for clause in chance.choices(clauses, often, k=many):
        visit, mine, node, day = chance.choice(visits)
        title, words = hazard_text(chance, clause, chance.choice(("office", "office", "field")), chance.choice(habits))
        key = uuid4()
        at = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
        case = Case(
            id=key,
            number=f"{day.year}-{next(_NUMBERS):07d}",
            kind="hazard",
            state="closed",
            mine_id=mine,
            node_id=node,
            title=title,
            description=words,
            level="yellow",
            found_at=at,
            closed_at=at + timedelta(days=9),
            clause=clause,
        )
        cases.append(case)
        links.append(InspectionCase(inspection_id=visit, case_id=key))
    for model, rows in ((Case, cases), (InspectionCase, links)):
        if audited:
            model.objects.insert_many(rows)
        else:
            models.QuerySet.bulk_create(model.objects.all(), rows, batch_size=500)


if __name__ == "__main__":
    main()
