"""How good a picture is, and whether it still shows the view that its camera is meant to show."""

from .alignment import Similarity, align
from .breaks import Breaks
from .measure import Quality, QualityMeter
from .reference import Comparison, Reference, compare, learn
from .repeats import Repeats

__all__ = [
    "Breaks",
    "Comparison",
    "Quality",
    "QualityMeter",
    "Reference",
    "Repeats",
    "Similarity",
    "align",
    "compare",
    "learn",
]
