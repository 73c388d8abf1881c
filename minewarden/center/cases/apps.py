from __future__ import annotations

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "minewarden.center.cases"
    label = "cases"

    def ready(self) -> None:
        """Check the table of moves now rather than at the first click, and tell the verifier which files are ours."""
        from minewarden.center.audit.files import register_file_source  # noqa: PLC0415 - models load first

        from .queries import stored_files  # noqa: PLC0415
        from .transitions import table  # noqa: PLC0415

        table()
        register_file_source("cases", stored_files)
