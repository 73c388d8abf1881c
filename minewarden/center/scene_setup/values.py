"""Values of settings as a person writes them, in a form or a workbook's cell, and what is wrong with one in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minewarden.standards.scene_values import WrongValue
from minewarden.standards.scenes import SceneSetting

SHAPES: Final = frozenset({"zone", "zones", "line"})
_LISTS: Final = frozenset({"names", "hours", "times"})
_FULL_WIDTH: Final = str.maketrans("；，：／　", ";,:/ ")

FAULTS: Final[dict[str, str | Promise]] = {
    "not_a_number": gettext_lazy("Write a number."),
    "not_whole": gettext_lazy("Write a whole number."),
    "not_yes_no": gettext_lazy("Write yes or no."),
    "not_text": gettext_lazy("Write a text."),
    "not_names": gettext_lazy("Write names with a semicolon between two."),
    "not_polygon": gettext_lazy("Write corners as 0.1,0.2; 0.5,0.2; 0.5,0.9: parts of the picture's width and height."),
    "not_zones": gettext_lazy("Write one zone a line, each as 0.1,0.2; 0.5,0.2; 0.5,0.9."),
    "not_line": gettext_lazy("Write the two ends as 0.1,0.5; 0.9,0.5: parts of the picture's width and height."),
    "too_few_corners": gettext_lazy("A zone needs three corners or more."),
    "edges_cross": gettext_lazy("The edges cross: move a corner so that the outline does not cut itself."),
    "outside": gettext_lazy("A corner lies outside the picture: every number is between 0 and 1."),
    "two_points": gettext_lazy("A line has two ends, no more and no less."),
    "same_point": gettext_lazy("Both ends of the line are the same point."),
    "not_hours": gettext_lazy("Write hours as 07:30-08:30; 15:30-16:30."),
    "not_times": gettext_lazy("Write times of the day as 00:00; 08:00; 16:00, each once."),
}


def as_text(setting: SceneSetting, value: Any) -> str:
    """A value as it stands in a field: points as ``0.1,0.2; 0.3,0.4``, one zone of several a line."""
    if value is None or value == () or value == []:
        return ""
    if setting.kind in ("zone", "line"):
        return _points(value)
    if setting.kind == "zones":
        return "\n".join(_points(zone) for zone in value)
    if setting.kind in _LISTS:
        return "; ".join(value)
    if setting.kind == "yes_no":
        return _("yes") if value else _("no")
    if setting.kind in ("number", "whole"):
        return f"{value:g}"
    return str(value)


def _points(points: Sequence[Sequence[float]]) -> str:
    return "; ".join(",".join(f"{round(part, 4):g}" for part in point) for point in points)


def from_text(setting: SceneSetting, text: str) -> Any:
    """What :func:`as_text` wrote, or somebody typed; full-width signs of a Chinese keyboard are understood.

    Raises:
        WrongValue: it is no such value, or outside the limits.
    """
    text = text.strip()
    if setting.kind in SHAPES:
        lines = [_corners(line) for line in text.translate(_FULL_WIDTH).splitlines() if line.strip(" ;")]
        if setting.kind == "zones":
            return setting.read("|".join(lines))
        return setting.read(";".join(lines))
    if setting.kind != "text":
        text = text.translate(_FULL_WIDTH)
    if setting.kind in _LISTS:
        text = text.strip("; ")
    return setting.read(text)


def _corners(line: str) -> str:
    """Corners ``0.1,0.2; 0.3 0.4`` as the readers take them: ``0.1/0.2;0.3/0.4``."""
    return ";".join("/".join(corner.replace(",", " ").replace("/", " ").split()) for corner in line.split(";"))


def said(fault: WrongValue, setting: SceneSetting) -> str:
    """What is wrong with a value and how to put it right, in the reader's language."""
    unit = f" {setting.unit}" if setting.unit else ""
    if fault.fault == "too_small":
        return _("At least %(least)s.") % {"least": f"{setting.low:g}{unit}"}
    if fault.fault == "too_large":
        return _("At most %(most)s.") % {"most": f"{setting.high:g}{unit}"}
    return str(FAULTS.get(fault.fault, fault))
