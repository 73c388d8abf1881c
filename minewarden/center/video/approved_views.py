"""Pages of the approved list."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from minewarden.center.registry.access import permissions_of, requires, user_of
from minewarden.center.registry.models import Mine
from minewarden.center.ui.forms import attempt, render_form
from minewarden.center.ui.paging import keyset

from . import approved, queries
from .activity import in_force_at
from .activity_rules import rules
from .approved_forms import ApprovedForm
from .forms import MineScoped


@requires(queries.VIEW)
@require_safe
def approved_list(request: HttpRequest) -> HttpResponse:
    """Everything that was approved, the newest first."""
    user, now = user_of(request), timezone.now()
    form = MineScoped(user, request.GET)
    rows = approved.visible(user)
    if form.is_valid() and form.cleaned_data["mine"]:
        rows = rows.filter(mine=form.cleaned_data["mine"])
    page = keyset(rows, request, order=approved.ORDER)
    names = {name: str(rule.names) for name, rule in rules().rules.items()}
    context = {
        "form": form,
        "page": page,
        "lines": [
            (entry, in_force_at(entry, now), entry.valid_from > now, [names.get(name, name) for name in entry.excepted])
            for entry in page.rows
        ],
        "may_approve": approved.APPROVE in permissions_of(request),
    }
    return render(request, "video/approved.html", context)


@requires(approved.APPROVE)
def approved_add(request: HttpRequest) -> HttpResponse:
    """Enter approved work."""
    user, at = user_of(request), request.GET.get("mine", "")
    mine = Mine.objects.for_user(user, approved.APPROVE).filter(pk=int(at)).first() if _is_key(at) else None
    form = ApprovedForm(user, None, request.POST if request.method == "POST" else None, mine)
    entry = attempt(form, lambda: approved.approve(user, form.cleaned_data["mine"], form.approval()))
    if entry is None:
        note = _("Only mines that are stopped, suspended or closing can be chosen: others need no approval to work.")
        return render_form(request, "registry/form.html", form, heading=_("Enter approved work"), note=note)
    messages.success(request, _("The approved work is entered. It holds for what is seen from now on."))
    return redirect("video:approved")


def _is_key(text: str) -> bool:
    return text.isdecimal() and len(text) < 19


@requires(approved.APPROVE)
def approved_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct an entry."""
    user = user_of(request)
    entry = get_object_or_404(approved.changeable(user), pk=pk)
    form = ApprovedForm(user, entry, request.POST if request.method == "POST" else None)
    if attempt(form, lambda: approved.change(user, entry, form.approval())) is None:
        heading = _("Change %(name)s") % {"name": entry}
        return render_form(request, "registry/form.html", form, heading=heading, note=entry.mine.name)
    messages.success(request, _("The change is kept."))
    return redirect("video:approved")


@requires(approved.APPROVE)
@require_POST
def approved_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End approved work now."""
    entry = get_object_or_404(approved.changeable(user_of(request)), pk=pk)
    try:
        ended = approved.end(user_of(request), entry)
    except ValidationError as error:
        raise PermissionDenied from error
    messages.success(request, _("The approved work is ended.") if ended else _("It had been ended already."))
    return redirect("video:approved")
