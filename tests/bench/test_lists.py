"""The bench of lists runs from end to end. How fast this machine is today is no matter of a test."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from bench.lists.command import lists


def test_a_page_is_filled_opened_and_measured(tmp_path: Path):
    arguments = ["--rows", "300", "--rounds", "1", "--database", "sqlite", "--only", "cases: search", "--json"]
    done = CliRunner().invoke(lists, [*arguments, "--out", str(tmp_path)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    rows = json.loads(next(tmp_path.glob("lists-*.json")).read_text("utf-8"))["sqlite"]["pages"]
    assert len(rows) == 6
    for row in rows:
        assert row["status"] == 200
        assert 0 < row["p50"] <= row["p95"]
        assert 0 < row["queries"] <= 12
