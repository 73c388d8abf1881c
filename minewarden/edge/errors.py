"""What can go wrong at the edge and is told to operations."""

from __future__ import annotations


class EdgeError(Exception):
    """Base of the edge's errors; the message says what was wrong and how to put it right."""


class SpoolError(EdgeError):
    """The spool cannot be opened, read or written."""


class CenterRefused(EdgeError):
    """The center answered and will go on answering no: a wrong token, a newer contract, a bad address."""


class CenterUnreachable(EdgeError):
    """No usable answer from the center; trying again later makes sense."""


class NotOffered(CenterUnreachable):
    """The center does not know this call: it is older than this edge, or an address is wrong."""
