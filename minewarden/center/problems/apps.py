from __future__ import annotations

from django.apps import AppConfig


class ProblemsConfig(AppConfig):
    name = "minewarden.center.problems"
    label = "problems"
