"""``python -m minewarden`` is the command ``minewarden``."""

from __future__ import annotations

from minewarden.cli import main

if __name__ == "__main__":
    main()
