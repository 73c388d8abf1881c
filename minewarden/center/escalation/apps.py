from __future__ import annotations

from django.apps import AppConfig


class EscalationConfig(AppConfig):
    name = "minewarden.center.escalation"
    label = "escalation"
