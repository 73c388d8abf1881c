"""Why nothing was done with a batch, in words that say what to do."""

from __future__ import annotations


class BatchError(Exception):
    """Nothing was written. ``code`` is stable; ``message`` is for the person; ``field`` names a form's field."""

    def __init__(self, code: str, message: str, field: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
