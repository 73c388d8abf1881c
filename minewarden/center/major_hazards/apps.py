from __future__ import annotations

from django.apps import AppConfig


class MajorHazardsConfig(AppConfig):
    name = "minewarden.center.major_hazards"
    label = "major_hazards"
