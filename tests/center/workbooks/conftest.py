"""What the tests of workbooks share: a ledger of the world's mines, and bringing a file in without a worker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from minewarden.center.hazards.models import Clause
from minewarden.center.registry import services as registry
from minewarden.center.registry.models import User
from minewarden.center.workbooks import services
from minewarden.center.workbooks.committing import run_commit
from minewarden.center.workbooks.models import Batch, BatchRow
from minewarden.center.workbooks.reading import read_batch
from minewarden.center.workbooks.undoing import run_undo
from minewarden.simulate.ledger import Ledger, LedgerClause, LedgerMine, make_ledger, write_ledger
from tests.center.hazards.conftest import make_clauses
from tests.center.world import World, make_mine

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 8, 20, 12, tzinfo=ZONE)


@pytest.fixture
def today(time_machine) -> datetime:
    """A day on which the 2026 edition is in force."""
    time_machine.move_to(NOW)
    return NOW


def ledger_mines(world: World) -> list[LedgerMine]:
    """Mines of city A: the two of them keep their places."""
    mines = [world.mine_a]
    other = make_mine(world.city_a, "990101000009", "远山煤矿")
    registry.create_place(None, mine=other, place_class="40", name="远山调度室")
    mines.append(other)
    return [LedgerMine(mine.code, mine.name, tuple(place.name for place in mine.places.all())) for mine in mines]


def ledger_clauses() -> list[LedgerClause]:
    """Clauses that the office has, with the codes under which texts are written."""
    make_clauses()
    return [
        LedgerClause(clause.code, clause.valid_from, clause.valid_to, clause.catalogue.kind == "major", "2026-5.2")
        for clause in Clause.objects.select_related("catalogue").filter(code__startswith="T")
    ]


def office_ledger(world: World, count: int, **other: Any) -> Ledger:
    """A ledger that fits the world."""
    return make_ledger(count, NOW.replace(tzinfo=None), places=ledger_mines(world), clauses=ledger_clauses(), **other)


Bring = Callable[..., Batch]


@pytest.fixture
def bring(world: World, today: datetime) -> Bring:
    """Hand a file in and read it, as somebody; with ``take`` also take it over."""

    def bring_in(path: Path, who: str = "inspector", sheet: str = "hazards", take: bool = False, **more: Any) -> Batch:
        user = world.users[who]
        modes = {"rows_mode": "right", "existing_mode": "update"} | {
            name: more.pop(name) for name in ("rows_mode", "existing_mode") if name in more
        }
        batch = services.hand_in(user, sheet, services.pieces_of_path(path), path.name, queue=False, **more)
        read_batch(batch)
        if take:
            services.commit(batch, user, queue=False, **modes)
            run_commit(batch)
        return Batch.objects.get(pk=batch.pk)

    return bring_in


def undo(batch: Batch, user: User, reason: str = "导错了") -> Batch:
    services.begin_undo(batch, user, reason, queue=False)
    run_undo(batch)
    return Batch.objects.get(pk=batch.pk)


def written(ledger: Ledger, path: Path) -> Path:
    write_ledger(ledger, path)
    return path


def wrong_rows(batch: Batch) -> dict[int, set[tuple[str, str]]]:
    rows = BatchRow.objects.filter(batch=batch, verdict="wrong")
    return {row.number: {(found["column"], found["code"]) for found in row.problems} for row in rows}


def cells_of(path: Path) -> list[list[Any]]:
    return [list(row) for row in load_workbook(path, data_only=False).worksheets[0].iter_rows(values_only=True)]
