from __future__ import annotations

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out


class AccountsConfig(AppConfig):
    name = "minewarden.center.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Keep where accounts are logged in."""
        # Needs the models, which are there only now.
        from . import sessions  # noqa: PLC0415

        user_logged_in.connect(sessions.begin, dispatch_uid="minewarden_session_begins")
        user_logged_out.connect(sessions.finish, dispatch_uid="minewarden_session_ends")
