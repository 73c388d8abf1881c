"""Every write to hazards: writing one down, its photos, what it is judged by, what it is related to, the five fixes."""

from __future__ import annotations

from .fixes import FIXES, Fixes, take_over_plan, write_fixes
from .judging import judge
from .photos import add_found_photo
from .recording import NewHazard, record_hazard
from .relations import relate

__all__ = [
    "FIXES",
    "Fixes",
    "NewHazard",
    "add_found_photo",
    "judge",
    "record_hazard",
    "relate",
    "take_over_plan",
    "write_fixes",
]
