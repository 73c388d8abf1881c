"""One's own account: second factor, sessions, deputies. And what an administrator may do for somebody else's."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from minewarden.center.cases.forms import end_of_day, start_of_day
from minewarden.center.registry import queries, services
from minewarden.center.registry.access import requires, user_of
from minewarden.center.registry.models import RoleGrant, User
from minewarden.center.ui.forms import attempt, render_form

from . import deputies, factor, sessions, tokens
from .forms import ConfirmForm, DeputyForm, IntegrationForm, KeyForm
from .middleware import GOOD
from .models import LoginSession, Token

PENDING = "factor_pending"
MANAGE = queries.MANAGE_USERS


@login_required
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """My second factor, where I am logged in, who stands in for me."""
    return _my_page(request, DeputyForm(user_of(request)))


def _my_page(request: HttpRequest, form: DeputyForm) -> HttpResponse:
    user = user_of(request)
    context = {
        "factor": factor.factor_of(user),
        "sessions": sessions.in_use(user),
        "this_session": request.session.get(sessions.MARK),
        "deputies": deputies.deputies_of(user),
        "may_lend": deputies.lendable(user).exists(),
        "now": timezone.now(),
    }
    return render_form(request, "accounts/me.html", form, **context)


@login_required
@never_cache
def set_up_factor(request: HttpRequest) -> HttpResponse:
    """Show a secret to the telephone and take it into use by its first code. The recovery codes are shown once."""
    user = user_of(request)
    secret = request.session.setdefault(PENDING, factor.new_secret())
    form = ConfirmForm(request.POST or None)
    codes = attempt(form, lambda: factor.confirm(user, secret, form.cleaned_data["code"].strip()))
    if codes is None:
        shown = {"secret": secret, "picture": factor.picture_of(user, secret), "factor": factor.factor_of(user)}
        return render_form(request, "accounts/factor.html", form, **shown)
    del request.session[PENDING]
    request.session.pop(GOOD, None)
    return render(request, "accounts/codes.html", {"codes": codes})


@login_required
@require_POST
def remove_factor(request: HttpRequest) -> HttpResponse:
    """Take my factor away; the password is asked for once more."""
    user = user_of(request)
    if not user.check_password(request.POST.get("password", "")):
        messages.error(request, _("The password is not right. Nothing was changed."))
    elif factor.take_away(user, user):
        request.session.pop(GOOD, None)
        messages.success(request, _("The second factor is taken away."))
    return redirect("accounts:me")


@login_required
@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of my sessions."""
    user = user_of(request)
    sessions.end(user, get_object_or_404(LoginSession, pk=pk, user=user))
    messages.success(request, _("The session is ended."))
    return redirect("accounts:me")


@login_required
@require_POST
def add_deputy(request: HttpRequest) -> HttpResponse:
    """Let somebody stand in for me."""
    user = user_of(request)
    form = DeputyForm(user, request.POST)
    lent = attempt(
        form,
        lambda: deputies.name_deputy(
            user,
            form.cleaned_data["grant"],
            form.cleaned_data["deputy"],
            begins=start_of_day(form.cleaned_data["begins"], timezone.get_current_timezone()),
            ends=end_of_day(form.cleaned_data["ends"], timezone.get_current_timezone()),
        ),
    )
    if lent is None:
        return _my_page(request, form)
    messages.success(request, _("%(name)s stands in for you from that day on.") % {"name": lent.user})
    return redirect("accounts:me")


@login_required
@require_POST
def remove_deputy(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a lent role back."""
    user = user_of(request)
    lent = get_object_or_404(RoleGrant, pk=pk, stands_in_for__user=user)
    deputies.end_deputy(user, lent)
    messages.success(request, _("The role is taken back."))
    return redirect("accounts:me")


def _managed(request: HttpRequest, pk: int) -> User:
    found: User = get_object_or_404(queries.users(user_of(request)), pk=pk)
    return found


@requires(MANAGE)
@require_safe
def user(request: HttpRequest, pk: int) -> HttpResponse:
    """Factor, sessions and keys of an account that the administrator manages."""
    return _user_page(request, _managed(request, pk), KeyForm())


def _user_page(request: HttpRequest, person: User, form: KeyForm, key: str = "") -> HttpResponse:
    context = {
        "person": person,
        "factor": factor.factor_of(person),
        "sessions": sessions.in_use(person),
        "keys": person.tokens.select_related("use").order_by("-created_at"),
        "key": key,
        "now": timezone.now(),
    }
    return render_form(request, "accounts/user.html", form, **context)


@requires(MANAGE)
@require_POST
def user_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """The telephone is lost: take the factor away, with a reason."""
    person, reason = _managed(request, pk), request.POST.get("reason", "").strip()[:200]
    if not reason:
        messages.error(request, _("Say why: it stays in the record."))
    elif factor.take_away(user_of(request), person, reason):
        messages.success(request, _("The second factor is taken away."))
    return redirect("accounts:user", pk)


@requires(MANAGE)
@require_POST
def user_sessions(request: HttpRequest, pk: int) -> HttpResponse:
    """End all sessions of an account."""
    actor, person = user_of(request), _managed(request, pk)
    for row in sessions.in_use(person):
        sessions.end(actor, row)
    messages.success(request, _("All sessions of the account are ended."))
    return redirect("accounts:user", pk)


@requires(MANAGE)
@require_POST
@never_cache
def user_key(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a key; it is shown on this page and never again."""
    actor, person = user_of(request), _managed(request, pk)
    form = KeyForm(request.POST)
    made = attempt(
        form,
        lambda: tokens.make_token(
            actor,
            person,
            name=form.cleaned_data["name"],
            valid_until=end_of_day(form.cleaned_data["valid_until"], timezone.get_current_timezone()),
        ),
    )
    if made is None:
        return _user_page(request, person, form)
    return _user_page(request, person, KeyForm(), made[1])


@requires(MANAGE)
@require_POST
def key_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke a key."""
    actor = user_of(request)
    token = get_object_or_404(Token.objects.filter(user__in=queries.users(actor).values("pk")), pk=pk)
    tokens.revoke_token(actor, token)
    messages.success(request, _("The key opens nothing any more."))
    return redirect("accounts:user", token.user_id)


@requires(MANAGE)
def integration_add(request: HttpRequest) -> HttpResponse:
    """Make an account for a program; its rights are the roles granted on its page."""
    form = IntegrationForm(request.POST or None)
    made = attempt(form, lambda: services.create_integration(user_of(request), **form.cleaned_data))
    if made is None:
        return render_form(request, "registry/form.html", form, heading=_("New account for a program"))
    messages.success(request, _("The account is made. Grant it a role, then make it a key."))
    return redirect("registry:user", made.pk)
