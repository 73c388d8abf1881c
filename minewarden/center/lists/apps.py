from __future__ import annotations

from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "minewarden.center.lists"
    label = "lists"

    def ready(self) -> None:
        from . import housekeeping  # noqa: F401, PLC0415 - declares its jobs, which need the models
