"""A database of the office with all migrations applied, made once in a run of the tests and copied where it is needed.

Applying them takes ten seconds of one core, each worker of the tests needs a database and a dozen tests an office.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

NAME = "minewarden.sqlite3"
TEMPLATE = "test_minewarden_prepared"
COMMAND = [sys.executable, "-m", "django", "migrate", "-v0"]


@pytest.fixture(scope="session")
def prepared_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The SQLite file, without rows but those of the migrations. Copy it, never open it."""
    with _one_worker_after_the_other(tmp_path_factory) as folder:
        made = folder / "prepared" / NAME
        if not made.exists():
            home = folder / "preparing"
            home.mkdir()
            _migrate(MINEWARDEN_HOME=str(home))
            home.rename(made.parent)
    return made


@pytest.fixture(scope="session")
def prepared_template(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The same on PostgreSQL: the name of a database that others are made from (``CREATE DATABASE … TEMPLATE``)."""
    url = urlsplit(os.environ["DATABASE_URL"])
    with _one_worker_after_the_other(tmp_path_factory) as folder:
        made = folder / "template-is-made"
        if not made.exists():
            with psycopg.connect(url.geturl(), autocommit=True) as connection:
                connection.execute(f"DROP DATABASE IF EXISTS {TEMPLATE}")
                connection.execute(f"CREATE DATABASE {TEMPLATE}")
            _migrate(DATABASE_URL=url._replace(path=f"/{TEMPLATE}").geturl())
            made.touch()
    return TEMPLATE


@contextmanager
def _one_worker_after_the_other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Hold the lock of this run of the tests; yields its folder."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # that of all workers
    with (folder / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def _migrate(**of_the_database: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"DJANGO_SETTINGS_MODULE": "minewarden.center.settings"} | of_the_database
    done = subprocess.run(COMMAND, env=environment, capture_output=True, text=True, timeout=170)
    if done.returncode:
        pytest.fail(f"the migrations do not apply:\n{done.stderr}")


def prepare_home(prepared_database: Path, home: Path) -> Path:
    """Put a copy into ``home``, as if ``minewarden center migrate`` had been run there; returns ``home``."""
    home.mkdir(parents=True, exist_ok=True)
    shutil.copy(prepared_database, home / NAME)
    return home
