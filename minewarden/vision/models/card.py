"""The card of a model: a TOML file beside the ONNX file that says what goes in, what comes out and what it is worth.

``[input]``, ``[output]``, ``[thresholds]`` and ``[quick]`` are read by the machine, so an unknown key there is an error
and never a silently ignored wish. ``[origin]``, ``[training]``, ``[scores]`` and ``[limits]`` are for people and free.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from minewarden.vision.errors import ModelError

STARTER = "starter"

Positive = Annotated[int, Field(gt=0)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Triple = tuple[float, float, float]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class InputSection(_Section):
    """How a picture becomes the input tensor: ``(pixel * scale - mean) / std``, channels in the order of ``colour``.

    ``size`` is (width, height) in pixels. ``letterbox`` says where the picture lies in that rectangle: in its top left
    corner (YOLOX), in its centre (YOLOv8), or stretched over all of it ("none"). ``pad`` is the grey around it.
    """

    name: str | None = None
    size: tuple[Positive, Positive]
    layout: Literal["NCHW"] = "NCHW"
    colour: Literal["BGR", "RGB"]
    scale: float = Field(default=1.0, gt=0)
    mean: Triple | None = None
    std: Annotated[Triple, Field(description="each > 0")] | None = None
    letterbox: Literal["top-left", "center", "none"]
    pad: int = Field(default=114, ge=0, le=255)

    @model_validator(mode="after")
    def _std_divides(self) -> Self:
        if self.std is not None and min(self.std) <= 0:
            raise ValueError("std must be greater than 0, for it divides")
        return self


class OutputSection(_Section):
    """Which decoder reads the output. ``names`` orders several outputs (DETR: logits, boxes).

    ``activation`` says what a DETR-style model still needs on its class scores; other decoders have it fixed.
    """

    decoder: str
    name: str | None = None
    names: tuple[str, ...] | None = None
    strides: tuple[Positive, ...] = (8, 16, 32)
    activation: Literal["sigmoid", "softmax", "none"] = "sigmoid"

    def wanted(self) -> tuple[str, ...]:
        """The output names that the card asks for, in order; empty when it takes them as the model has them."""
        if self.names is not None:
            return self.names
        return () if self.name is None else (self.name,)


class ThresholdSection(_Section):
    """From which confidence on something counts as seen, and from which overlap (IoU) two boxes are one thing."""

    confidence: Fraction = 0.3
    nms_iou: Fraction = 0.5


class QuickSection(_Section):
    """A second file with the same answers for less work, as a rule INT8: used where this processor reads it right.

    Right is: on a picture of bars it differs from ``file`` by at most ``apart`` (see ``quick.apart``).
    """

    file: str = Field(min_length=1)
    apart: Fraction = 0.25


class ModelCard(_Section):
    """A whole card. ``file`` is the ONNX file, relative to the card's own folder."""

    name: str = Field(min_length=1)
    version: str = Field(min_length=1)
    file: str = Field(min_length=1)
    licence: str = Field(min_length=1)
    classes: tuple[Annotated[str, Field(min_length=1)], ...] = Field(min_length=1)
    input: InputSection
    output: OutputSection
    thresholds: ThresholdSection = ThresholdSection()
    quick: QuickSection | None = None
    origin: dict[str, Any] = Field(default_factory=dict)
    training: dict[str, Any] = Field(default_factory=dict)
    scores: dict[str, Any] = Field(default_factory=dict)
    limits: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _classes_differ(self) -> Self:
        twice = sorted({name for name in self.classes if self.classes.count(name) > 1})
        if twice:
            raise ValueError(f"classes names {', '.join(twice)} more than once")
        return self


def card_path(which: str | Path) -> Path:
    """The file of a card: the shipped one for ``"starter"``, else the path itself."""
    if str(which) == STARTER:
        return Path(str(files("minewarden"))) / "models" / "starter.toml"
    return Path(which)


def read_card(path: Path) -> ModelCard:
    """Read and check a card.

    Raises:
        ModelError: no such file, no TOML, or a key that is missing, unknown or of a wrong value; all of them are named.
    """
    if path.suffix.lower() == ".onnx":
        raise ModelError(f"{path}: this is a model; give its card, the TOML file beside it (see docs/models.md)")
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError as error:
        raise ModelError(f"{path}: there is no such card") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{path}: cannot be read as a card: {error}") from error
    try:
        return ModelCard.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ModelError(f"{path}: not a TOML file: {error}") from error
    except ValidationError as error:
        faults = "\n".join(f"  {_key(fault['loc'])}: {_say(fault)}" for fault in error.errors())
        raise ModelError(f"{path}: the card does not hold together:\n{faults}") from error


def _key(location: tuple[int | str, ...]) -> str:
    """A pydantic location as it stands in a TOML file: ``[input] size``, ``classes[3]``."""
    if not location:
        return "card"
    first, *rest = location
    section = ModelCard.model_fields.get(str(first))
    if rest and section is not None and str(first) in {"input", "output", "thresholds", "quick"}:
        key, *deeper = rest
        return f"[{first}] {key}" + "".join(f"[{index}]" for index in deeper)
    return str(first) + "".join(f"[{index}]" for index in rest)


def _say(fault: Any) -> str:
    if fault["type"] == "extra_forbidden":
        return "unknown key"
    if fault["type"] == "missing":
        return "missing"
    return f"{fault['msg']} (is {fault['input']!r})" if not isinstance(fault["input"], dict) else str(fault["msg"])
