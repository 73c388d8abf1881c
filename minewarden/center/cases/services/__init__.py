"""Every write to cases: opening one, moving it through the one engine of moves, editing its words."""

from __future__ import annotations

from .common import changed, searched, visible_case, words
from .editing import Edited, edit, edit_within
from .moving import move
from .opening import TITLE_MOST, NewCase, check_content, open_case
from .steps import Given, Kept, keep_proofs, note_step, record_step

__all__ = [
    "TITLE_MOST",
    "Edited",
    "Given",
    "Kept",
    "NewCase",
    "changed",
    "check_content",
    "edit",
    "edit_within",
    "keep_proofs",
    "move",
    "note_step",
    "open_case",
    "record_step",
    "searched",
    "visible_case",
    "words",
]
