from __future__ import annotations

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "minewarden.center.registry"
    label = "registry"

    def ready(self) -> None:
        from . import door  # noqa: PLC0415 - needs the models

        door.connect()
