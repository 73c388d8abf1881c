"""Where an account is logged in: kept by signals and a middleware, ended by its owner or the administrator."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from minewarden.center.audit.services import act
from minewarden.center.registry.models import User

from .models import LoginSession

MARK = "login_session"
SEEN_EVERY = timedelta(minutes=5)


def begin(sender: object, user: User, request: HttpRequest | None = None, **kwargs: Any) -> None:
    """A login: a row for its session."""
    if request is None or not hasattr(request, "session"):
        return
    if request.session.session_key is None:
        request.session.save()
    now = timezone.now()
    row = LoginSession.objects.create(
        user=user,
        session_key=request.session.session_key or "",
        address=request.META.get("REMOTE_ADDR", "")[:64],
        agent=request.headers.get("User-Agent", "")[:200],
        since=now,
        seen_at=now,
    )
    request.session[MARK] = row.pk


def finish(sender: object, request: HttpRequest, **kwargs: Any) -> None:
    """A log-out."""
    if mark := request.session.get(MARK):
        LoginSession.objects.filter(pk=mark, ended_at=None).update(ended_at=timezone.now())


def seen(request: HttpRequest) -> None:
    """Keep that a session is in use, at most every five minutes; its key changes with the password."""
    mark, now = request.session.get(MARK), timezone.now()
    last = request.session.get("seen_at", 0)
    if mark and now.timestamp() - last >= SEEN_EVERY.total_seconds():
        request.session["seen_at"] = int(now.timestamp())
        address = request.META.get("REMOTE_ADDR", "")[:64]
        LoginSession.objects.filter(pk=mark, ended_at=None).update(
            seen_at=now, session_key=request.session.session_key or "", address=address
        )


def in_use(user: User) -> list[LoginSession]:
    """The sessions of an account that have not ended or run out, the last seen first."""
    since = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return list(user.login_sessions.filter(ended_at=None, seen_at__gt=since).order_by("-seen_at")[:50])


def end(actor: User, row: LoginSession) -> None:
    """End a session at once: the next request of it is sent to the login."""
    with act("accounts.end_session", actor, f"session {row.pk} of {row.user}"):
        store = import_module(settings.SESSION_ENGINE).SessionStore(row.session_key)
        store.delete()
        LoginSession.objects.filter(pk=row.pk, ended_at=None).update(ended_at=timezone.now())
