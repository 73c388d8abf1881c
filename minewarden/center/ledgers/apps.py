from __future__ import annotations

from django.apps import AppConfig


class LedgersConfig(AppConfig):
    name = "minewarden.center.ledgers"
    label = "ledgers"
