"""Django's own commands for those who work on the office: ``python -m minewarden.center.manage``."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minewarden.center.settings")
    execute_from_command_line(sys.argv)
