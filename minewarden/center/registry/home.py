"""Each role's first page, and the head's page of figures."""

from __future__ import annotations

from typing import Final

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from minewarden.center.ui.shell import Figure, figures_for

from .access import permissions_of, requires, roles_of, user_of
from .models import Camera, CameraState, Mine, Role, User

# The first of these roles that somebody holds decides where the day begins.
FIRST_PAGES: Final = (
    (Role.OFFICE_HEAD, "registry:head"),
    (Role.GOVERNMENT, "registry:head"),
    (Role.ADMINISTRATOR, "registry:head"),
    (Role.INSPECTOR, "cases:due"),
    (Role.VIDEO_WATCH, "video:review"),
    (Role.INSPECTORATE, "cases:list"),
    (Role.MINE, "cases:mine_tasks"),
    (Role.MINE_HEAD, "cases:list"),
    (Role.OPERATIONS, "video:health"),
)


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Go to the first page of the user's role; an account without a role is told what to do."""
    held = roles_of(request)
    for role, url_name in FIRST_PAGES:
        if role.value in held:
            return redirect(url_name)
    return render(request, "registry/no_role.html")


@requires("registry.head")
def head(request: HttpRequest) -> HttpResponse:
    """One screen of figures, each a link to the list that it was counted from."""
    groups = figures_for(user_of(request), permissions_of(request))
    return render(request, "registry/head.html", {"groups": groups, "counted_at": timezone.now()})


def registry_figures(user: User) -> list[Figure]:
    """What there is: mines and cameras below the user's nodes, in two queries."""
    mines = Mine.objects.for_user(user, "registry.view").count()
    in_use = Q(state=CameraState.ACTIVE)
    counts = Camera.objects.for_user(user, "registry.view").aggregate(
        active=Count("pk", filter=in_use),
        paused=Count("pk", filter=Q(state=CameraState.PAUSED)),
        unwatched=Count("pk", filter=in_use & Q(edge=None)),
    )
    paused, unwatched = counts["paused"], counts["unwatched"]
    at = reverse("registry:cameras")
    return [
        Figure(_("Mines"), mines, reverse("registry:mines")),
        Figure(_("Cameras in use"), counts["active"], f"{at}?state=active"),
        Figure(_("Cameras paused"), paused, f"{at}?state=paused", "orange" if paused else ""),
        Figure(_("Cameras without an edge"), unwatched, f"{at}?state=active&edge=none", "red" if unwatched else ""),
    ]
