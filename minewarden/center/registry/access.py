"""Who may open a page: the decorator of every view behind the login."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from .models import Role, User
from .scope import permissions_of_roles, remember_grants

View = Callable[..., HttpResponseBase]


def user_of(request: HttpRequest) -> User:
    """The user of a request behind ``requires`` or ``login_required``."""
    assert isinstance(request.user, User)
    return request.user


def roles_of(request: HttpRequest) -> frozenset[str]:
    """The roles that the user of this request holds anywhere now; asked once a request."""
    if not hasattr(request, "_roles"):
        user = request.user
        roles = frozenset(grant[0] for grant in remember_grants(user).grants) if user.is_active else frozenset()
        request._roles = roles  # type: ignore[attr-defined] # the request is the cache's life time
    return request._roles  # type: ignore[attr-defined,no-any-return]


def permissions_of(request: HttpRequest) -> frozenset[str]:
    """The permissions that the user of this request has anywhere. Where exactly says ``may`` or ``for_user``."""
    table = permissions_of_roles()
    return frozenset().union(*(table[role] for role in roles_of(request)))


def role_labels(request: HttpRequest) -> list[str]:
    """The user's roles in words, in the order of ``Role``."""
    held = roles_of(request)
    return [str(role.label) for role in Role if role.value in held]


def requires(permission: str) -> Callable[[View], View]:
    """A view for those who have ``permission`` anywhere. Anonymous goes to the login; others without it get 403.

    The view itself must still choose its rows by ``for_user(user, permission)``: a right at one mine is none next door.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        @login_required
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if permission not in permissions_of(request):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate
