"""Tests of the office. They run on SQLite; on PostgreSQL with
``python tools/with_postgres.py python -m pytest tests/center``."""

from __future__ import annotations

import os

import pytest
from django.db import connection

from tests.center.fixtures import _office_of_the_test, _standing, django_db_modify_db_settings, world

__all__ = ["_office_of_the_test", "_standing", "django_db_modify_db_settings", "world"]


def pytest_report_header() -> str:
    return f"database: {connection.vendor}"


def pytest_sessionstart() -> None:
    wanted = os.environ.get("MINEWARDEN_TEST_DATABASE", connection.vendor)
    if wanted != connection.vendor:
        pytest.exit(f"the tests are to run on {wanted}: start them with tools/with_postgres.py", returncode=2)
