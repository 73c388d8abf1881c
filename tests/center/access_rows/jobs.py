"""Who may open the pages of jobs: who asked for it, and who administers the whole office."""

from __future__ import annotations

from typing import Any

from minewarden.center.jobs.services import enqueue
from tests.center.world import World

from . import Row

# The sample is the inspector's own; a job is nobody's else, also not their colleague's.
THEIRS = {"inspector", "administrator"}


def _job(world: World) -> dict[str, Any]:
    return {"pk": enqueue("jobs.forget", {}, actor=world.users["inspector"]).pk}


ROWS = [
    Row("jobs:list", {"administrator"}),
    Row("jobs:job", THEIRS, _job),
    Row("jobs:progress", THEIRS, _job),
    Row("jobs:cancel", THEIRS, _job, method="post"),
    Row("jobs:retry", THEIRS, _job, method="post"),
]
