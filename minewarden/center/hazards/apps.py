from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HazardsConfig(AppConfig):
    name = "minewarden.center.hazards"
    label = "hazards"

    def ready(self) -> None:
        """Check the table of grades now rather than at the first hazard; hook into steps and pages of cases."""
        # These need the models, which are there only now.
        from minewarden.center.cases.hooks import on_moved  # noqa: PLC0415
        from minewarden.center.cases.panels import register_panel  # noqa: PLC0415
        from minewarden.center.cases.wording import name_step  # noqa: PLC0415
        from minewarden.center.ui.shell import register_menu  # noqa: PLC0415

        from .grading import grading  # noqa: PLC0415
        from .panel import TEMPLATE, hazard_panel  # noqa: PLC0415
        from .services import take_over_plan  # noqa: PLC0415
        from .suggestion import jobs  # noqa: F401, PLC0415 declares its job

        grading()
        on_moved(take_over_plan)
        register_panel(TEMPLATE, hazard_panel, order=10)
        name_step("judge", _("Judged again"))
        name_step("relate", _("Happened again"))
        name_step("write_fixes", _("Five fixes written"))
        register_menu(_("Field notes"), "hazards:field", "hazards.record", order=17)
        register_menu(_("Write down a hazard"), "hazards:new", "hazards.record", order=16)
        register_menu(_("Clauses"), "hazards:catalogues", "hazards.view", order=34)
        register_menu(_("Import clauses"), "hazards:clause_import", "hazards.manage_clauses", order=74)
