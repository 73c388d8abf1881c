"""The night shift of a mine that may not work, and weeks of reviewed alarms: drawn from a seed, in order, possible."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from minewarden.simulate.night_shift import NIGHT, night_shift
from minewarden.simulate.province import PLACES, mines
from minewarden.simulate.reviewed_year import NUISANCE, RAISED, reviewed_alarms

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
CLIPS = {place_class: ("clip",) for place_class, _place, _camera in PLACES}


@pytest.mark.parametrize("count", [3, 4, 40, 101])
def test_a_night_has_as_many_things_in_order_and_of_every_kind(count: int) -> None:
    seen = night_shift(NOW, count)
    assert len(seen) == count
    assert [one.at for one in seen] == sorted(one.at for one in seen)
    assert seen[0].at > NOW
    assert seen[-1].at <= NOW + NIGHT
    assert set(Counter(one.scene for one in seen)) == {"people_in_out", "belt_state", "truck_out"}
    assert night_shift(NOW, count) == seen


def test_two_things_are_no_shift() -> None:
    with pytest.raises(ValueError, match="at least somebody"):
        night_shift(NOW, 2)


def test_every_alarm_is_reviewed_after_it_came_and_one_camera_is_a_nuisance() -> None:
    planned = reviewed_alarms(mines(CLIPS), NOW, 400)
    assert len(planned) == 400
    assert all(one.at < one.reviewed_at < NOW for one in planned)
    assert all(NOW - timedelta(days=46) < one.at for one in planned)
    assert {one.scene for one in planned} <= {scene for scene, *_ in RAISED.values()}
    (worst, times), *_ = Counter(one.camera for one in planned if one.reason).most_common(1)
    assert times > 400 * NUISANCE * 0.8
    assert all(one.reason for one in planned if one.camera == worst)
    assert reviewed_alarms(mines(CLIPS), NOW, 400) == planned
