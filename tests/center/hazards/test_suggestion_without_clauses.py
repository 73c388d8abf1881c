"""An office that has no clauses yet."""

from __future__ import annotations

from datetime import date

from minewarden.center.hazards.suggestion.services import suggest


def test_it_is_proposed_nothing(db):
    assert suggest("瓦斯超限作业", date(2026, 8, 1)) == []
