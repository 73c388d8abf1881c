"""Asked of every request of somebody who is logged in: is the account as the office wants it?"""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import resolve, reverse
from django.utils.translation import gettext as _

from minewarden.center.api_errors import answer
from minewarden.center.registry.models import User

from .factor import factor_of, is_wanted_of
from .passwords import is_too_old
from .sessions import seen

# What somebody may do who must first set up a factor or another password.
OPEN = {"logout", "password_change", "accounts:factor", "accounts:factor_picture", "set_language", "theme"}
GOOD = "account_in_order"


class AccountInOrderMiddleware:
    """Sends to the page that puts the account in order; what was found good is believed until the session ends or the
    password changes (both begin a new session)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            seen(request)
            if not request.session.get(GOOD) and (refused := self._refusal(request)) is not None:
                return refused
        return self.get_response(request)

    def _refusal(self, request: HttpRequest) -> HttpResponse | None:
        user = request.user
        assert isinstance(user, User)
        wanted = ""
        if is_too_old(user):
            wanted, words = "password_change", _("Your password is too old: choose another one.")
        elif is_wanted_of(user) and factor_of(user) is None:
            wanted, words = "accounts:factor", _("Your role needs a second factor: set it up now.")
        if not wanted:
            request.session[GOOD] = True
            return None
        if resolve(request.path_info).view_name in OPEN:
            return None
        if request.path_info.startswith("/api/"):
            return answer(403, "account_not_in_order", words)
        messages.warning(request, words)
        return redirect(reverse(wanted))
