"""What happens when somebody logs in or fails to: the records that Django's own receivers would not audit."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.http import HttpRequest

from .models import User
from .services import record_login, record_login_failure


def connect() -> None:
    """Put our receivers in the place of Django's ``update_last_login``, which saves the user outside any action."""
    user_logged_in.disconnect(dispatch_uid="update_last_login")
    user_logged_in.connect(_came_in, dispatch_uid="minewarden_login")
    user_login_failed.connect(_failed, dispatch_uid="minewarden_login_failed")


def _came_in(sender: object, user: User, **kwargs: Any) -> None:
    record_login(user)


def _failed(sender: object, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    # While an address is locked out django-axes counts; a row for each try would let anybody fill the ledger.
    if getattr(request, "axes_locked_out", False):
        return
    address = request.META.get("REMOTE_ADDR", "") if request is not None else ""
    record_login_failure(str(credentials.get("username") or ""), address)
