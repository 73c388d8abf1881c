"""Bringing a workbook in, as the tests of workbooks do."""

from __future__ import annotations

from tests.center.workbooks.conftest import bring, today

__all__ = ["bring", "today"]
