"""The normal view outlives a restart, can be learnt anew, may be several, and is shown beside what is there now."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from minewarden.contract import EvidenceKind
from minewarden.edge.memories import KEPT_FOR, KeptMemories
from minewarden.vision.lifecycle import Began, Ended
from minewarden.vision.pipeline import EventBook, Origin
from minewarden.vision.pipeline.camera import CameraWatch
from minewarden.vision.quality import align
from minewarden.vision.scenes import health_keeping, parse_scene
from tests.vision.pipeline.stage import Sink, Stage, frame, plans
from tests.vision.views import HEIGHT, WIDTH, Health, View, black, quantised, roadway

CLOTH = View(np.full((HEIGHT, WIDTH), 150.0) + cv2.GaussianBlur(roadway(7).luma - 110, (0, 0), 25))


def began(health: Health) -> list[str]:
    return [item.key for item in health.transitions if isinstance(item, Began)]


def restarted(health: Health, text: str = "camera_health") -> Health:
    """Another program that goes on with what the first one kept."""
    data = health_keeping.dump(health.memory)
    assert data is not None
    again = Health(text, rate=health.rate)
    again.at = health.at + 60
    again.memory = health_keeping.load(again.settings, data)
    return again


@pytest.mark.parametrize(("picture", "fault"), [(CLOTH, "covered"), (roadway(42), "moved")])
def test_a_camera_covered_or_turned_while_the_program_was_off_is_told(picture: View, fault: str) -> None:
    health = Health(rate=2.0)
    health.show(roadway(), 5)
    again = restarted(health)
    again.show(picture, 6)
    assert began(again) == [fault]


def test_what_cannot_be_read_is_learnt_anew() -> None:
    _, settings = parse_scene("camera_health")
    for data in (b"", b"not a view", health_keeping.dump(_known().memory)[:900]):
        with pytest.raises(ValueError, match="not a kept view"):
            health_keeping.load(settings, data)


def _known() -> Health:
    health = Health(rate=2.0)
    health.show(roadway(), 4)
    return health


def test_this_is_the_normal_view_now() -> None:
    health = _known()
    health.show(roadway(42), 6)
    health.memory, version = health_keeping.renew(health.memory)
    assert version == 2
    health.show(roadway(42), 8)
    assert [item.key for item in health.transitions if isinstance(item, Ended)] == ["moved"]
    health.show(roadway(), 14)
    last = [item for item in health.transitions if isinstance(item, Began)][-1]
    assert (last.key, last.finding.detail["reference_version"]) == ("moved", 2)


def test_a_camera_that_turns_to_presets_knows_them_and_no_more_than_it_may() -> None:
    health = Health("camera_health:presets=2,travel=12", rate=1.0)
    for _ in range(2):
        health.show(roadway(1), 20)
        health.show(roadway(42), 20)
    assert began(health) == []
    assert len(health.memory.views) == 2
    health.show(roadway(99), 20)
    assert began(health) == ["moved"]
    assert len(health.memory.views) == 2


def turned(degrees: float, zoom: float, dx: float) -> View:
    matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), -degrees, zoom)
    matrix[0, 2] += dx * WIDTH
    view = roadway()
    return view.changed(
        lambda luma: cv2.warpAffine(luma, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT).astype(np.float32)
    )


@pytest.mark.parametrize(("degrees", "zoom", "dx"), [(8.0, 1.0, 0.0), (0.0, 1.25, 0.0), (-5.0, 0.9, 0.1)])
def test_shift_rotation_and_zoom_are_measured(degrees: float, zoom: float, dx: float) -> None:
    health = Health(rate=2.0)
    health.show(roadway(), 4)
    health.show(turned(degrees, zoom, dx), 5)
    (first,) = (item for item in health.transitions if isinstance(item, Began))
    detail = first.finding.detail
    assert first.key == "moved"
    assert detail["rotation_deg"] == pytest.approx(degrees, abs=1.0)
    assert detail["zoom"] == pytest.approx(zoom, abs=0.05)
    assert detail["shift_x"] == pytest.approx(dx, abs=0.02)


def test_nothing_is_measured_between_two_places() -> None:
    small = [quantised(cv2.resize(roadway(seed).luma, (320, 180), interpolation=cv2.INTER_AREA)) for seed in (1, 42)]
    assert align(*small) is None


def test_the_event_carries_the_picture_from_before_beside_that_of_now(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "camera_health")
    stage.show(4, rate=2.0)
    stage.show(5, view=roadway(42), rate=2.0)
    (record,) = stage.sink.records("begin")
    kinds = {file.kind: file for file in record.evidence}
    assert set(kinds) == {EvidenceKind.SNAPSHOT, EvidenceKind.REFERENCE}
    before, now = (cv2.imread(str(kinds[kind].path)) for kind in (EvidenceKind.REFERENCE, EvidenceKind.SNAPSHOT))
    assert cv2.absdiff(before, frame(0.0).bgr()).mean() < 6
    assert cv2.absdiff(now, frame(0.0, roadway(42)).bgr()).mean() < 6


def test_black_needs_no_picture_from_before(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "camera_health")
    stage.show(4, rate=2.0)
    stage.show(5, view=black(roadway()), rate=2.0)
    (record,) = stage.sink.records("begin")
    assert [file.kind for file in record.evidence] == [EvidenceKind.SNAPSHOT]


def test_the_edge_keeps_what_it_knows_on_its_disk_and_forgets_it_when_told(tmp_path: Path) -> None:
    store = KeptMemories(tmp_path / "memories")

    def watched(view: View, at: float) -> tuple[CameraWatch, Sink]:
        from minewarden.vision.pipeline import EvidenceSettings

        sink = Sink()
        book = EventBook(Origin("1" * 24, 1), sink, EvidenceSettings(tmp_path / "evidence"), None)
        watch = CameraWatch(plans("camera_health"), book, store=store)
        for look in range(12):
            watch.frame(frame(at + look / 2, view))
        return watch, sink

    first, _ = watched(roadway(), 1_700_000_000.0)
    first.close(1_700_000_010.0, "stopped")
    again, sink = watched(roadway(42), 1_700_000_100.0)
    assert [record.label for record in sink.records("begin")] == ["moved"]
    assert again.forget_reference(["no_helmet"]) == {}
    assert again.forget_reference() == {"camera_health": 2}
    again.close(1_700_000_200.0, "stopped")
    _, sink = watched(roadway(42), 1_700_000_300.0)
    assert sink.records("begin") == []


def test_a_disk_that_is_full_or_broken_stops_nothing_and_old_files_go(tmp_path: Path) -> None:
    store = KeptMemories(tmp_path / "memories")
    store.save("1" * 24, "camera_health", b"view")
    assert store.load("1" * 24, "camera_health") == b"view"
    assert store.load("2" * 24, "camera_health") is None
    (tmp_path / "memories" / ("3" * 24)).write_text("a file where the folder should be")
    store.save("3" * 24, "camera_health", b"view")
    assert store.load("3" * 24, "camera_health") is None
    saved = (tmp_path / "memories" / ("1" * 24) / "camera_health.npz").stat().st_mtime
    assert store.tidy(saved + KEPT_FOR - 10) == 0
    assert store.tidy(saved + KEPT_FOR + 10) == 1
