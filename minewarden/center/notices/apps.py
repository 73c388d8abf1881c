from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "minewarden.center.notices"
    label = "notices"

    def ready(self) -> None:
        """Tell the frame what is ours, and be told of every step of a case."""
        # These need the models, which are there only now.
        from minewarden.center.cases.hooks import on_moved  # noqa: PLC0415
        from minewarden.center.ui import shell  # noqa: PLC0415

        from . import deliver, digest, queries, rules, steps  # noqa: F401, PLC0415 - some only declare their jobs

        rules.rules()  # a broken table is found now rather than at the first step
        on_moved(steps.note_step)
        # registry.view: every role has it.
        shell.register_waiting(_("Notices"), "notices:list", "registry.view", queries.unread)
        shell.register_menu(_("Messages to the outside"), "notices:channels", "escalation.manage", order=88)
