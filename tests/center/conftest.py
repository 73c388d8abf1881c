"""Tests of the office. They run on SQLite; on PostgreSQL with
``python tools/with_postgres.py python -m pytest tests/center``."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.db import connection

from tests.center.fixtures import (
    _office_of_the_test,
    _standing,
    django_db_keepdb,
    django_db_modify_db_settings,
    world,
)

__all__ = ["_office_of_the_test", "_standing", "django_db_keepdb", "django_db_modify_db_settings", "world"]

HERE = Path(__file__).parent
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server", "_standing"}


def pytest_report_header() -> str:
    return f"database: {connection.vendor}"


def pytest_sessionstart() -> None:
    wanted = os.environ.get("MINEWARDEN_TEST_DATABASE", connection.vendor)
    if wanted != connection.vendor:
        pytest.exit(f"the tests are to run on {wanted}: start them with tools/with_postgres.py", returncode=2)


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What asks no database need not be asked on two."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        asks = item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(fixtures)
        if item.path.is_relative_to(HERE) and not asks:
            item.add_marker("one_database")
