from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MajorHazardsConfig(AppConfig):
    name = "minewarden.center.major_hazards"
    label = "major_hazards"

    def ready(self) -> None:
        """Follow the steps of cases, show the way on their pages, and tell the frame what is ours."""
        # These need the models, which are there only now.
        from minewarden.center.cases.hooks import on_moved  # noqa: PLC0415
        from minewarden.center.cases.panels import register_panel  # noqa: PLC0415
        from minewarden.center.ui import shell  # noqa: PLC0415

        from . import figures, queries  # noqa: PLC0415
        from .panel import way_panel  # noqa: PLC0415
        from .rules import rules  # noqa: PLC0415
        from .services import follow  # noqa: PLC0415

        rules()  # a broken file is found now rather than at the first click
        on_moved(follow)
        register_panel("major_hazards/_way.html", way_panel, order=10)
        shell.register_menu(_("Clearing board"), "major_hazards:board", "hazards.view", order=21)
        shell.register_menu(_("Major hazards"), "major_hazards:ledger", "major.view", order=22)
        shell.register_menu(_("Quarterly reports"), "major_hazards:reports", "major.view", order=24)
        shell.register_waiting(
            _("Stop orders to publish"), "major_hazards:publications", "major.publish", queries.waiting_stop_orders
        )
        shell.register_waiting(
            _("Quarterly reports to write"), "major_hazards:reports", "major.write_report", queries.waiting_to_write
        )
        shell.register_waiting(
            _("Quarterly reports to sign"), "major_hazards:reports", "major.sign_report", queries.waiting_to_sign
        )
        shell.register_figures(_("Major hazards"), "major.view", 25, figures.figures)
