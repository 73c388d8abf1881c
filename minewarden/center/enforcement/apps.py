from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class EnforcementConfig(AppConfig):
    name = "minewarden.center.enforcement"
    label = "enforcement"

    def ready(self) -> None:
        """Check the rules now; tell the frame, the lists and the workbooks what is ours."""
        # These need the models, which are there only now.
        from minewarden.center.lists.spec import register_list  # noqa: PLC0415
        from minewarden.center.ui import shell  # noqa: PLC0415

        from . import queries, sheets  # noqa: PLC0415
        from .columns import CAMPAIGNS, INSPECTIONS, PENALTIES  # noqa: PLC0415
        from .rules import rules  # noqa: PLC0415

        rules()
        sheets.register()
        for spec in (INSPECTIONS, PENALTIES, CAMPAIGNS):
            register_list(spec)
        shell.register_menu(_("Inspections"), "enforcement:inspections", queries.VIEW, order=30)
        shell.register_menu(_("Penalties"), "enforcement:penalties", queries.VIEW, order=30)
        shell.register_menu(_("Inspection campaigns"), "enforcement:campaigns", queries.VIEW_CAMPAIGNS, order=30)
        for label, name in ((_("Inspections"), "inspections"), (_("Penalties"), "penalties")):
            shell.register_related("mine", label, queries.VIEW, _of_mine(name))


def _of_mine(name: str) -> Callable[[Any], str]:
    return lambda mine: f"{reverse(f'enforcement:{name}')}?mine={mine.pk}"
