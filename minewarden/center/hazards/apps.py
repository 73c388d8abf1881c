from __future__ import annotations

from django.apps import AppConfig


class HazardsConfig(AppConfig):
    name = "minewarden.center.hazards"
    label = "hazards"
