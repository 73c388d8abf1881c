from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "minewarden.center.jobs"
    label = "jobs"
