"""Every write to a mission: one function an action, one transaction, audited. All raise ``CaseError``."""

from __future__ import annotations

from .departure import allow_departure, ask_departure, confirm_condition, decline_departure
from .log import Day, correct_log, write_log
from .planning import Agreed, Plan, arrive, call_off, change, plan, prolong, set_team
from .work import agree_measure, give_help, measure_done, tie_case, untie_case, withdraw_help, withdraw_measure

__all__ = [
    "Agreed",
    "Day",
    "Plan",
    "agree_measure",
    "allow_departure",
    "arrive",
    "ask_departure",
    "call_off",
    "change",
    "confirm_condition",
    "correct_log",
    "decline_departure",
    "give_help",
    "measure_done",
    "plan",
    "prolong",
    "set_team",
    "tie_case",
    "untie_case",
    "withdraw_help",
    "withdraw_measure",
    "write_log",
]
