"""Codes of mines (12 digits) and cameras (24 digits), as MT/T 1201 and the 2024-12 video rule write them.

A camera's code is its GB/T 28181 id and four digits more::

    140421 00 41 132 6 007866 14 01
    region │  │  │   │ │      │  └ serial of the camera, 01-99
           │  │  │   │ │      └ class of the place
           │  │  │   │ └ last six digits of the mine's code
           │  │  │   └ network (6: government network)
           │  │  └ device type (132: network camera)
           │  └ industry, 41: mining
           └ basic unit, 00: coal mine
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

BASIC_UNIT: Final = "00"
INDUSTRY: Final = "41"
CAMERA_DIGITS: Final = 24
MINE_DIGITS: Final = 12

Part = Literal["digits", "region", "basic_unit", "industry", "mine", "place_class", "serial"]


@dataclass(frozen=True)
class CodeFault:
    """A part of a camera's code that is wrong; ``expected`` is empty where no single value is right."""

    part: Part
    found: str
    expected: str = ""


def is_digits(text: str, length: int) -> bool:
    """Exactly so many ASCII digits: full-width and other scripts' digits do not count."""
    return len(text) == length and text.isascii() and text.isdigit()


def camera_code(mine_code: str, place_class: str, serial: int, device_type: str = "132", network: str = "6") -> str:
    """The code of camera number ``serial`` (1-99) at a place of this class.

    Raises:
        ValueError: an argument that cannot be part of a code.
    """
    parts = ((mine_code, MINE_DIGITS), (place_class, 2), (device_type, 3), (network, 1))
    if not all(is_digits(text, length) for text, length in parts) or not 1 <= serial <= 99:
        raise ValueError(f"no camera code can be made of {mine_code!r}, {place_class!r}, {serial}, {device_type!r}")
    return f"{mine_code[:6]}{BASIC_UNIT}{INDUSTRY}{device_type}{network}{mine_code[6:]}{place_class}{serial:02d}"


def camera_code_faults(code: str, mine_code: str, place_class: str) -> list[CodeFault]:
    """Everything that is wrong with a camera's code, given its mine and the class of its place; empty when right."""
    if not is_digits(code, CAMERA_DIGITS):
        return [CodeFault("digits", str(len(code)), str(CAMERA_DIGITS))]
    checks: list[tuple[Part, str, str]] = [
        ("region", code[:6], mine_code[:6]),
        ("basic_unit", code[6:8], BASIC_UNIT),
        ("industry", code[8:10], INDUSTRY),
        ("mine", code[14:20], mine_code[6:]),
        ("place_class", code[20:22], place_class),
    ]
    faults = [CodeFault(part, found, expected) for part, found, expected in checks if found != expected]
    if code[22:] == "00":
        faults.append(CodeFault("serial", "00"))
    return faults
