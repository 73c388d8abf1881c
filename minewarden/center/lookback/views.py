"""Pages of campaigns: the list, a plan with its preview, a campaign with its figures, its draw, and the checks."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from minewarden.center.cases.errors import CaseError
from minewarden.center.registry.access import permissions_of, requires, user_of
from minewarden.center.registry.models import User
from minewarden.center.ui.paging import keyset

from . import checks, services
from .draw import Rule
from .forms import CheckFilter, PlanForm, ReasonForm, people
from .models import Campaign, CampaignState, Check, CheckState, Draw
from .page import LABELS, campaign_context, plan_context, previewed
from .population import PLAN, Scope
from .queries import ORDER, VIEW, campaigns, is_late, narrowed, shown, visible
from .rules import rules
from .summary import verified

COUNT_MOST = 20_000  # a list says its number up to here


@requires(VIEW)
@require_safe
def campaign_list(request: HttpRequest) -> HttpResponse:
    """All campaigns that the user may see, the newest first."""
    page = keyset(campaigns(user_of(request)), request, order=("-planned_at", "pk"))
    return render(request, "lookback/campaigns.html", {"page": page, "may_plan": PLAN in permissions_of(request)})


@requires(PLAN)
def new(request: HttpRequest) -> HttpResponse:
    """Plan a campaign: look at what it would be as often as one likes, then keep the plan."""
    return _plan_page(request, None)


@requires(PLAN)
def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a plan before it is started."""
    return _plan_page(request, _own(request, pk, CampaignState.PLANNED))


def _plan_page(request: HttpRequest, campaign: Campaign | None) -> HttpResponse:
    user = user_of(request)
    initial = PlanForm.of(campaign) if campaign else {}
    asked = request.POST if request.method == "POST" else request.GET if "preview" in request.GET else None
    form = PlanForm(user, asked, initial=initial)
    context: dict[str, Any] = {"form": form, "campaign": campaign}
    if form.is_bound and form.is_valid():
        wanted = form.plan()
        if request.method == "POST":
            try:
                kept = services.change(campaign.pk, user, wanted) if campaign else services.plan(user, wanted)
            except CaseError as error:
                form.add_error(error.field if error.field in form.fields else None, error.message)
            else:
                messages.success(request, _("The plan is kept. Nothing is drawn before you start it."))
                return redirect("lookback:campaign", kept.pk)
        else:
            # A new plan has no seed yet: how many are drawn does not depend on it, who is drawn is not shown.
            seed = campaign.seed if campaign else ""
            team = [member.pk for member in wanted.team]
            context["preview"] = previewed(user, wanted.scope, wanted.node.pk, wanted.rule, (seed, team))
    faulty = form.is_bound and form.errors
    status = HTTPStatus.UNPROCESSABLE_ENTITY if faulty else HTTPStatus.OK
    return render(request, "lookback/plan.html", context, status=status)


def _own(request: HttpRequest, pk: UUID, *states: str) -> Campaign:
    campaign: Campaign = get_object_or_404(Campaign.objects.for_user(user_of(request), PLAN), pk=pk)
    if states and campaign.state not in states:
        raise Http404(_("The campaign has gone on meanwhile."))
    return campaign


@requires(VIEW)
@require_safe
def campaign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One campaign: before it starts what it would be, then how far it is and what came of it."""
    return _show(request, pk)


def _show(request: HttpRequest, pk: UUID, form: ReasonForm | None = None, error: str = "") -> HttpResponse:
    user = user_of(request)
    found = Campaign.objects.for_user(user, VIEW).select_related("node", "planned_by", "ended_by")
    shown_campaign: Campaign = get_object_or_404(found, pk=pk)
    context = plan_context(shown_campaign) | {"error": error, "finish_form": form or ReasonForm()}
    context["may_plan"] = PLAN in permissions_of(request)
    if shown_campaign.state == CampaignState.PLANNED and context["may_plan"]:
        scope, rule = Scope.of(shown_campaign.scope), Rule.of(shown_campaign.rule)
        team = [member.pk for member in context["team"]]
        context["preview"] = previewed(user, scope, shown_campaign.node_id, rule, (shown_campaign.seed, team))
    elif shown_campaign.started_at:
        part = request.GET.get("by", "city")
        context |= campaign_context(shown_campaign, part if part in LABELS else "city")
    request.focus_node = shown_campaign.node_id  # type: ignore[attr-defined] # the shell's tree opens there
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error or (form and form.errors) else HTTPStatus.OK
    return render(request, "lookback/campaign.html", context, status=status)


@requires(PLAN)
@require_POST
def start(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Draw, and deal out."""
    try:
        services.start(pk, user_of(request))
    except CaseError as error:
        return _refused(request, pk, error)
    drawn = Check.objects.filter(campaign=pk).count()
    said = ngettext(
        "Started: %(n)s case is drawn and dealt out.", "Started: %(n)s cases are drawn and dealt out.", drawn
    )
    messages.success(request, said % {"n": drawn})
    return redirect("lookback:campaign", pk)


@requires(PLAN)
@require_POST
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give a plan up."""
    try:
        services.withdraw(pk, user_of(request))
    except CaseError as error:
        return _refused(request, pk, error)
    messages.success(request, _("The plan is withdrawn. It stays in the list."))
    return redirect("lookback:campaign", pk)


@requires(PLAN)
@require_POST
def finish(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End a campaign and freeze its result."""
    try:
        services.finish(pk, user_of(request), request.POST.get("reason", ""))
    except CaseError as error:
        form = ReasonForm(request.POST)
        form.full_clean()
        return _refused(request, pk, error, form if error.field else None)
    messages.success(request, _("The campaign is finished and its result is frozen."))
    return redirect("lookback:campaign", pk)


@requires(PLAN)
@require_POST
def skip_gone(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Leave out the cases that were reopened otherwise."""
    try:
        count = checks.skip_gone(pk, user_of(request))
    except CaseError as error:
        return _refused(request, pk, error)
    said = ngettext("%(n)s case was left out with its reason.", "%(n)s cases were left out with their reasons.", count)
    messages.success(request, said % {"n": count})
    return redirect("lookback:campaign", pk)


def _refused(request: HttpRequest, pk: UUID, error: CaseError, form: ReasonForm | None = None) -> HttpResponse:
    if error.code == "not_found":
        raise Http404(error.message)
    return _show(request, pk, form, "" if form else error.message)


@requires(VIEW)
@require_safe
def draw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The draw, drawn once more before the reader's eyes."""
    found = get_object_or_404(Campaign.objects.for_user(user_of(request), VIEW), pk=pk)
    kept = get_object_or_404(Draw, campaign=found)
    context = plan_context(found) | {"draw": kept, "verified": verified(found, kept)}
    return render(request, "lookback/draw.html", context)


@requires(VIEW)
@require_safe
def population_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The frozen population as it was hashed: ``sha256sum`` of this file is the hash on the page."""
    found = get_object_or_404(Campaign.objects.for_user(user_of(request), VIEW), pk=pk)
    kept = get_object_or_404(Draw, campaign=found)
    content = services.take_out(kept, user_of(request))
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="population-{found.pk}.csv"'
    return response


@requires(VIEW)
@require_safe
def check_list(request: HttpRequest) -> HttpResponse:
    """The checks that fit; every figure of a campaign leads here."""
    user = user_of(request)
    seen: QuerySet[Campaign] = Campaign.objects.for_user(user, VIEW).order_by("-planned_at")
    form = CheckFilter(seen, request.GET)
    wanted = form.filters()
    rows = narrowed(visible(user), wanted) if wanted else visible(user).none()
    page = keyset(shown(rows), request, order=ORDER)
    for check in page.rows:
        check.is_late = is_late(check)  # type: ignore[attr-defined] # for the template
    can_plan = PLAN in permissions_of(request)
    waits = any(check.state == CheckState.WAITING for check in page.rows)
    context = {
        "form": form,
        "page": page,
        "count": rows.order_by()[:COUNT_MOST].count(),
        "people": list(people(user)[: rules().most_groups]) if can_plan and waits else [],
    }
    return render(request, "lookback/checks.html", context)


@requires(PLAN)
@require_POST
def hand_over(request: HttpRequest) -> HttpResponse:
    """Give the chosen checks to somebody else; those they may not look at are told."""
    user = user_of(request)
    ids = [int(key) for key in request.POST.getlist("check") if key.isdecimal() and len(key) < 19]
    to = request.POST.get("inspector", "")
    inspector: User | None = people(user).filter(pk=to).first() if to.isdecimal() and len(to) < 19 else None
    if not ids or inspector is None:
        messages.error(request, _("Choose the cases and who is to look at them."))
        return redirect(_back(request))
    try:
        done, refused = checks.hand_over(ids, user, inspector)
    except CaseError as error:
        raise PermissionDenied(error.message) from error
    if done:
        said = ngettext("%(n)s case now waits for %(who)s.", "%(n)s cases now wait for %(who)s.", done)
        messages.success(request, said % {"n": done, "who": inspector})
    for reason in sorted(set(refused.values())):
        count = sum(other == reason for other in refused.values())
        said = ngettext(
            "%(n)s case was not handed over: %(who)s %(why)s.",
            "%(n)s cases were not handed over: %(who)s %(why)s.",
            count,
        )
        messages.warning(request, said % {"n": count, "who": inspector, "why": reason})
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    """The list that the form came from; its filters travel as a query string, never as an address."""
    query = request.POST.get("query", "")
    return f"{reverse('lookback:checks')}?{query}"
