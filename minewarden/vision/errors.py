"""What can be wrong with what a user hands to vision. Every message says what was wrong and how to put it right."""

from __future__ import annotations


class VisionError(Exception):
    """Base of all errors that are the input's fault and are shown to the user as they are."""


class SourceError(VisionError):
    """A video source cannot be opened or read. ``retry`` says whether trying again makes sense."""

    def __init__(self, source: str, message: str, *, retry: bool = True) -> None:
        super().__init__(f"{source}: {message}")
        self.source = source
        self.retry = retry


class ModelError(VisionError):
    """A model or its card is not what it claims to be."""


class SceneSettingsError(VisionError):
    """A scene does not exist or a setting of it has a wrong name or value."""
