"""``minewarden watch`` on real files, good and bad."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import av
import pytest
from click.testing import CliRunner, Result

from minewarden.cli.watch import watch
from minewarden.vision.models import STARTER, card_path

KEYS = {
    *("event_id", "camera", "scene", "label", "started_at", "ended_at", "confidence", "model", "snapshot", "clip"),
    "reference",
    "detail",
}

# When somebody is in the picture of one-by-one-person-detection.mp4, in seconds from its first picture. Labelled by eye
# from every second picture (0.2 s apart) around each coming and going; "in the picture" is any part of a body (hair at
# the lower edge, a heel at the right edge), a shadow alone is not. Each edge is therefore right to 0.2 s.
SOMEBODY = [(6.0, 19.9), (22.8, 44.8), (50.3, 70.0), (74.5, 86.8), (92.1, 120.0), (123.4, 136.0)]
EDGE = 1.0


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(watch, [str(argument) for argument in arguments])


def events(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "events.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.data
@pytest.mark.parametrize(("clip", "fault", "moment"), [("Occlusion", "covered", 3.02), ("Defocusing", "blurred", 1.35)])
def test_a_tampered_camera_gives_one_event_with_picture_and_clip(
    data_dir: Path, tmp_path: Path, clip: str, fault: str, moment: float
) -> None:
    out = tmp_path / "out"
    source = data_dir / "tamper" / f"{clip}.mp4"
    result = run(
        source, "--scene", "camera_health", "--out", out, "--start-at", "2026-01-01T08:00:00+08:00", "--annotate"
    )
    assert result.exit_code == 0, result.output
    (event,) = events(out)
    assert set(event) == KEYS
    assert (event["camera"], event["scene"], event["label"], event["model"]) == (clip, "camera_health", fault, None)
    begun = datetime.fromisoformat(event["started_at"])
    assert (begun - datetime.fromisoformat("2026-01-01T00:00:00+00:00")).total_seconds() == pytest.approx(
        event["detail"]["offset_s"], abs=0.001
    )
    assert event["detail"]["offset_s"] + event["detail"]["told_after_s"] <= moment + 2.0
    assert (out / event["snapshot"]).stat().st_size > 10_000
    assert (out / "annotated" / Path(event["snapshot"]).name).is_file()
    with av.open(str(out / event["clip"])) as opened:
        assert next(opened.decode(video=0)).width == 1280
    assert fault in result.output


@pytest.mark.data
def test_cameras_that_nobody_touched_give_no_event_and_an_empty_file(data_dir: Path, tmp_path: Path) -> None:
    videos = [data_dir / "video" / name for name in ("video.avi", "video02.avi")]
    result = run(*videos, "--scene", "camera_health", "--out", tmp_path / "out", "--json")
    assert result.exit_code == 0, result.output
    assert events(tmp_path / "out") == []
    facts = json.loads(result.stdout)
    assert facts["events"] == []
    assert [source["camera"] for source in facts["sources"]] == ["video", "video02"]


@pytest.mark.data
@pytest.mark.timeout(900)
@pytest.mark.xdist_group("detector")
def test_the_starter_sees_when_somebody_is_in_the_picture_within_a_second(data_dir: Path, tmp_path: Path) -> None:
    if not card_path(STARTER).is_file():
        pytest.skip("the starter detector is not there yet")
    source = data_dir / "video" / "one-by-one-person-detection.mp4"
    scenes = ("--scene", "over_limit:max=0", "--scene", "over_limit:max=1")
    result = run(source, *scenes, "--out", tmp_path / "out", "--annotate")
    assert result.exit_code == 0, result.output
    told = events(tmp_path / "out")
    assert {event["detail"]["max"] for event in told} == {0}, "there are never two persons in the picture"
    found = [(event["detail"]["offset_s"], event["detail"]["end_offset_s"]) for event in told]
    assert len(found) == len(SOMEBODY), found
    for seen, truth in zip(sorted(found), SOMEBODY, strict=True):
        assert seen == pytest.approx(truth, abs=EDGE), (found, SOMEBODY)


@pytest.mark.data
def test_a_second_run_replaces_the_events_of_the_first(data_dir: Path, tmp_path: Path) -> None:
    for _ in range(2):
        assert run(data_dir / "tamper" / "Occlusion.mp4", "--scene", "camera_health", "--out", tmp_path).exit_code == 0
    assert len(events(tmp_path)) == 1


@pytest.mark.data
def test_a_duration_ends_the_watch_of_a_file(data_dir: Path, tmp_path: Path) -> None:
    source = data_dir / "tamper" / "Occlusion.mp4"
    assert run(source, "--scene", "camera_health", "--out", tmp_path, "--duration", "2").exit_code == 0
    assert events(tmp_path) == []


@pytest.mark.data
def test_two_files_of_one_name_are_two_cameras(data_dir: Path, tmp_path: Path) -> None:
    source = data_dir / "tamper" / "Occlusion.mp4"
    result = run(source, source, "--scene", "camera_health", "--out", tmp_path)
    assert result.exit_code == 0, result.output
    assert [event["camera"] for event in events(tmp_path)] == ["Occlusion", "Occlusion-2"]


@pytest.mark.data
@pytest.mark.timeout(300)
def test_a_file_played_as_a_live_stream_is_watched_until_it_ends(data_dir: Path, tmp_path: Path) -> None:
    source = f"file:{data_dir / 'tamper' / 'Occlusion.mp4'}?realtime=1"
    result = run(source, "--scene", "camera_health", "--mode", "watch", "--out", tmp_path, "--duration", "60")
    assert result.exit_code == 0, result.output
    assert "covered" in [event["label"] for event in events(tmp_path)]


def bad(tmp_path: Path, *arguments: str | Path) -> str:
    """Run what must be refused: exit code 2, a message, and nothing written."""
    out = tmp_path / "out"
    result = run(*arguments, "--out", out)
    assert result.exit_code == 2, result.output
    assert not out.exists()
    assert "Traceback" not in result.output
    return result.output


def test_a_file_that_is_not_there_or_no_video_is_refused(tmp_path: Path) -> None:
    assert "missing.mp4" in bad(tmp_path, tmp_path / "missing.mp4", "--scene", "camera_health")
    text = tmp_path / "notes.mp4"
    text.write_text("no video at all")
    assert "no video" in bad(tmp_path, text, "--scene", "camera_health")


def test_of_several_files_one_that_is_bad_stops_all_before_anything_is_written(tmp_path: Path) -> None:
    text = tmp_path / "notes.mp4"
    text.write_text("no video at all")
    assert "notes.mp4" in bad(tmp_path, text, text, "--scene", "camera_health")


def test_a_wrong_scene_or_setting_is_refused_with_what_is_allowed(tmp_path: Path) -> None:
    assert "over_limit" in bad(tmp_path, "x.mp4", "--scene", "too_many_people")
    assert "a whole number from 0" in bad(tmp_path, "x.mp4", "--scene", "over_limit:max=some")


def test_an_address_that_is_none_and_a_password_in_it_are_not_shown(tmp_path: Path) -> None:
    assert "rtsp://" in bad(tmp_path, "ftp://host/clip", "--scene", "camera_health")
    output = bad(tmp_path, "rtsp://user:secret@127.0.0.1:9/live", "--scene", "camera_health")
    assert "secret" not in output


def test_a_model_that_is_none_is_refused(tmp_path: Path) -> None:
    card = tmp_path / "card.toml"
    card.write_text("name = 'x'")
    assert "card" in bad(tmp_path, "x.mp4", "--scene", "over_limit", "--model", card)


def test_a_start_that_is_no_time_and_an_out_that_is_a_file_are_refused(tmp_path: Path) -> None:
    video = tmp_path / "x.mp4"
    video.write_text("x")
    assert "yesterday" in bad(tmp_path, video, "--scene", "camera_health", "--start-at", "yesterday")
    result = run(video, "--scene", "camera_health", "--out", video)
    assert result.exit_code == 2
    assert "is a file" in result.output


def test_files_and_streams_are_not_mixed(tmp_path: Path) -> None:
    assert "one run" in bad(tmp_path, "x.mp4", "rtsp://127.0.0.1/x", "--scene", "camera_health")
