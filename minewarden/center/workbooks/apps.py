from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkbooksConfig(AppConfig):
    name = "minewarden.center.workbooks"
    label = "workbooks"

    def ready(self) -> None:
        """Declare the sheets of the program's lists, the background work, and what the verifier must know."""
        # These need the models, which are there only now.
        from minewarden.center.audit.files import register_file_source  # noqa: PLC0415
        from minewarden.center.ui.shell import register_menu  # noqa: PLC0415

        from . import work  # noqa: F401, PLC0415 - declares its jobs
        from .queries import kept_files  # noqa: PLC0415
        from .sheets import cameras, giving_back, hazards, offices, people, places, watched  # noqa: PLC0415

        register_file_source("workbooks", kept_files)
        register_menu(_("Workbooks"), "workbooks:list", "workbooks.import", order=66)
        for sheets in (hazards, offices, places, cameras, people, watched, giving_back):
            sheets.register()
