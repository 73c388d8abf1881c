from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProblemsConfig(AppConfig):
    name = "minewarden.center.problems"
    label = "problems"

    def ready(self) -> None:
        """Check the settings now; tell cases, frame and workbooks what is ours, and declare the search."""
        # These need the models, which are there only now.
        from minewarden.center.cases.guards import answer_guard  # noqa: PLC0415
        from minewarden.center.cases.hooks import on_moved  # noqa: PLC0415
        from minewarden.center.cases.panels import register_panel  # noqa: PLC0415
        from minewarden.center.cases.wording import name_step  # noqa: PLC0415
        from minewarden.center.ui import shell  # noqa: PLC0415

        from . import following, lexicon_sheet, measure, queries, rules, sheet, work  # noqa: F401, PLC0415 - work declares its job
        from .panel import panel  # noqa: PLC0415
        from .services import ANSWER, DECIDE, VIEW  # noqa: PLC0415

        measure.limits()
        rules.settings()
        for guard in (following.measures_are_named, following.measure_shows_it, following.measure_still_shows_it):
            answer_guard(guard.__name__, guard)
        on_moved(following.keep_figures)
        name_step("tie_cases", _("Cases tied to it"))
        name_step("untie_case", _("A case untied"))
        name_step("enter_measure", _("Measure entered"))
        name_step("withdraw_measure", _("Measure withdrawn"))
        register_panel("problems/_panel.html", panel, order=30)
        sheet.register()
        lexicon_sheet.register()
        candidates, named = "problems:candidates", "problems:problems"
        shell.register_menu(_("Systemic problems"), candidates, VIEW, order=24)
        shell.register_menu(_("Problems to answer"), named, ANSWER, order=25)
        shell.register_waiting(_("Systemic problems to answer"), named, ANSWER, queries.to_answer)
        shell.register_waiting(_("Systemic problems to decide"), named, DECIDE, queries.to_decide)
        shell.register_waiting(_("Systemic problems to look back at"), named, "cases.look_back", queries.to_look_back)
        shell.register_figures(_("Systemic problems"), VIEW, 22, queries.figures)
