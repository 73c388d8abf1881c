"""The watch list (不放心矿井)."""

from __future__ import annotations

from django.apps import AppConfig


class RankingConfig(AppConfig):
    name = "minewarden.center.ranking"
    label = "ranking"
