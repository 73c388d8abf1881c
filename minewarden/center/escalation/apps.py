from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EscalationConfig(AppConfig):
    name = "minewarden.center.escalation"
    label = "escalation"

    def ready(self) -> None:
        """Tell cases and frame what is ours, and declare the scan."""
        # These need the models, which are there only now.
        from minewarden.center.cases.hooks import on_moved  # noqa: PLC0415
        from minewarden.center.cases.panels import register_panel  # noqa: PLC0415
        from minewarden.center.ui import shell  # noqa: PLC0415

        from . import queries, services, work  # noqa: F401, PLC0415 - work declares its job
        from .panel import panel  # noqa: PLC0415

        on_moved(services.note_lifted)
        register_panel("escalation/_panel.html", panel, order=80)
        orders = "escalation:orders"
        shell.register_menu(_("Supervision orders"), orders, "supervision.view", order=26)
        shell.register_menu(_("Ladder of escalation"), "escalation:ladder", "escalation.manage", order=84)
        shell.register_menu(_("Working days"), "escalation:holidays", "escalation.manage", order=86)
        shell.register_waiting(_("Supervision orders to answer"), orders, "supervision.answer", queries.to_answer)
        shell.register_waiting(_("Supervision orders to lift"), orders, "supervision.lift", queries.to_lift)
        shell.register_figures(_("Supervision orders"), "supervision.view", 25, queries.figures)
