"""The invented province built once and kept for many tests, because building it costs more than most tests do.

It lies in a transaction that is left open from test to test; each test's own transaction is a savepoint in it and is
rolled back. A test that does not ask for the province, or that commits (``transactional_db``, a live server), must not
see it: before such a test the open transaction is rolled back. So it is for a file that keeps rows of its own in an
open transaction (marker ``own_rows``), because transactions end in the order in which they began.
"""

from __future__ import annotations

import copy

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from tests.center.world import World, make_world

COMMITTING = {"transactional_db", "live_server", "django_db_reset_sequences", "django_db_serialized_rollback"}


STANDING = pytest.StashKey["StandingWorld"]()

QUICK_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def rolls_back(item: pytest.Item) -> bool:
    """Whether a test stands on the province and leaves nothing of what it does in the database."""
    names = set(getattr(item, "fixturenames", ()))
    marker = item.get_closest_marker("django_db")
    commits = marker is not None and bool(marker.args or marker.kwargs)
    own = item.get_closest_marker("own_rows") is not None
    return "world" in names and not own and not commits and not names & COMMITTING


class StandingWorld:
    """Holds the open transaction, if there is one."""

    def __init__(self, blocker: DjangoDbBlocker) -> None:
        self._blocker = blocker
        self._atomic: transaction.Atomic | None = None
        self._world: World | None = None

    def copy(self) -> World | None:
        """The province as built, for one test to keep; None while there is none."""
        return copy.deepcopy(self._world) if self._world is not None else None

    def before(self, item: pytest.Item) -> None:
        """Build it for a test that stands on it, take it away from any other."""
        if rolls_back(item):
            self._open()
        else:
            self.close()

    def _open(self) -> None:
        if self._atomic is not None:
            return
        with self._blocker.unblock():
            self._atomic = transaction.atomic()
            # As Django marks its own tests' transactions: what must be durable may run in it.
            self._atomic._from_testcase = True  # type: ignore[attr-defined]
            self._atomic.__enter__()
            with override_settings(PASSWORD_HASHERS=QUICK_HASHERS):
                self._world = make_world()

    def close(self) -> None:
        """Take it away, if it is there."""
        if self._atomic is None:
            return
        with self._blocker.unblock():
            transaction.set_rollback(True)
            self._atomic.__exit__(None, None, None)
        self._atomic = self._world = None


def prepare(item: pytest.Item) -> None:
    """Make the province stand or not, before the test's own transaction begins."""
    standing = item.config.stash.get(STANDING, None)
    if standing is not None:
        standing.before(item)
