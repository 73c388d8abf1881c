"""Compares the chain with itself, and every row and kept file with what the chain and the rows say of it.

What it finds: any change of a row, of a file or of the chain that was not made by the program. What it cannot find is
written in docs/audit.md.
"""

from __future__ import annotations

from .report import Finding, Report
from .run import verify

__all__ = ["Finding", "Report", "verify"]
