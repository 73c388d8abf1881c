"""``minewarden center`` as somebody runs it: in its own process, on its own folder."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.prepared import prepare_home

MINEWARDEN = [sys.executable, "-c", "from minewarden.cli import main; main()"]
PASSWORD = "coal-and-candle-9"


def center(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*MINEWARDEN, "center", *arguments],
        env={**os.environ, "MINEWARDEN_HOME": str(home), **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def home(prepared_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prepared office."""
    folder = prepare_home(prepared_database, tmp_path_factory.mktemp("home"))
    done = center(folder, "migrate")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(autouse=True)
def _on_sqlite(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


def test_an_unprepared_database_is_said_to_be_so(tmp_path: Path):
    done = center(tmp_path, "create-admin", "root", MINEWARDEN_ADMIN_PASSWORD=PASSWORD)
    assert done.returncode == 2
    assert "minewarden center migrate" in done.stderr


def test_an_administrator_is_made_once_and_with_a_good_password(home: Path):
    weak = center(home, "create-admin", "root", MINEWARDEN_ADMIN_PASSWORD="12345")
    assert weak.returncode == 2
    done = center(home, "create-admin", "root", MINEWARDEN_ADMIN_PASSWORD=PASSWORD)
    assert done.returncode == 0, done.stderr
    again = center(home, "create-admin", "root", MINEWARDEN_ADMIN_PASSWORD=PASSWORD)
    assert again.returncode == 2
    assert "Traceback" not in again.stderr + weak.stderr


def test_an_edge_of_an_unknown_mine_is_refused(home: Path):
    done = center(home, "edge-token", "edge-1", "--mine", "990101000001")
    assert done.returncode == 2
    assert "990101000001" in done.stderr


def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(prepared_database: Path, tmp_path: Path):
    prepare_home(prepared_database, tmp_path)
    assert center(tmp_path, "migrate").returncode == 0
    path = tmp_path / "minewarden.sqlite3"
    with sqlite3.connect(path) as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, ?)",
            ("registry", "0999_from_the_future", "2030-01-01"),
        )
        database.execute("CREATE TABLE registry_future (id integer)")
    before = dump(path)
    for command in (["migrate"], ["serve", "--bind", "127.0.0.1:0"], ["create-admin", "root"]):
        done = center(tmp_path, *command, MINEWARDEN_ADMIN_PASSWORD=PASSWORD)
        assert done.returncode == 2, done.stderr
        assert "newer version" in done.stderr
        assert "0999_from_the_future" in done.stderr
        assert "Traceback" not in done.stderr
    assert dump(path) == before


def dump(path: Path) -> dict[str, list[tuple]]:
    """Every row of every table and how the tables are made; what the search index holds follows from the cases."""
    with sqlite3.connect(path) as database:
        made = database.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
        tables = [name for name, sql in made if str(sql).startswith("CREATE TABLE")]
        return {"": made} | {name: database.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables}


def test_a_file_that_is_no_database_is_said_to_be_so(tmp_path: Path):
    (tmp_path / "minewarden.sqlite3").write_bytes(b"this is not a database, whatever its name says " * 100)
    done = center(tmp_path, "migrate")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_served_office_answers_and_stops_when_told(home: Path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [*MINEWARDEN, "center", "serve", "--bind", f"127.0.0.1:{port}"],
        env={**os.environ, "MINEWARDEN_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        page = fetch(f"http://127.0.0.1:{port}/login/", process)
        assert "csrfmiddlewaretoken" in page
        assert "tnum" in fetch(f"http://127.0.0.1:{port}/static/ui/ui.css", process)
    finally:
        process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0


def fetch(url: str, process: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + 90
    while True:
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return answer.read().decode()
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def test_an_edge_gets_its_token_once(home: Path):
    script = (
        "import django; django.setup();"
        "from minewarden.center.registry import services as s;"
        "r = s.create_node(None, name='省', kind='province');"
        "s.create_mine(None, parent=r, code='990301000003', name='矿', kind='1')"
    )
    environment = {
        **os.environ,
        "MINEWARDEN_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "minewarden.center.settings",
    }
    subprocess.run([sys.executable, "-c", script], env=environment, check=True, timeout=120)
    done = center(home, "edge-token", "edge-1", "--mine", "990301000003", "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["mines"] == ["990301000003"]
    assert answer["token"].encode() not in (home / "minewarden.sqlite3").read_bytes()
    again = center(home, "edge-token", "edge-1", "--mine", "990301000003")
    assert again.returncode == 2


def test_a_command_waits_for_nothing_that_only_a_search_needs(tmp_path: Path):
    heavy = {"scipy.stats", "scipy.optimize", "scipy.cluster", "sklearn", "openvino", "av", "cv2"}
    script = "import sys, django; django.setup(); import minewarden.center.urls; print(*sys.modules)"
    settings = {"MINEWARDEN_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "minewarden.center.settings"}
    environment = {**os.environ, **settings}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=120)
    assert "minewarden.center.urls" in done.stdout.split(), done.stderr
    assert heavy & set(done.stdout.split()) == set()
