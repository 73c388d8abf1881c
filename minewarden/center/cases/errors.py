"""Why an action was not done, in words that say what to do."""

from __future__ import annotations


class CaseError(Exception):
    """Nothing was written. ``code`` is stable, for programs; ``message`` is for the person, in their language;
    ``field`` names the form field that it is about, where there is one."""

    def __init__(self, code: str, message: str, field: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = str(message)
        self.field = field
