"""Fixtures for every test that needs the office's database; imported by the conftests of center and browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from pytest_django import DjangoDbBlocker

from tests.center.standing import QUICK_HASHERS, STANDING, StandingWorld
from tests.center.world import World, make_world


def _on_sqlite() -> bool:
    return django_settings.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_modify_db_settings_parallel_suffix: None,
) -> None:
    """On SQLite use a file, as the office does: threads of a live server must not share one connection."""
    test = django_settings.DATABASES["default"].setdefault("TEST", {})
    if _on_sqlite():
        file = tmp_path_factory.mktemp("database") / "test.sqlite3"
        shutil.copy(request.getfixturevalue("prepared_database"), file)
        test["NAME"] = str(file)
    else:
        test["TEMPLATE"] = request.getfixturevalue("prepared_template")


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """On SQLite the copy that was put there; see ``tests/prepared.py``."""
    return _on_sqlite()


@pytest.fixture(autouse=True)
def _office_of_the_test(settings, tmp_path: Path) -> None:
    """Proof and evidence go to the test's own folder; passwords are hashed quickly; static files are looked for when
    they are asked for, not all of them for every client of a test (a third of the time of what opens pages)."""
    settings.RECORDS_DIR = tmp_path / "records"
    settings.SUGGESTION_DIR = tmp_path / "suggestion"
    settings.PASSWORD_HASHERS = QUICK_HASHERS
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(scope="session")
def _standing(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[StandingWorld]:
    """From the first test that asks for the province on it is kept; see ``tests/center/standing.py``."""
    standing = StandingWorld(django_db_blocker)
    request.config.stash[STANDING] = standing
    yield standing
    standing.close()


@pytest.fixture
def world(_standing: StandingWorld, db: None) -> World:
    """The invented province; see ``tests/center/world.py``."""
    return _standing.copy() or make_world()
