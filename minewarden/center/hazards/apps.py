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
        from minewarden.center.cases.wording import name_step  # noqa: PLC0415

        from .grading import grading  # noqa: PLC0415
        from .services import take_over_plan  # noqa: PLC0415

        grading()
        on_moved(take_over_plan)
        name_step("judge", _("Judged again"))
        name_step("relate", _("Happened again"))
        name_step("write_fixes", _("Five fixes written"))
