"""What belt_state has learnt of the empty belt outlives a restart."""

from __future__ import annotations

import numpy as np
import pytest

from minewarden.vision.scenes import parse_scene
from minewarden.vision.scenes.belt_state import Memory, look
from minewarden.vision.scenes.belt_strip import COLUMNS
from tests.vision.scenes.test_belt_state import everything, film, seen

KIND, SETTINGS = parse_scene("belt_state:belt=0.3/0.4;0.6/0.4;0.6/1;0.3/1")
ROUGH = np.linspace(0.001, 0.02, COLUMNS).astype(np.float32)


def test_the_empty_belt_is_known_after_a_restart_whatever_the_size_of_the_first_picture() -> None:
    data = KIND.keeping.dump(Memory(learnt=ROUGH, version=3))
    memory, _ = look(everything(), KIND.keeping.load(SETTINGS, data), seen(film(2.0, 0.0)[0], 1000.0))
    assert memory.learnt == pytest.approx(ROUGH, abs=1e-5)
    assert memory.version == 3


def test_pictures_of_another_size_later_are_learnt_anew() -> None:
    memory, _ = look(everything(), Memory(size=(640, 360), learnt=ROUGH), seen(film(2.0, 0.0)[0], 1000.0))
    assert memory.learnt is None


def test_of_a_belt_that_was_never_seen_empty_nothing_is_kept() -> None:
    assert KIND.keeping.dump(Memory()) is None


def test_a_belt_that_is_learnt_anew_has_another_number() -> None:
    memory, version = KIND.keeping.renew(Memory(learnt=ROUGH))
    assert (memory.learnt, version) == (None, 2)
    assert KIND.keeping.load(SETTINGS, KIND.keeping.dump(memory)).version == 2


@pytest.mark.parametrize(
    "data", [b"", b"{}", b'{"format": 1, "version": 1, "learnt": [1, 2]}', b'{"format": 9}', b"[]"]
)
def test_what_was_not_kept_by_this_version_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a kept belt"):
        KIND.keeping.load(SETTINGS, data)


def test_a_belt_outlined_anew_is_another_belt() -> None:
    _, other = parse_scene("belt_state:belt=0.3/0.4;0.6/0.4;0.6/0.9;0.3/0.9")
    assert KIND.keeping.slot(SETTINGS) != KIND.keeping.slot(other)
