"""Pieces of lists: ``{% load lists %}``.

=======================================  =============================================================================
``{{ row|cells:listing }}``              (column, cell) of a row, in the order that the user chose
=======================================  =============================================================================
"""

from __future__ import annotations

from typing import Any

from django import template

from minewarden.center.lists.queries import Listing
from minewarden.center.lists.spec import Column

register = template.Library()


@register.filter
def cells(row: Any, listing: Listing) -> list[tuple[Column, Any]]:
    """The cells of a row."""
    return listing.cells(row)
