"""Between the right password and the session: the code of the second factor, behind the same lock-out."""

from __future__ import annotations

import time
from typing import Any, Final

from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.contrib.auth import login
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from minewarden.center.registry.models import User
from minewarden.center.registry.views.account import Login as PasswordLogin
from minewarden.center.ui.forms import render_form

from .factor import accept, factor_of

HELD: Final = "held_at_the_door"
HELD_FOR: Final = 300.0  # seconds from the password to the code


class CodeForm(forms.Form):
    """The code of the telephone, or one from paper."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=20,
        help_text=gettext_lazy("Six digits from your telephone, or one of your recovery codes."),
        widget=forms.TextInput({"autofocus": True, "autocomplete": "one-time-code", "inputmode": "text"}),
    )


class Login(PasswordLogin):
    """The login; who has a second factor must give its code before the session begins."""

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """The password is right."""
        user = form.get_user()
        if factor_of(user) is None:
            return super().form_valid(form)
        _hold(self.request, user, self.get_success_url())
        return redirect("login_code")


def _hold(request: HttpRequest, user: User, next_url: str) -> None:
    """Remember who gave the right password; nobody is logged in yet."""
    request.session[HELD] = {
        "user": user.pk,
        "backend": user.backend,
        "password": user.get_session_auth_hash(),
        "next": next_url,
        "at": time.time(),
    }


@never_cache
@sensitive_post_parameters()
def login_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code and begin the session with it."""
    held, user = _held(request)
    if held is None or user is None:
        return redirect("login")
    if not AxesProxyHandler.is_allowed(request, {"username": user.get_username()}):
        request.session.pop(HELD, None)
        return render(request, "ui/locked_out.html", status=429)
    form = CodeForm(request.POST or None)
    if form.is_valid():
        if accept(user, form.cleaned_data["code"].strip()):
            del request.session[HELD]
            login(request, user, backend=held["backend"])
            return redirect(held["next"])
        user_login_failed.send(sender=__name__, credentials={"username": user.get_username()}, request=request)
        form.add_error("code", _("The code is not right, or was used already. Wait for the next one."))
    return render_form(request, "accounts/login_code.html", form)


def _held(request: HttpRequest) -> tuple[dict[str, Any] | None, User | None]:
    held: dict[str, Any] | None = request.session.get(HELD)
    if held is None or time.time() - held["at"] > HELD_FOR:
        return None, None
    user = User.objects.filter(pk=held["user"], is_active=True).first()
    if user is None or user.get_session_auth_hash() != held["password"]:
        return None, None
    return held, user
