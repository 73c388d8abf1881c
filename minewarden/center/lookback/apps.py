"""Look-back (回头看): campaigns that check closed cases again."""

from __future__ import annotations

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class LookbackConfig(AppConfig):
    name = "minewarden.center.lookback"
    label = "lookback"

    def ready(self) -> None:
        # These need the models, which are there only now.
        from minewarden.center.cases.hooks import on_moved  # noqa: PLC0415
        from minewarden.center.ui import shell  # noqa: PLC0415

        from . import queries, sheet  # noqa: PLC0415
        from .checks import settle  # noqa: PLC0415
        from .population import LOOK, PLAN  # noqa: PLC0415

        on_moved(settle)
        sheet.register()
        shell.register_menu(_("To look back at"), "lookback:work", LOOK, order=15)
        shell.register_menu(_("Look-backs"), "lookback:campaigns", queries.VIEW, order=28)
        shell.register_menu(_("Charges"), "lookback:charges", queries.VIEW, order=29)
        shell.register_waiting(_("To look back at"), "lookback:work", LOOK, queries.waiting)
        shell.register_waiting(_("Charges to be decided"), "lookback:charges", PLAN, queries.decidable)
        shell.register_figures(_("Look-back"), queries.VIEW, 25, queries.figures)
        shell.register_related(
            "mine", _("Look-backs"), queries.VIEW, lambda mine: f"{reverse('lookback:checks')}?mine={mine.pk}"
        )
