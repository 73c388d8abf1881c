"""Detectors: an ONNX file and its card, run on the processor, shared by many cameras."""

from __future__ import annotations

from .card import STARTER, ModelCard, card_path, read_card
from .decoders import Decoder
from .detector import Detector
from .loading import Model, load_model
from .nms import Candidates
from .pool import Counts, DetectorPool
from .tensors import TensorInfo

__all__ = [
    "STARTER",
    "Candidates",
    "Counts",
    "Decoder",
    "Detector",
    "DetectorPool",
    "Model",
    "ModelCard",
    "TensorInfo",
    "card_path",
    "load_model",
    "read_card",
]
