"""How good a picture is, and whether it still shows the view that its camera is meant to show."""

from .measure import Quality, QualityMeter
from .reference import Comparison, Reference, compare, learn

__all__ = ["Comparison", "Quality", "QualityMeter", "Reference", "compare", "learn"]
