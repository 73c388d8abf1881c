"""Who may keep columns and views of a list: whoever may open the list, each for themselves."""

from __future__ import annotations

from typing import Any

from tests.center.world import World

from . import Row

READERS = {"video_watch", "inspector", "mine", "mine_head", "office_head", "inspectorate", "government"}


def _cases(world: World) -> dict[str, Any]:
    return {"key": "cases"}


ROWS = [
    Row("lists:columns", READERS, _cases, own=True),
    Row("lists:views", READERS, _cases, own=True),
    Row("lists:density", READERS, _cases, method="post", data=lambda world: {"density": "dense"}, own=True),
    Row("lists:start", READERS, _cases, method="post", data=lambda world: {"query": "state=open"}, own=True),
    Row("lists:remove", READERS, _cases, method="post", data=lambda world: {"name": "mine"}, own=True),
]
