"""Every write of the watch list: one function an action, one transaction, audited.

Whether the actor may is asked where rows are chosen (``for_user(user, permission)``); what concerns the whole office
(formula, teams, share by lot) asks here whether the actor decides at its top. All raise Django's ``ValidationError``.
"""

from __future__ import annotations

from .formulas import adopt_formula, propose_formula, refuse_formula, sync_packaged
from .lines import decide_line, end_line, propose_lines, put_forward, raised_by
from .lists import decide_setting, put_back, take_off
from .records import freeze_month, refresh

__all__ = [
    "adopt_formula",
    "decide_line",
    "decide_setting",
    "end_line",
    "freeze_month",
    "propose_formula",
    "propose_lines",
    "put_back",
    "put_forward",
    "raised_by",
    "refresh",
    "refuse_formula",
    "sync_packaged",
    "take_off",
]
