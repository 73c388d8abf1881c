"""A rendered clip plays, repeats itself from its seed, and its truth is about its own frames."""

from __future__ import annotations

import hashlib
from pathlib import Path

import av
import pytest
from click.testing import CliRunner

from minewarden.cli.simulate import simulate
from minewarden.simulate.video.clip import render_clip
from minewarden.simulate.video.script import Script, Visit, Walk
from minewarden.simulate.video.truth import read_truth, truth_path

from .scripts import BARE, FPS, MINER, SIZE, frames, roadway, standing, walking

STORY = roadway(3, walking(MINER, 0), standing(BARE, 1, 1.6), limit=1)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "story.mp4"
    render_clip(STORY, path, SIZE, FPS, gop=5)
    return path


def test_the_same_script_gives_the_same_truth_and_the_same_decoded_frames(clip: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.mp4"
    render_clip(STORY, again, SIZE, FPS, gop=5)
    assert read_truth(truth_path(again)) == read_truth(truth_path(clip))
    digests = [[hashlib.sha256(frame.tobytes()).hexdigest() for frame in frames(path)] for path in (clip, again)]
    assert digests[0] == digests[1]


def test_the_file_plays_with_the_asked_size_rate_and_key_frames(clip: Path) -> None:
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert (stream.width, stream.height) == SIZE
        assert stream.average_rate == FPS
        keys = [packet.is_keyframe for packet in container.demux(stream) if packet.pts is not None]
    assert keys == [index % 5 == 0 for index in range(15)]


def test_truth_has_one_entry_a_frame_with_boxes_inside_the_picture(clip: Path) -> None:
    truth = read_truth(truth_path(clip))
    assert len(truth.frames) == len(frames(clip)) == 15
    assert {box.label for frame in truth.frames for box in frame.boxes} >= {"person", "helmet", "head", "vest"}
    for frame in truth.frames:
        for box in frame.boxes:
            left, top, right, bottom = box.box
            assert 0 <= left < right <= SIZE[0]
            assert 0 <= top < bottom <= SIZE[1]


def test_helmets_and_bare_heads_lie_in_the_upper_part_of_their_person(clip: Path) -> None:
    for frame in read_truth(truth_path(clip)).frames:
        people = {box.person: box.box for box in frame.boxes if box.label == "person"}
        for box in frame.boxes:
            if box.label not in {"helmet", "head"}:
                continue
            left, top, right, bottom = people[box.person]
            assert left <= box.box[0]
            assert box.box[2] <= right
            assert top <= box.box[1] <= (top + bottom) / 2


def test_a_script_that_names_an_unknown_mark_or_area_is_refused(tmp_path: Path) -> None:
    lost = Script("lost", "yard", 1, 1, (Visit(MINER, 0, "nowhere", (Walk("middle"),)),))
    with pytest.raises(ValueError, match="no mark 'nowhere'"):
        render_clip(lost, tmp_path / "lost.mp4", SIZE, FPS)
    with pytest.raises(ValueError, match="no area 'moat'"):
        render_clip(Script("area", "yard", 1, 1, forbidden="moat"), tmp_path / "area.mp4", SIZE, FPS)
    with pytest.raises(ValueError, match="must be even"):
        render_clip(STORY, tmp_path / "odd.mp4", (321, 180), FPS)


def test_the_command_refuses_an_unknown_script_by_naming_those_there_are(tmp_path: Path) -> None:
    result = CliRunner().invoke(simulate, ["render", "--script", "nothing", "--out", str(tmp_path / "x.mp4")])
    assert result.exit_code == 2
    assert "rail_roadway_quiet" in result.output
    listed = CliRunner().invoke(simulate, ["scripts"])
    assert "dispatch_vacated" in listed.output
