"""The watch list (不放心矿井)."""

from __future__ import annotations

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class RankingConfig(AppConfig):
    name = "minewarden.center.ranking"
    label = "ranking"

    def ready(self) -> None:
        """Check what is counted now; tell frame and workbooks what is ours, and declare the night's work."""
        # These need the models, which are there only now.
        from minewarden.center.lists.spec import register_list  # noqa: PLC0415
        from minewarden.center.ui import shell  # noqa: PLC0415

        from . import counts, formula, queries, sheet, work  # noqa: F401, PLC0415 - work declares its jobs
        from .columns import WATCH_LIST  # noqa: PLC0415

        formula.formula()
        counts.rules()
        sheet.register()
        register_list(WATCH_LIST)
        shell.register_menu(_("Watch list"), "ranking:list", queries.VIEW, order=27)
        shell.register_waiting(_("Red lines to decide"), "ranking:lines", queries.DECIDE, queries.proposed_lines)
        shell.register_figures(_("Watch list"), queries.VIEW, 23, queries.figures)
        shell.register_related(
            "mine", _("Watch list"), queries.VIEW, lambda mine: reverse("ranking:mine", args=[mine.pk])
        )
