"""Who may open the pages of escalation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from minewarden.center.escalation.models import Rung
from minewarden.center.escalation.services import sync_ladder
from tests.center.cases.conftest import Walker
from tests.center.world import World

from . import Row

MANAGER = {"administrator"}


def _case(world: World) -> dict[str, Any]:
    return {"pk": Walker(world).to("assigned").pk}


def _rung(world: World) -> dict[str, Any]:
    sync_ladder()
    return {"pk": Rung.objects.order_by("pk")[0].pk}


def _order(world: World) -> dict[str, Any]:
    return {
        "bound": world.mine_a.node_id,
        "due_at": (timezone.localdate() + timedelta(days=5)).isoformat(),
        "reason": "限期整改",
    }


ROWS = [
    Row("escalation:orders", {"inspector", "mine", "office_head"}),
    Row("escalation:open_order", {"office_head"}, _case, method="post", data=_order),
    Row("escalation:ladder", MANAGER),
    # The ladder and the calendar are the whole province's: an administrator of a city changes neither.
    Row("escalation:rung_add", MANAGER),
    Row("escalation:rung_edit", MANAGER, _rung),
    Row("escalation:holidays", MANAGER),
]
