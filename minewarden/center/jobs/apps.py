from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "minewarden.center.jobs"
    label = "jobs"

    def ready(self) -> None:
        # These need the models, which are there only now.
        from minewarden.center.ui.shell import register_menu  # noqa: PLC0415

        from . import housekeeping  # noqa: F401, PLC0415 - declares its job

        register_menu(_("Background work"), "jobs:list", "jobs.view", order=92)
