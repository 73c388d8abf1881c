"""The door: log in, log out, change one's own password."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, UsernameField
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minewarden.center.registry import services
from minewarden.center.registry.access import user_of
from minewarden.center.ui.forms import attempt, render_form


class LoginForm(AuthenticationForm):
    """Django's form with the word that the office uses everywhere for the name of an account."""

    username = UsernameField(label=gettext_lazy("Login name"), widget=forms.TextInput({"autofocus": True}))


class Login(LoginView):
    """Django's login; django-axes counts failures and locks, ``door`` records both in the audit."""

    template_name = "registry/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True


@login_required
def password_change(request: HttpRequest) -> HttpResponse:
    """Set one's own password; other sessions of the account end with it."""
    user = user_of(request)
    form = PasswordChangeForm(user, request.POST or None)
    if attempt(form, lambda: services.change_password(user, user, form.cleaned_data["new_password1"])) is None:
        return render_form(request, "registry/form.html", form, heading=_("Change password"))
    update_session_auth_hash(request, user)
    messages.success(request, _("Your password is changed. Other sessions of your account have ended."))
    return redirect("home")
