"""Pages of notices and of the channels to the outside."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from minewarden.center.registry.access import requires, user_of
from minewarden.center.ui.forms import render_form
from minewarden.center.ui.paging import keyset

from . import services
from .forms import ChannelForm
from .models import Channel
from .queries import ORDER, channels, mine, unread


@login_required
@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """My notices, the newest first."""
    user = user_of(request)
    rows = mine(user)
    if request.GET.get("unread"):
        rows = rows.filter(read_at=None)
    context = {"page": keyset(rows, request, order=ORDER), "unread": unread(user).exists()}
    return render(request, "notices/list.html", context)


@login_required
@require_safe
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to what a notice is about; it is read then."""
    user = user_of(request)
    notice = get_object_or_404(mine(user), pk=pk)
    services.mark_read(user, [notice.pk])
    return redirect(notice.url)


@login_required
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Mark one notice (``notice``), or all, as read."""
    one = request.POST.get("notice", "")
    keys = [int(one)] if one.isdecimal() and len(one) < 19 else None
    services.mark_read(user_of(request), keys)
    return redirect("notices:list")


@requires("escalation.manage")
@require_safe
def channel_list(request: HttpRequest) -> HttpResponse:
    """Where messages go to."""
    return render(request, "notices/channels.html", {"channels": channels(user_of(request))[:200]})


def _channel_form(request: HttpRequest, channel: Channel | None) -> HttpResponse:
    user = user_of(request)
    form = ChannelForm(user, channel, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        services.save_channel(user, channel or Channel(), **form.columns())
        messages.success(request, _("The channel is kept. Send a test message through it."))
        return redirect("notices:channels")
    heading = _("Change the channel") if channel else _("Add a channel")
    return render_form(request, "registry/form.html", form, heading=heading)


@requires("escalation.manage")
def channel_add(request: HttpRequest) -> HttpResponse:
    """A new way to the outside."""
    return _channel_form(request, None)


@requires("escalation.manage")
def channel_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one, or turn it off."""
    return _channel_form(request, get_object_or_404(channels(user_of(request)), pk=pk))


@requires("escalation.manage")
@require_safe
def channel(request: HttpRequest, pk: int) -> HttpResponse:
    """What went out through one channel, and what did not."""
    found = get_object_or_404(channels(user_of(request)), pk=pk)
    page = keyset(found.messages.all(), request, order=ORDER)
    return render(request, "notices/channel.html", {"channel": found, "page": page})


@requires("escalation.manage")
@require_POST
def channel_test(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a few words through it."""
    found = get_object_or_404(channels(user_of(request)), pk=pk)
    services.send_test(user_of(request), found)
    messages.success(request, _("A test message is on its way: load this page again to see what became of it."))
    return redirect("notices:channel", pk)
