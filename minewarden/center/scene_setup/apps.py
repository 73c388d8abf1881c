from __future__ import annotations

from django.apps import AppConfig


class SceneSetupConfig(AppConfig):
    name = "minewarden.center.scene_setup"
    label = "scene_setup"

    def ready(self) -> None:
        from . import housekeeping  # noqa: F401, PLC0415 - declares its job, which needs the models
