"""Resident teams (驻矿蹲点帮扶): what is done about a mine that cannot be trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from minewarden.center.registry.models import Mine


class ResidentTeamsConfig(AppConfig):
    name = "minewarden.center.resident_teams"
    label = "resident_teams"

    def ready(self) -> None:
        """Check the rules now; tell the frame, the lists, the workbooks and the pages of mines what is ours."""
        # These need the models, which are there only now.
        from minewarden.center.hazards.returning import register_return  # noqa: PLC0415
        from minewarden.center.lists.spec import register_list  # noqa: PLC0415
        from minewarden.center.ranking.teams import register_teams  # noqa: PLC0415
        from minewarden.center.ui import shell  # noqa: PLC0415
        from minewarden.center.ui.panels import register_record_panel  # noqa: PLC0415

        from . import queries, sheets, telling  # noqa: F401, PLC0415 - telling declares its job
        from .columns import MISSIONS  # noqa: PLC0415
        from .marks import at_mines  # noqa: PLC0415
        from .panels import TEMPLATE, at_mine, at_my_mine, hazard_written  # noqa: PLC0415
        from .rules import rules  # noqa: PLC0415
        from .team import ALLOW, LOG, PLAN, VIEW  # noqa: PLC0415

        rules()
        sheets.register()
        register_list(MISSIONS)
        register_teams(at_mines)
        register_return("mission", hazard_written)
        register_record_panel("mine", TEMPLATE, VIEW, at_mine, order=20)
        register_record_panel("my_mine", TEMPLATE, VIEW, at_my_mine, order=20)
        shell.register_menu(_("Resident teams"), "missions:list", VIEW, order=27)
        shell.register_waiting(_("Departures to decide"), "missions:list", ALLOW, queries.decidable)
        shell.register_waiting(_("Days of the log to write"), "missions:list", LOG, queries.to_write)
        shell.register_figures(_("Resident teams"), PLAN, 27, queries.figures)
        for page in ("mine", "watched_mine"):  # the mine's own page, and its page on the watch list
            shell.register_related(page, _("Send a team"), PLAN, _send)
        shell.register_related(
            "mine", _("Resident teams"), VIEW, lambda mine: f"{reverse('missions:list')}?mine={mine.pk}"
        )


def _send(mine: Mine) -> str:
    return f"{reverse('missions:new')}?mine={mine.code}"
