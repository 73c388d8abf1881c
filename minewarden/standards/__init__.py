"""What the rules say, as data: clauses, place classes, limits. TOML files in this package and their typed loaders."""

from __future__ import annotations

from .codes import CodeFault, camera_code, camera_code_faults, is_digits
from .places import KIND_OF_MINE_TYPE, Kind, PlaceClass, place_class, place_classes

__all__ = [
    "KIND_OF_MINE_TYPE",
    "CodeFault",
    "Kind",
    "PlaceClass",
    "camera_code",
    "camera_code_faults",
    "is_digits",
    "place_class",
    "place_classes",
]
