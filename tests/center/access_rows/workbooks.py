"""Who may open the pages of workbooks. Each sample is a workbook that inspector A has handed in."""

from __future__ import annotations

from typing import Any

from minewarden.center.cases.models import Case
from minewarden.center.workbooks import services
from minewarden.center.workbooks.committing import run_commit
from minewarden.center.workbooks.models import Batch
from minewarden.center.workbooks.reading import read_batch
from tests.center.access_rows import Row
from tests.center.world import World

IMPORTERS = {"inspector", "office_head", "operations", "administrator"}
READERS = {"video_watch", "inspector", "mine", "mine_head", "office_head", "inspectorate", "government"}
HEADS = "煤矿编码,隐患标题,后果严重程度,发生可能性,暴露人数,失职程度,发现时间"


def batch_of(world: World) -> Batch:
    """A hazard of mine A in a workbook that was read and not yet taken over."""
    row = f"{world.mine_a.code},护栏缺失,轻伤,可能,1—2 人,此前未发现,2026-03-01 10:00"
    content = f"{HEADS}\n{row}\n".encode()
    batch = services.hand_in(world.users["inspector"], "hazards", [content], "台账.csv", queue=False)
    return read_batch(batch)


def _pk(world: World) -> dict[str, Any]:
    return {"pk": batch_of(world).pk}


def _taken(world: World) -> dict[str, Any]:
    batch = batch_of(world)
    services.commit(batch, world.users["inspector"], "right", "update", queue=False)
    run_commit(batch)
    assert Case.objects.exists()
    return {"pk": batch.pk}


MODES = {"rows": "right", "existing": "update"}

ROWS = [
    Row("workbooks:list", IMPORTERS),
    Row("workbooks:template", {"inspector"}, lambda world: {"key": "hazards"}, own=True),
    # Everybody takes out what they may see: workbooks/test_what_is_taken_out.
    Row("workbooks:export", READERS, lambda world: {"key": "cases"}, own=True),
    Row("workbooks:batch", {"inspector"}, _pk),
    Row("workbooks:columns", {"inspector"}, _pk),
    Row("workbooks:commit", {"inspector"}, _pk, method="post", data=lambda world: MODES),
    Row("workbooks:discard", {"inspector"}, _pk, method="post"),
    Row("workbooks:undo", {"inspector"}, _taken, method="post", data=lambda world: {"reason": "导错了"}),
    Row("workbooks:marked", {"inspector"}, _pk),
    Row("workbooks:file", {"inspector"}, _pk),
]
