"""``minewarden import`` and ``minewarden simulate ledger``: a workbook made, checked, taken over, from the shell."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.prepared import prepare_home

SEED = """
import django
django.setup()
from minewarden.center.database import migrate
from minewarden.center.hazards.clauses.sync import sync_catalogues
from minewarden.center.audit.services import act
from minewarden.center.registry import services
from minewarden.simulate.ledger import province_mines
migrate()
sync_catalogues()
with act("demo.seed", None):
    root = services.create_node(None, name="省局", kind="province")
    for planned in province_mines():
        mine = services.create_mine(None, parent=root, code=planned.code, name=planned.name, kind="1")
        for place in planned.places:
            services.create_place(None, mine=mine, place_class="10", name=place)
    user = services.create_user(None, username="inspector", password="coal-and-candle-9")
    services.grant_role(None, user=user, role="inspector", node=root)
"""


def minewarden(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"MINEWARDEN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "minewarden.center.settings"}
    command = [sys.executable, *arguments] if arguments[0] == "-c" else [sys.executable, "-m", "minewarden", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=150)


@pytest.mark.timeout(300)
def test_a_ledger_is_made_checked_taken_over_and_comes_back_marked(prepared_database: Path, tmp_path: Path):
    prepare_home(prepared_database, tmp_path)
    seeded = minewarden(tmp_path, "-c", SEED)
    assert seeded.returncode == 0, seeded.stderr
    book, marked = tmp_path / "out" / "ledger.xlsx", tmp_path / "marked.xlsx"
    made = minewarden(tmp_path, "simulate", "ledger", str(book), "--rows", "200", "--wrong", "0.1", "--json")
    truth = json.loads(made.stdout)["wrong"]
    assert len(truth) == 20
    options = ("--as", "hazards", "--user", "inspector", "--json")
    checked = minewarden(tmp_path, "import", str(book), *options)
    assert (checked.returncode, json.loads(checked.stdout)["wrong"]) == (1, 20), checked.stderr
    taken = minewarden(tmp_path, "import", str(book), *options, "--commit", "--marked", str(marked))
    assert json.loads(taken.stdout)["taken"] == 180
    assert marked.exists()
    again = minewarden(tmp_path, "import", str(book), *options)
    assert json.loads(again.stdout)["unchanged"] == 180
    nobody = minewarden(tmp_path, "import", str(book), "--as", "hazards", "--user", "nobody")
    assert (nobody.returncode, "no open account" in nobody.stderr) == (2, True)
    (tmp_path / "x.csv").write_text("不懂,的列\n1,2\n")
    unknown = minewarden(tmp_path, "import", str(tmp_path / "x.csv"), *options)
    assert (unknown.returncode, "不懂" in unknown.stderr) == (2, True)
    verified = minewarden(tmp_path, "audit", "verify")
    assert "The chain holds." in verified.stdout
