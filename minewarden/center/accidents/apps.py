from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class AccidentsConfig(AppConfig):
    name = "minewarden.center.accidents"
    label = "accidents"

    def ready(self) -> None:
        """Check the rules now; tell the frame, the lists and the workbooks what is ours."""
        # These need the models, which are there only now.
        from minewarden.center.lists.spec import register_list  # noqa: PLC0415
        from minewarden.center.problems.feeds import register_feed  # noqa: PLC0415
        from minewarden.center.ui import shell  # noqa: PLC0415

        from . import queries, sheets  # noqa: PLC0415
        from .columns import ACCIDENTS, HOURS  # noqa: PLC0415
        from .feed import FEED  # noqa: PLC0415
        from .grades import rules  # noqa: PLC0415

        rules()
        sheets.register()
        register_feed(FEED)
        for spec in (ACCIDENTS, HOURS):
            register_list(spec)
        shell.register_menu(_("Accidents"), "accidents:accidents", queries.VIEW, order=31)
        shell.register_menu(_("Hours worked"), "accidents:hours_worked", queries.VIEW, order=31)
        for label, name in ((_("Accidents"), "accidents"), (_("Hours worked"), "hours_worked")):
            shell.register_related("mine", label, queries.VIEW, _of_mine(name))


def _of_mine(name: str) -> Callable[[Any], str]:
    return lambda mine: f"{reverse(f'accidents:{name}')}?mine={mine.pk}"
