"""Brings in what the invented office had on paper of the years before: its ledger of hazards as one workbook, and the
inspections, penalties, accidents and hours of those years."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from minewarden.center.registry.models import User
from minewarden.center.workbooks import services
from minewarden.center.workbooks.committing import run_commit
from minewarden.center.workbooks.exporting import write_workbook
from minewarden.center.workbooks.models import Batch, Existing, Rows
from minewarden.center.workbooks.reading import read_batch
from minewarden.center.workbooks.spec import SheetSpec, Values, sheet_of
from minewarden.simulate.earlier_years import PastHazard
from minewarden.simulate.enforcement_years import PlannedYears
from minewarden.simulate.province import PLACES, PlannedMine

from .enforcement_records import live_through_enforcement
from .records import time_of_story

SHEET: Final = "hazards"
NAME: Final = "历年隐患台账.xlsx"
BROUGHT_IN: Final = timedelta(days=100)  # ago; the last of these hazards were closed before
ACCEPTED_BY: Final = "严青"


def bring_in_earlier_years(
    mines: Sequence[PlannedMine],
    ledger: Sequence[PastHazard],
    earlier: PlannedYears,
    users: Mapping[str, User],
    now: datetime,
) -> None:
    """Write all of it. The ledger comes in as a person would bring it: as a workbook that is read, checked and
    taken over."""
    with TemporaryDirectory() as folder, time_of_story(now - BROUGHT_IN):
        _take_over(Path(folder), list(_rows(mines, ledger)), users["inspector"])
    live_through_enforcement(earlier, users)


def _take_over(folder: Path, rows: Sequence[Values], who: User) -> None:
    sheet = sheet_of(SHEET)
    assert isinstance(sheet, SheetSpec)
    path = folder / NAME
    write_workbook(sheet, iter(rows), path)
    batch: Batch = services.hand_in(who, SHEET, services.pieces_of_path(path), NAME, queue=False)
    read_batch(batch)
    services.commit(batch, who, Rows.ALL, Existing.STOP, queue=False)
    run_commit(batch)


def _rows(mines: Sequence[PlannedMine], ledger: Sequence[PastHazard]) -> Iterator[Values]:
    names = {mine.code: mine.name for mine in mines}
    places = {place_class: place for place_class, place, _camera in PLACES}
    for one in ledger:
        yield {
            "mine_code": one.mine_code,
            "mine": names[one.mine_code],
            "place": places[one.place_class],
            "title": one.title,
            "description": one.description,
            "clause": one.clause,
            **one.parts,
            "source": "inspection",
            "found_at": f"{one.found_at:%Y-%m-%dT%H:%M}",
            "found_by": ACCEPTED_BY,
            "state": "closed",
            "due": one.due.isoformat(),
            "responsible": "区队长",
            "closed_on": one.closed_on.isoformat(),
            "accepted_by": ACCEPTED_BY,
        }
