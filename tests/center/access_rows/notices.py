"""Who may open the pages of notices: everybody their own; channels are their administrators'."""

from __future__ import annotations

from typing import Any

from minewarden.center.notices.models import Channel
from minewarden.center.notices.services import save_channel, tell
from tests.center.world import World

from . import EVERY_ACCOUNT, Row

MANAGER = {"administrator"}


def _notice(world: World) -> dict[str, Any]:
    tell([world.users["inspector"]], "digest", dedupe_key="access", params={"counts": {"overdue": 1}}, url="/notices/")
    return {"pk": world.users["inspector"].notices.get().pk}


def _channel(world: World) -> dict[str, Any]:
    columns = {"name": "城市群", "node": world.city_a, "url": "json://127.0.0.1:9/hook", "in_use": True}
    return {"pk": save_channel(world.users["administrator"], Channel(), **columns).pk}


ROWS = [
    Row("notices:list", EVERY_ACCOUNT, own=True),
    Row("notices:follow", {"inspector"}, _notice),
    Row("notices:read", EVERY_ACCOUNT, method="post", own=True),
    Row("notices:channels", MANAGER),
    Row("notices:channel_add", MANAGER),
    Row("notices:channel", MANAGER, _channel),
    Row("notices:channel_edit", MANAGER, _channel),
    Row("notices:channel_test", MANAGER, _channel, method="post"),
]
