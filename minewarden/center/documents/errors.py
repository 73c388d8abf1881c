"""Why a document was not issued or a template not taken, in words that say what to do."""

from __future__ import annotations


class DocumentError(Exception):
    """Nothing was written. ``code`` is stable, ``message`` is for the person, in their language."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = str(message)
