from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "minewarden.center.documents"
    label = "documents"

    def ready(self) -> None:
        """Check the kinds now rather than at the first click; tell frame and case page what is ours."""
        # These need the models, which are there only now.
        from minewarden.center.cases.panels import register_panel  # noqa: PLC0415
        from minewarden.center.ui import shell  # noqa: PLC0415

        from .kinds import kinds  # noqa: PLC0415
        from .panel import panel  # noqa: PLC0415

        kinds()
        register_panel("documents/_panel.html", panel, order=70)
        shell.register_menu(_("Documents"), "documents:list", "documents.view", order=32)
        shell.register_menu(_("Templates of documents"), "documents:templates", "documents.manage_templates", order=94)
