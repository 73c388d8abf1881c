"""People who log in: accounts, roles and what happens at the door."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.audit.services import act
from minewarden.center.registry.models import LoginFailure, Node, NodeKind, Role, RoleGrant, User


def create_user(actor: User | None, *, username: str, password: str, full_name: str = "", **columns: Any) -> User:
    """Make an account. It sees nothing until a role is granted.

    Raises:
        ValidationError: the name is taken or the password is weak.
    """
    with act("registry.create_user", actor):
        user = User(username=username, full_name=full_name, **columns)
        _set_password(user, password)
        user.full_clean()
        user.save()
    return user


def _set_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error
    user.set_password(password)


def update_user(actor: User | None, user: User, **changes: Any) -> User:
    """Change the name or address of an account."""
    with act("registry.update_user", actor):
        for name, value in changes.items():
            setattr(user, name, value)
        user.full_clean()
        user.save(update_fields=list(changes))
    return user


def change_password(actor: User | None, user: User, password: str) -> User:
    """Set another password; all sessions of the account but the changer's own end with it."""
    with act("registry.change_password", actor):
        _set_password(user, password)
        user.save(update_fields=["password"])
    return user


def set_user_active(actor: User | None, user: User, active: bool, reason: str = "") -> User:
    """Close an account, or open it again. Accounts are never deleted: records name them."""
    if actor is not None and actor.pk == user.pk and not active:
        raise ValidationError(_("You cannot close your own account."))
    with act("registry.set_user_active", actor, reason):
        user.is_active = active
        user.save(update_fields=["is_active"])
    return user


def grant_role(actor: User | None, *, user: User, role: Role, node: Node) -> RoleGrant:
    """Give a role at a node and everything below it.

    Raises:
        ValidationError: the user has it there already, or the role does not fit the kind of node.
    """
    with act("registry.grant_role", actor):
        if role in (Role.MINE, Role.MINE_HEAD) and node.kind not in (NodeKind.MINE, NodeKind.GROUP):
            raise ValidationError({"node": _("The mine's own role is granted at a mine or a group company.")})
        if RoleGrant.objects.filter(user=user, role=role, node=node, valid_until=None).exists():
            raise ValidationError({"role": _("This person has this role here already.")})
        grant = RoleGrant(user=user, role=role, node=node)
        grant.full_clean()
        grant.save()
    return grant


def end_grant(actor: User | None, grant: RoleGrant, reason: str = "") -> bool:
    """End a role now, and with it what deputies hold of it. False when it had ended before."""
    with act("registry.end_grant", actor, reason):
        now = timezone.now()
        for lent in RoleGrant.objects.filter(stands_in_for=grant, valid_until__gt=now):
            RoleGrant.objects.compare_and_set(lent, {"valid_until": lent.valid_until}, valid_until=now)
        return RoleGrant.objects.compare_and_set(grant, {"valid_until": None}, valid_until=now)


def create_integration(actor: User | None, *, username: str, full_name: str) -> User:
    """Make an account for a program: nobody logs in with it; its keys are made on its page, its rights are its roles.

    Raises:
        ValidationError: the name is taken.
    """
    with act("registry.create_integration", actor):
        user = User(username=username, full_name=full_name)
        user.set_unusable_password()
        user.full_clean()
        user.save()
    return user


def record_login(user: User) -> None:
    """Keep when somebody came in: the audited stand-in for Django's own receiver."""
    with act("registry.login", user):
        user.last_login = timezone.now()
        user.save(update_fields=["last_login"])


def record_login_failure(username: str, address: str) -> LoginFailure:
    """Keep that somebody could not come in."""
    with act("registry.login_failed", None, actor_name=username[:150] or "-"):
        failure = LoginFailure(username=username[:150], address=address[:64])
        failure.save()
    return failure
