"""One look at the whole office as it was at one moment, while it goes on working."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from .chain import check_chain
from .kept_files import check_files
from .report import Progress, Report
from .rows import check_rows


def verify(progress: Progress = lambda what, count: None, expected_head: str = "") -> Report:
    """Check chain, rows and files. Writes nothing, and holds up no writer.

    Raises:
        django.db.DatabaseError: the database cannot be read or is not of this version.
    """
    report = Report()
    with snapshot():
        shapes = check_chain(report, progress, expected_head)
        check_rows(report, shapes, progress)
        check_files(report, progress)
    return report


@contextmanager
def snapshot() -> Iterator[None]:
    """Reads inside see one moment, or a row written between two of our reads would look changed behind our back."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
    else:
        # Not atomic(): our SQLite transactions begin IMMEDIATE and would keep every writer waiting.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ROLLBACK")
