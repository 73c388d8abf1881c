"""The sheets of the program's own lists."""

from __future__ import annotations
