"""The command ``minewarden``: every command is one module of this package with a click command of its name."""

from .main import main

__all__ = ["main"]
