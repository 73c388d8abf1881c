"""``minewarden audit verify`` as an office calls it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.prepared import prepare_home


def minewarden(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"MINEWARDEN_HOME": str(home), "COLUMNS": "160"}
    command = [sys.executable, "-m", "minewarden", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=170, check=False)


@pytest.fixture(scope="module")
def office(prepared_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new office on SQLite with one account in it."""
    home = prepare_home(prepared_database, tmp_path_factory.mktemp("office"))
    script = (
        "import django; django.setup()\n"
        "from minewarden.center.registry.services import create_user\n"
        "create_user(None, username='first', password='coal-and-candle-9')\n"
    )
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"MINEWARDEN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "minewarden.center.settings"}
    subprocess.run([sys.executable, "-c", script], env=environment, timeout=170, check=True)
    return home


def test_it_holds_and_says_the_head(office: Path):
    done = minewarden(office, "audit", "verify")
    assert (done.returncode, done.stderr) == (0, "")
    assert "The chain holds." in done.stdout
    report = json.loads(minewarden(office, "audit", "verify", "--json").stdout)
    assert report["holds"]
    assert f"head: event {report['head_sequence']} {report['head_hash']}" in done.stdout
    assert minewarden(office, "audit", "verify", "--expect-head", report["head_hash"]).returncode == 0


def test_it_names_what_was_changed_and_ends_with_one(office: Path):
    with sqlite3.connect(office / "minewarden.sqlite3") as database:
        database.execute("UPDATE registry_user SET is_superuser = 1")
    database.close()
    done = minewarden(office, "audit", "verify", "--expect-head", "ab" * 32)
    assert done.returncode == 1
    assert "2 things do not hold" in done.stdout
    assert "registry.user 1" in done.stdout
    assert "the row was changed behind the program's back" in done.stdout
    assert "the expected event is not in the chain" in done.stdout


@pytest.mark.parametrize("what", ["nothing", "no database", "another database"])
def test_what_cannot_be_checked_ends_with_two_and_says_why(tmp_path: Path, what: str):
    path = tmp_path / "minewarden.sqlite3"
    if what == "no database":
        path.write_text("this is a letter and no database, however long it may be " * 40)
    if what == "another database":
        with sqlite3.connect(path) as database:
            database.execute("CREATE TABLE letters (text)")
        database.close()
    done = minewarden(tmp_path, "audit", "verify")
    assert done.returncode == 2
    assert done.stderr.startswith("minewarden audit: ")
    assert "Traceback" not in done.stderr
    if what == "nothing":
        assert "MINEWARDEN_HOME" in done.stderr
        assert not path.exists(), "checking must not make an empty database"
