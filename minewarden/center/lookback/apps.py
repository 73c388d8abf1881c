"""Look-back (回头看): campaigns that check closed cases again."""

from __future__ import annotations

from django.apps import AppConfig


class LookbackConfig(AppConfig):
    name = "minewarden.center.lookback"
    label = "lookback"

    def ready(self) -> None:
        # These need the models, which are there only now.
        from minewarden.center.cases.hooks import on_moved  # noqa: PLC0415

        from .checks import settle  # noqa: PLC0415

        on_moved(settle)
