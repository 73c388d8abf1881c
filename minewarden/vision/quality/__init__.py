"""How good a picture is, and whether it still shows the view that its camera is meant to show."""

from .alignment import Similarity, align
from .breaks import Breaks
from .measure import Quality, QualityMeter
from .reference import Comparison, Reference, as_bright, compare, learn
from .repeats import Loops

__all__ = [
    "Breaks",
    "Comparison",
    "Loops",
    "Quality",
    "QualityMeter",
    "Reference",
    "Similarity",
    "align",
    "as_bright",
    "compare",
    "learn",
]
