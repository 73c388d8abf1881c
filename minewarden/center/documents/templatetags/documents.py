"""Pieces of document pages: ``{% load documents %}``; ``{% document_name document %}`` is what its kind is called."""

from __future__ import annotations

from django import template

from minewarden.center.documents.kinds import kinds
from minewarden.center.documents.models import Document

register = template.Library()


@register.simple_tag
def document_name(document: Document) -> str:
    """The kind in the reader's language; one that is no longer known by its code."""
    return str(kinds()[document.kind].name) if document.kind in kinds() else document.kind
