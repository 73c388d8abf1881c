"""camera_health on clips that were really made: two tampered, two that nobody touched.

The moments were labelled by eye from every tenth picture of the clips (three a second), as the first picture of
which one would say it without having seen what follows; ± 0.35 s is the distance between two pictures looked at.

==================  ========  =============================================================
clip                moment    what is seen
==================  ========  =============================================================
Defocusing.mp4      1.35 s    at 1.02 s still sharp to the eye, at 1.35 s spokes and plates are soft,
                              at 1.69 s no plate can be made out any more
Occlusion.mp4       3.02 s    a sheet comes in from the right at 2.1 s; at 2.68 s it hides two fifths of
                              the view, at 3.02 s three fifths, at 4.02 s all of it
==================  ========  =============================================================
"""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from minewarden.vision.frame import Frame, luma_of
from minewarden.vision.lifecycle import Began, Transition
from tests.vision.views import Health

pytestmark = pytest.mark.data
MARGIN = 0.35
EVERY = 0.15


def watch(path: Path) -> list[Transition]:
    """The clip's pictures, a look each 0.15 s as the watch does."""
    health = Health()
    last = -1.0
    with av.open(str(path)) as container:
        for number, picture in enumerate(container.decode(video=0)):
            at = float(picture.time) if picture.time is not None else number / 25
            if at - last < EVERY:
                continue
            last = at
            health.look(Frame("clip", at, picture.key_frame, luma_of(picture), picture))
    return health.transitions


@pytest.mark.parametrize(
    ("clip", "fault", "moment"), [("Occlusion.mp4", "covered", 3.02), ("Defocusing.mp4", "blurred", 1.35)]
)
def test_a_tampered_camera_gives_exactly_one_event_within_two_seconds(
    data_dir: Path, clip: str, fault: str, moment: float
) -> None:
    begins = [item for item in watch(data_dir / "tamper" / clip) if isinstance(item, Began)]
    assert [item.key for item in begins] == [fault]
    assert begins[0].at <= moment + MARGIN + 2.0
    assert moment - 2 * MARGIN <= begins[0].started_at <= moment + 2 * MARGIN


@pytest.mark.parametrize("clip", ["video.avi", "video02.avi", "one-by-one-person-detection.mp4", "house6.mp4"])
def test_a_camera_that_nobody_touched_gives_nothing(data_dir: Path, clip: str) -> None:
    assert watch(data_dir / "video" / clip) == []
