"""What all messages have in common: the kinds of their fields, and the base that refuses unknown ones."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

CONTRACT_VERSION = 1
PIECE_BYTES = 1 << 20
TASK_RESULT_BYTES = 2 << 20

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
CameraCode = Annotated[str, Field(pattern=r"^[0-9]{24}$")]
# Text without the character NUL, which PostgreSQL cannot hold; numbers that every database can hold.
Text = Annotated[str, Field(pattern=r"^[^\x00]*$")]
Version = Annotated[int, Field(ge=0, lt=2**31)]
Count = Annotated[int, Field(ge=0, lt=2**53)]
SceneId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,40}$")]
SettingName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")]
Base64 = Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]*={0,2}$", max_length=TASK_RESULT_BYTES)]


class Message(BaseModel):
    """Base of all messages: immutable, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Problem(Message):
    """Every error answer of the API."""

    error: str = Field(description="a stable word for programs")
    message: str = Field(description="what was wrong and how to put it right")


class Box(Message):
    """One thing seen, in fractions of the picture's width and height (0…1), origin top left."""

    label: Text
    confidence: float = Field(ge=0, le=1)
    x1: float
    y1: float
    x2: float
    y2: float
    track_id: int | None = None
