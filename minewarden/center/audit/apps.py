from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "minewarden.center.audit"
    label = "audit"

    def ready(self) -> None:
        from minewarden.center.ui.shell import register_menu  # noqa: PLC0415 - apps before the frame

        register_menu(_("Audit trail"), "audit:trail", "audit.view", order=90)
