"""What an edge can watch for: its scenes and their settings."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import Field

from .base import CONTRACT_VERSION, Message, SceneId, SettingName, Text


class SettingType(StrEnum):
    NUMBER = "number"
    WHOLE = "whole"
    YES_NO = "yes_no"
    TEXT = "text"
    NAMES = "names"
    ZONE = "zone"
    ZONES = "zones"
    LINE = "line"
    HOURS = "hours"
    TIMES = "times"


class SettingDescription(Message):
    """One setting of a scene; ``low`` and ``high`` are both allowed, None: no limit."""

    name: SettingName
    type: SettingType
    default: Any = None
    unit: Text = Field(default="", max_length=40)
    low: float | None = None
    high: float | None = None
    help: Text = Field(default="", max_length=400)


class SceneDescription(Message):
    """A scene that an edge can watch for. ``classes``: what its detector must know; none: it needs no detector."""

    id: SceneId
    name_zh: Text = Field(max_length=60)
    name_en: Text = Field(max_length=60)
    need: SceneId
    classes: tuple[Text, ...] = Field(default=(), max_length=100)
    settings: tuple[SettingDescription, ...] = Field(default=(), max_length=100)


class SceneCatalogue(Message):
    """All scenes of an edge, those of other packages included."""

    contract_version: int = CONTRACT_VERSION
    scenes: tuple[SceneDescription, ...] = Field(max_length=200)


class SceneReceipt(Message):
    scenes: int = Field(ge=0, description="how many the office has of this edge now")
