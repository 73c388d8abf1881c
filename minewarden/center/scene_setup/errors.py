"""Why settings were not kept or an edge was not asked, in words that say what to do."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError


@dataclass(frozen=True)
class Problem:
    """What is wrong with one setting: ``setting`` is empty where it is the scene itself. ``code`` is for programs."""

    scene: str
    setting: str
    code: str
    message: str


class SettingsRefused(ValidationError):
    """Nothing was written: some values cannot be obeyed. ``problems`` says which."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__([f"{problem.scene} {problem.setting}: {problem.message}" for problem in problems])
        self.problems = problems


class StaleVersion(ValidationError):
    """Nothing was written: somebody else has changed the camera since this version was looked at."""


class CannotAsk(ValidationError):
    """The edge cannot be asked: the camera has none, or it is not in use."""
