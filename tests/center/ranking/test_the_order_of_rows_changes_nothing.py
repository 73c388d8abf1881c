"""The same records give the same frozen text, in whatever order they were written, on both databases."""

from __future__ import annotations

from datetime import date

import pytest

from minewarden.center.ranking import services
from minewarden.center.ranking.models import FrozenRanking
from minewarden.center.ranking.snapshot import Snapshot
from tests.center.ranking.office import NOW, lived
from tests.center.world import World

# Of the text that the records of ``office.py`` give, on SQLite and PostgreSQL alike.
SHA256 = "69510d92f2ade0ad4f091b246781af36a1586962ced53f918f3cd50da94f77e9"


@pytest.mark.parametrize("backwards", [False, True], ids=["forwards", "backwards"])
def test_the_frozen_text_has_one_hash(world: World, time_machine, backwards: bool) -> None:
    time_machine.move_to(NOW, tick=False)
    lived(world, backwards=backwards)
    frozen = services.freeze_month(date(2026, 11, 1), NOW)
    assert frozen.sha256 == SHA256, Snapshot(frozen.text, frozen.sha256).document()["mines"][0]
    kept = FrozenRanking.objects.get(pk=frozen.pk)
    assert Snapshot(kept.text, kept.sha256).document()["window"] == ["2025-11-01", "2026-10-31"]
