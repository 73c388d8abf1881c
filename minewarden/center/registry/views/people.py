"""Accounts and their roles."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from minewarden.center.registry import queries, services
from minewarden.center.registry.access import requires, user_of
from minewarden.center.registry.models import RoleGrant
from minewarden.center.registry.people_forms import GrantForm, PasswordForm, PeopleFilter, UserEditForm, UserForm
from minewarden.center.registry.scope import not_ended
from minewarden.center.ui.forms import attempt, render_form
from minewarden.center.ui.paging import keyset


@requires("registry.manage_users")
def users(request: HttpRequest) -> HttpResponse:
    """The accounts that the administrator manages, with their roles in force."""
    form = PeopleFilter(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    rows = queries.users(user_of(request))
    if text:
        rows = rows.filter(Q(username__icontains=text) | Q(full_name__icontains=text))
    page = keyset(rows, request, order=("username",))
    roles: dict[int, list[RoleGrant]] = {}
    for grant in RoleGrant.objects.filter(not_ended(), user__in=page.rows).select_related("node").order_by("pk"):
        roles.setdefault(grant.user_id, []).append(grant)
    listed = [(user, roles.get(user.pk, [])) for user in page.rows]
    return render(request, "registry/users.html", {"form": form, "page": page, "listed": listed})


@requires("registry.manage_users")
def user(request: HttpRequest, pk: int) -> HttpResponse:
    """One account, its roles now and before."""
    actor = user_of(request)
    found = get_object_or_404(queries.users(actor), pk=pk)
    return _user_page(request, found, GrantForm(actor), PasswordForm())


def _user_page(request: HttpRequest, found: Any, grant_form: GrantForm, password_form: PasswordForm) -> HttpResponse:
    wrong = grant_form.errors or password_form.errors
    context = {
        "person": found,
        "grants": queries.grants(user_of(request), found),
        "grant_form": grant_form,
        "password_form": password_form,
        "now": timezone.now(),
    }
    return render(request, "registry/user.html", context, status=422 if wrong else 200)


@requires("registry.manage_users")
def user_add(request: HttpRequest) -> HttpResponse:
    """Make an account; roles are granted on its page."""
    form = UserForm(request.POST or None)
    made = attempt(form, lambda: services.create_user(user_of(request), **form.cleaned_data))
    if made is None:
        return render_form(request, "registry/form.html", form, heading=_("New account"))
    messages.success(request, _("The account is made. Now grant it a role."))
    return redirect("registry:user", made.pk)


@requires("registry.manage_users")
def user_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change name and address of an account."""
    actor = user_of(request)
    found = get_object_or_404(queries.users(actor), pk=pk)
    form = UserEditForm(request.POST or None, instance=found)
    if attempt(form, lambda: services.update_user(actor, found, **form.cleaned_data)) is None:
        return render_form(request, "registry/form.html", form, heading=_("Change %(name)s") % {"name": found})
    messages.success(request, _("The change is kept."))
    return redirect("registry:user", pk)


@requires("registry.manage_users")
@require_POST
def user_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Set another password for somebody."""
    actor = user_of(request)
    found = get_object_or_404(queries.users(actor), pk=pk)
    form = PasswordForm(request.POST)
    if attempt(form, lambda: services.change_password(actor, found, form.cleaned_data["password"])) is None:
        return _user_page(request, found, GrantForm(actor), form)
    messages.success(request, _("The password is set, and the sessions of the account have ended."))
    return redirect("registry:user", pk)


@requires("registry.manage_users")
@require_POST
def user_active(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account, or open it again."""
    actor = user_of(request)
    found = get_object_or_404(queries.users(actor).exclude(pk=actor.pk), pk=pk)
    services.set_user_active(actor, found, request.POST.get("active") == "1", request.POST.get("reason", "")[:200])
    messages.success(request, _("The account is open.") if found.is_active else _("The account is closed."))
    return redirect("registry:user", pk)


@requires("registry.manage_users")
@require_POST
def grant_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a role."""
    actor = user_of(request)
    found = get_object_or_404(queries.users(actor), pk=pk)
    form = GrantForm(actor, request.POST)
    if attempt(form, lambda: services.grant_role(actor, user=found, **form.cleaned_data)) is None:
        return _user_page(request, found, form, PasswordForm())
    messages.success(request, _("The role is granted."))
    return redirect("registry:user", pk)


@requires("registry.manage_users")
@require_POST
def grant_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a role now."""
    actor = user_of(request)
    allowed = RoleGrant.objects.filter(user__in=queries.users(actor).values("pk"))
    found = get_object_or_404(allowed, pk=pk)
    services.end_grant(actor, found, request.POST.get("reason", "")[:200])
    messages.success(request, _("The role has ended."))
    return redirect("registry:user", found.user_id)
