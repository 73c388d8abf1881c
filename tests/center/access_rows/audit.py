"""Who may read the audit trail."""

from __future__ import annotations

from tests.center.access_rows import Row

ROWS = [Row("audit:trail", {"office_head", "administrator"})]
