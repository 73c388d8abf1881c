"""people_in_out on a clip that was really made, with the starter detector.

In one-by-one-person-detection.mp4 people come from below, stand at a table and leave to the right, one at a time. By
eye, from a picture every 0.4 s, the first one's feet pass the line (72 % of the width) at 18.9 s, the second's at 44.0.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from minewarden.vision.models import load_model
from minewarden.vision.models.loading import card_path
from minewarden.vision.pipeline import EvidenceSettings
from minewarden.vision.pipeline.detector import OwnDetector
from minewarden.vision.pipeline.plan import CameraPlan
from minewarden.vision.pipeline.recorded import FileSettings, watch_file
from minewarden.vision.sources import parse_address
from tests.vision.pipeline.stage import Sink, plans

pytestmark = pytest.mark.data


def test_each_who_leaves_is_counted_once_and_nothing_else_is_told(data_dir: Path, tmp_path: Path) -> None:
    if not card_path("starter").is_file():
        pytest.skip("the starter detector is not there yet: see training/")
    clip = data_dir / "video" / "one-by-one-person-detection.mp4"
    scenes = plans("people_in_out:line=0.72/1;0.72/0,group=0", "belt_crossing", "walk_while_haulage", "post_asleep")
    sink = Sink()
    watch_file(
        CameraPlan("hall", parse_address(str(clip)), scenes),
        sink,
        EvidenceSettings(tmp_path),
        detector=OwnDetector.of(load_model("starter")),
        settings=FileSettings(until=46.0),
    )
    told = [(record.scene, record.label) for record in sink.records("begin")]
    assert told == [("people_in_out", "in")] * 2
    assert [record.started_at for record in sink.records("begin")] == pytest.approx([19.2, 44.3], abs=1.0)
