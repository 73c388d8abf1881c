"""``python -m minewarden.contract`` prints the JSON Schema."""

from __future__ import annotations

import sys

from . import schema_text

sys.stdout.write(schema_text())
