"""The watch of one camera: what becomes of frames and outcomes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from minewarden.contract import EvidenceKind
from minewarden.vision.pipeline.camera import WatchSettings
from minewarden.vision.scene import Need
from minewarden.vision.sources import Mode
from tests.vision.pipeline.stage import (
    EMPTY,
    MODEL,
    NOBODY,
    START,
    UNKNOWN,
    Stage,
    View,
    black,
    people,
    plans,
    with_person,
)


def test_people_over_the_limit_make_one_event_with_all_that_is_known(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "over_limit:max=1")
    stage.show(2)
    stage.show(4, people(2), with_person())
    stage.show(6)
    assert stage.sink.names("begin", "end", "complete") == ["begin", "end", "complete"]
    (begun,), (ended,) = stage.sink.records("begin"), stage.sink.records("end")
    assert begun.revision == 0
    assert (begun.camera, begun.scene, begun.label) == ("gate", "over_limit", "over_limit")
    assert begun.started_at == pytest.approx(START + 2.2, abs=0.01)
    assert ended.ended_at == pytest.approx(START + 6.0, abs=0.01)
    assert begun.model == MODEL
    assert begun.settings_version == 3
    assert begun.settings["max"] == 1
    assert len(begun.boxes) == 2
    assert 0 <= begun.boxes[0].x1 < begun.boxes[0].x2 <= 1
    assert ended.detail["ended"] == "over"


def test_revisions_of_an_event_count_up_without_a_gap(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "over_limit:max=0")
    stage.show(2, people(1, 0.5), with_person())
    stage.show(2, people(1, 0.95), with_person())
    stage.show(6)
    revisions = [record.revision for what, record in stage.sink.calls if what in ("begin", "update", "end")]
    assert revisions == list(range(len(revisions)))
    assert "update" in stage.sink.names()


def test_the_snapshot_is_the_picture_as_it_was_and_boxes_are_only_on_the_copy(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "over_limit:max=0", annotate=True)
    stage.show(2, people(1), with_person())
    (file,) = (item for item in stage.sink.files if item.kind is EvidenceKind.SNAPSHOT)
    picture = cv2.imread(str(file.path))
    assert picture.shape[:2] == (360, 640)
    assert file.size == file.path.stat().st_size
    copy = cv2.imread(str(tmp_path / "annotated" / file.path.name))
    assert cv2.absdiff(picture, copy).max() > 100
    orange = (abs(picture.astype(int) - (0, 140, 255)).max(axis=2) < 40).sum()
    assert orange == 0


def test_a_camera_fault_needs_no_detector_and_names_none(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "camera_health")
    stage.show(5)
    stage.show(5, view=black(EMPTY))
    (begun,) = stage.sink.records("begin")
    assert (begun.scene, begun.label, begun.model) == ("camera_health", "black", None)
    assert stage.watch.faults == ("black",)
    assert stage.asked == 0


def test_without_a_picture_the_camera_is_offline_and_the_people_are_unknown(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "camera_health", "over_limit:max=0")
    stage.show(3, people(1), with_person())
    for _ in range(20):
        stage.at += 1
        stage.watch.unseen(stage.at)
    assert [record.label for record in stage.sink.records("begin")] == ["over_limit", "offline"]
    assert stage.sink.records("end") == []
    assert stage.sink.records("begin")[1].detail["no_snapshot"]


def test_an_empty_place_where_nothing_moves_is_looked_at_only_now_and_then(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "over_limit:max=0")
    stage.show(20)
    assert 3 <= stage.asked <= 6
    assert stage.watch.figures.still == 100 - stage.asked


def test_who_comes_in_is_looked_at_at_once_and_as_long_as_somebody_is_there(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "over_limit:max=0")
    stage.show(4)
    before = stage.asked
    stage.show(4, people(1), with_person())
    assert stage.asked - before == 20


def test_what_the_detector_fails_on_is_counted_and_never_taken_for_empty(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "post_vacant:vacant_after=5")
    stage.show(20, UNKNOWN)
    assert stage.sink.calls == []
    assert stage.watch.figures.not_analysed == 100
    stage.show(10, NOBODY)
    assert stage.sink.names("begin") == ["begin"]


def test_a_frame_that_comes_while_the_detector_is_busy_counts_as_not_analysed(tmp_path: Path) -> None:
    from tests.vision.pipeline.stage import frame

    stage = Stage(tmp_path, "over_limit:max=0")
    assert stage.watch.frame(frame(START)) is True
    assert stage.watch.frame(frame(START + 0.2), busy=True) is False
    assert stage.watch.figures.not_analysed == 1


def test_a_camera_on_patrol_is_watched_while_something_is_going_on_and_then_no_more(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "camera_health")
    stage.show(10, rate=0.5)
    assert stage.watch.mode(stage.at) is Mode.PATROL
    stage.show(2, view=black(EMPTY), rate=0.5)
    assert stage.watch.mode(stage.at) is Mode.WATCH
    stage.show(5)
    assert stage.watch.mode(stage.at) is Mode.WATCH
    stage.show(12)
    assert stage.watch.mode(stage.at) is Mode.PATROL


def test_a_fault_that_lasts_all_night_does_not_keep_the_camera_under_close_watch(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "camera_health", settings=WatchSettings(longest_promotion=30))
    stage.show(10)
    modes = []
    for _ in range(60):
        stage.show(1, view=black(EMPTY), rate=1)
        modes.append(stage.watch.mode(stage.at))
    assert modes[5] is Mode.WATCH
    assert modes[-1] is Mode.PATROL
    assert stage.sink.names("end") == []


def test_one_look_on_patrol_at_a_person_too_many_promotes_the_camera(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "over_limit:max=0")
    stage.show(4, rate=0.5)
    assert stage.watch.mode(stage.at) is Mode.PATROL
    stage.show(2, people(1), with_person(), rate=0.5)
    assert stage.watch.mode(stage.at) is Mode.WATCH


def test_a_scene_that_needs_every_picture_is_always_watched_and_an_order_goes_before(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    (plan,) = plans("over_limit")
    closely = replace(plan, kind=replace(plan.kind, need=Need.WATCH))
    stage.watch.replan((closely,), START)
    assert stage.watch.mode(START) is Mode.WATCH
    ordered = Stage(tmp_path, settings=WatchSettings(mode=Mode.PATROL))
    ordered.watch.replan((closely,), START)
    assert ordered.watch.mode(START) is Mode.PATROL


def test_new_settings_of_one_scene_leave_the_events_of_another_open(tmp_path: Path) -> None:
    from tests.vision.pipeline.stage import plans

    stage = Stage(tmp_path, "camera_health", "over_limit:max=0")
    stage.show(4)
    stage.show(4, people(1), with_person())
    stage.show(4, people(1), black(EMPTY))
    assert len(stage.sink.records("begin")) == 2
    stage.watch.replan(plans("camera_health", "over_limit:max=5"), stage.at)
    assert [record.scene for record in stage.sink.records("end")] == ["over_limit"]
    stage.show(10)
    assert [record.label for record in stage.sink.records("end")] == ["over_limit", "black"]


def test_the_end_of_the_watch_ends_what_is_open(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "over_limit:max=0")
    stage.show(4, people(1), with_person())
    stage.watch.close(stage.at, "stopped")
    assert stage.sink.names("end", "complete") == ["end", "complete"]
    assert stage.sink.records("end")[0].detail["ended"] == "closed"
    assert stage.watch.book.idle


def test_what_the_sink_refuses_is_kept_and_told_later_in_order(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "over_limit:max=0")
    stage.sink.fail = 12
    stage.show(2, people(1), with_person())
    assert stage.watch.book.undelivered > 0
    stage.show(1, people(1), with_person())
    stage.show(8)
    assert stage.watch.book.undelivered == 0
    assert stage.sink.names() == ["begin", "evidence snapshot", "end", "complete"]


def test_an_event_goes_on_without_a_snapshot_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "snapshots").write_text("a file where the folder should be")
    stage = Stage(tmp_path, "over_limit:max=0")
    stage.show(2, people(1), with_person())
    assert "could not be written" in stage.sink.records("begin")[0].detail["no_snapshot"]


def test_a_clock_that_is_set_back_ends_no_event_before_it_began(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "over_limit:max=0")
    stage.show(4, people(1), with_person())
    stage.at -= 3600
    stage.show(2, people(1), with_person())
    stage.show(5)
    (ended,) = stage.sink.records("end")
    assert ended.ended_at is not None
    assert ended.ended_at >= ended.started_at


def test_a_record_becomes_a_message_of_the_contract(tmp_path: Path) -> None:
    from dataclasses import replace

    stage = Stage(tmp_path, "over_limit:max=0,zone=0/0;1/0;1/1;0/1")
    stage.show(2, people(1), with_person())
    record = replace(stage.sink.records("begin")[0], camera="1" * 24)
    message = record.message()
    assert message.started_at.timestamp() == pytest.approx(record.started_at)
    assert message.settings["zone"] == [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]
    assert type(message).model_validate_json(message.model_dump_json()) == message


def test_a_scene_that_looks_at_movement_too_gets_the_small_picture_of_its_own_look(tmp_path: Path) -> None:
    """A belt that runs (stripes that move) with somebody on it; the same with a belt that stands."""

    def shown(running: bool) -> list[str]:
        stage = Stage(tmp_path, "belt_crossing:belt=0/0.6;0.4/0.6;0.4/1;0/1,share=0.3")
        for look in range(30):
            luma = EMPTY.luma.copy()
            coal = np.random.default_rng(look if running else 0).normal(110, 60, (72, 128)).repeat(2, 0).repeat(2, 1)
            luma[216:360, 0:256] = coal
            luma[120:300, 20:70] = 30.0 if look >= 10 else luma[120:300, 20:70]
            outcome = people(1) if look >= 10 else NOBODY
            stage.show(0.2, outcome, View(luma, EMPTY.u, EMPTY.v))
        return [record.scene for record in stage.sink.records("begin")]

    assert shown(True) == ["belt_crossing"]
    assert shown(False) == []
