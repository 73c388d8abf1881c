"""What the tests of the page without a network share: a record as a telephone sends it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from minewarden.center.cases.models import Case
from minewarden.center.hazards.services import record_hazard
from tests.center.world import World

PARTS = {"gravity": "serious", "likelihood": "possible", "people": "few", "negligence": "known"}


def record_of_mine_a(world: World, **other: Any) -> dict[str, Any]:
    """A record of mine A by its inspector."""
    found = timezone.localtime(timezone.now() - timedelta(hours=1))
    return {
        "owner": world.users["inspector"].pk,
        "mine": str(world.mine_a.pk),
        "place": str(world.place_a.pk),
        "place_words": "",
        "title": "护栏缺失",
        "description": "主运输带机头护栏缺一段",
        "clause_code": "",
        "found_at": found.strftime("%Y-%m-%dT%H:%M"),
        "grade_parts": PARTS,
        **other,
    }


def written_down(world: World) -> Case:
    """A record of mine A that has arrived."""
    return record_hazard(
        world.users["inspector"],
        case_id=uuid4(),
        mine=world.mine_a,
        place=world.place_a,
        title="护栏缺失",
        description="",
        clause_code="",
        found_at=timezone.now() - timedelta(hours=1),
        grade_parts=PARTS,
    )
