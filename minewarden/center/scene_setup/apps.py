from __future__ import annotations

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class SceneSetupConfig(AppConfig):
    name = "minewarden.center.scene_setup"
    label = "scene_setup"

    def ready(self) -> None:
        """Declare the job, the workbook and the way from a camera's page. They need the models, which are there now."""
        from minewarden.center.ui.shell import register_related  # noqa: PLC0415

        from . import housekeeping, sheet  # noqa: F401, PLC0415 - the first one declares its job

        sheet.register()
        register_related(
            "camera",
            _("Set up what is watched for"),
            "registry.manage_cameras",
            lambda camera: reverse("scene_setup:setup", args=[camera.pk]),
        )
        register_related(
            "camera",
            _("Versions of the settings"),
            "registry.view",
            lambda camera: reverse("scene_setup:versions", args=[camera.pk]),
        )
