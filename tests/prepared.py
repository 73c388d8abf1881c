"""A database of the office with all migrations applied, made once in a run of the tests and copied where it is needed.

Applying them takes ten seconds of one core, and a dozen tests need an office of their own.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

NAME = "minewarden.sqlite3"
COMMAND = [sys.executable, "-m", "django", "migrate", "-v0"]


@pytest.fixture(scope="session")
def prepared_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The SQLite file, without rows but those of the migrations. Copy it, never open it."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # that of all workers
    made = folder / "prepared" / NAME
    with (folder / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            _migrate_into(folder / "preparing")
            (folder / "preparing").rename(made.parent)
    return made


def _migrate_into(home: Path) -> None:
    home.mkdir()
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"MINEWARDEN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "minewarden.center.settings"}
    done = subprocess.run(COMMAND, env=environment, capture_output=True, text=True, timeout=170)
    if done.returncode:
        pytest.fail(f"the migrations do not apply:\n{done.stderr}")


def prepare_home(prepared_database: Path, home: Path) -> Path:
    """Put a copy into ``home``, as if ``minewarden center migrate`` had been run there; returns ``home``."""
    home.mkdir(parents=True, exist_ok=True)
    shutil.copy(prepared_database, home / NAME)
    return home
