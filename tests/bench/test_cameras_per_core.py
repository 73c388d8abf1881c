"""The bench runs from end to end. How fast this machine is today is no matter of a test."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from bench.__main__ import main
from bench.cameras import Row
from bench.clips import ClipSettings, clip_of
from bench.live import measure_live
from bench.methods import METHODS
from bench.show import show
from minewarden.vision.models import STARTER, load_model

TINY_CLIP = ClipSettings(size=(320, 180), seconds=6)
TINY = ["--quick", "--size", "320x180", "--seconds", "6"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="module")
def result(folder: Path) -> dict[str, object]:
    if shutil.which("ffmpeg") is None:
        pytest.skip("two of the methods are ffmpeg, which is not installed")
    done = CliRunner().invoke(main, [*TINY, "--json", "--out", str(folder)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_every_method_has_positive_figures_on_patrol_and_on_watch(result):
    rows = {(row["way"], row["method"]): row for row in result["rows"]}
    assert set(rows) == {(way.value, method.name) for method in METHODS for way in method.ways}
    for row in rows.values():
        assert row["cameras_per_core"] > 0
        assert row["lowest"] <= row["cameras_per_core"] <= row["highest"]
        assert row["times_opencv"] > 0
        assert row["of_limit"] > 0
        assert row["pictures"] > 0


def test_the_ratios_are_of_the_same_run(result):
    for way in ("patrol", "watch"):
        rows = {row["method"]: row for row in result["rows"] if row["way"] == way}
        assert rows["opencv_read"]["times_opencv"] == 1
        assert rows["limit"]["of_limit"] == 1


def test_the_methods_that_look_at_everything_look_equally_often(result):
    for way, at_least in (("patrol", 3), ("watch", 30)):
        looks = {row["method"]: row["looks"] for row in result["rows"] if row["way"] == way}
        assert looks["opencv_read"] == looks["opencv_grab"] == at_least
        assert abs(looks["ffmpeg"] - at_least) <= 1
        assert 0 < looks["minewarden"] <= at_least


def test_machine_model_and_clip_are_told(result):
    assert result["machine"]["processor"]
    assert result["model"]["name"]
    clip = result["clips"][0]
    assert (clip["codec"], clip["width"], clip["fps"], clip["gop"]) == ("h264", 320, 25, 50)
    assert 0 < clip["person_share"] < 1


def test_the_result_is_kept_beside_the_clips(result, folder):
    assert json.loads(next(folder.glob("cameras-*.json")).read_text("utf-8")) == result


def test_a_clip_is_drawn_once(result, folder):
    (path,) = folder.glob("clips/*.mp4")
    drawn = path.stat().st_mtime_ns
    assert clip_of("visited", TINY_CLIP, folder / "clips").path == path
    assert path.stat().st_mtime_ns == drawn


def test_the_tables_show_every_row(result, folder):
    text = io.StringIO()
    rows = [Row(**row) for row in result["rows"]]
    show(Console(file=text), result["machine"], [clip_of("visited", TINY_CLIP, folder / "clips")], rows)
    for row in rows:
        assert row.title in text.getvalue()
        assert f"{row.cameras_per_core:.1f}" in text.getvalue()


def test_cameras_in_real_time_are_decoded_and_counted(result, folder):
    row = measure_live(clip_of("visited", TINY_CLIP, folder / "clips"), load_model(STARTER), cameras=2, seconds=4)
    assert row.cameras_per_core > 0
    assert row.expected >= 4
    assert row.decoded > 0
    text = io.StringIO()
    show(Console(file=text), {}, [], [], [row])
    assert f"{row.decoded} of {row.expected}" in text.getvalue()


def test_a_model_that_is_not_there_is_told_without_a_trace(tmp_path):
    done = CliRunner().invoke(main, [*TINY, "--model", str(tmp_path / "no.toml"), "--out", str(tmp_path)])
    assert done.exit_code == 1
    assert "no.toml" in done.output
