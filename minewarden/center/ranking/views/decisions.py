"""What is decided: mines taken off, formulas, how many teams there are. Each action is a page of its own."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from minewarden.center.ranking import queries, services
from minewarden.center.ranking.computing import NoFormula, version_on
from minewarden.center.ranking.forms import AdoptForm, FormulaForm, ReasonForm, SettingForm, WhyForm
from minewarden.center.ranking.models import FormulaState, FormulaVersion, SettingKey, TakenOff
from minewarden.center.ranking.shown import line_words, word
from minewarden.center.registry.access import permissions_of, requires, user_of
from minewarden.center.registry.models import Mine

from .acting import acted, formula_now, of_mine


@requires(queries.REMOVE)
def take_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a mine off the list, with a reason."""
    user = user_of(request)
    mine = get_object_or_404(Mine.objects.for_user(user, queries.REMOVE), pk=pk)
    form = ReasonForm(request.POST or None)
    texts = (
        _("Take %(name)s off the watch list") % {"name": mine.name},
        _("Taken off. It stays visible, with your reason."),
    )
    return acted(request, form, lambda: services.take_off(user, mine, form.cleaned_data["reason"]), texts, of_mine(pk))


@requires(queries.REMOVE)
def put_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a mine back that was taken off."""
    user = user_of(request)
    row = get_object_or_404(TakenOff.objects.for_user(user, queries.REMOVE).select_related("mine"), pk=pk)
    form = WhyForm(request.POST or None)
    texts = (_("Put %(name)s back on the watch list") % {"name": row.mine.name}, _("It is back on the list."))
    return acted(
        request, form, lambda: services.put_back(user, row, form.cleaned_data["why"]), texts, of_mine(row.mine_id)
    )


@requires(queries.VIEW)
@require_safe
def formula(request: HttpRequest) -> HttpResponse:
    """The formula in force with its weights, all versions, and the figures that the office decides."""
    now = formula_now()
    versions = FormulaVersion.objects.select_related("proposed_by", "decided_by").order_by("-pk")
    context = {
        "formula": now,
        "version": next((one for one in versions if one.sha256 == now.sha256), None),
        "versions": versions,
        "indicators": [
            (one, word(one.words), word(one.numerator), word(one.exposure), word(one.source)) for one in now.indicators
        ],
        "red_lines": line_words(now).values(),
        "settings": [queries.setting(key) for key in SettingKey],
        "may_decide": queries.DECIDE in permissions_of(request),
    }
    return render(request, "ranking/formula.html", context)


@requires(queries.VIEW)
@require_safe
def formula_version(request: HttpRequest, pk: int) -> HttpResponse:
    """One version, whole, with who proposed and who decided it."""
    found = get_object_or_404(FormulaVersion.objects.select_related("proposed_by", "decided_by"), pk=pk)
    may_decide = queries.DECIDE in permissions_of(request) and found.state == FormulaState.PROPOSED
    return render(request, "ranking/formula_version.html", {"version": found, "may_decide": may_decide})


@requires(queries.DECIDE)
def formula_propose(request: HttpRequest) -> HttpResponse:
    """Propose another formula; the one in force stands in the form."""
    user = user_of(request)
    try:
        text = version_on(timezone.localdate()).text
    except NoFormula:
        text = services.sync_packaged().text
    form = FormulaForm(request.POST or None, initial={"text": text})
    texts = (_("Propose a formula"), _("Proposed. It decides nothing until it is put into force."))
    return acted(
        request, form, lambda: services.propose_formula(user, **form.cleaned_data), texts, reverse("ranking:formula")
    )


@requires(queries.DECIDE)
def formula_adopt(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a proposal into force."""
    row, form = get_object_or_404(FormulaVersion, pk=pk), AdoptForm(request.POST or None)
    texts = (
        _("Put formula %(version)s into force") % {"version": row.version},
        _("The formula is in force from that day on."),
    )
    return acted(
        request,
        form,
        lambda: services.adopt_formula(user_of(request), row, **form.cleaned_data),
        texts,
        reverse("ranking:formula"),
    )


@requires(queries.DECIDE)
def formula_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Do not take a proposal."""
    row, form = get_object_or_404(FormulaVersion, pk=pk), WhyForm(request.POST or None)
    texts = (_("Do not take formula %(version)s") % {"version": row.version}, _("Not taken, with your reason."))
    return acted(
        request,
        form,
        lambda: services.refuse_formula(user_of(request), row, form.cleaned_data["why"]),
        texts,
        reverse("ranking:formula"),
    )


@requires(queries.DECIDE)
def setting(request: HttpRequest, key: str) -> HttpResponse:
    """Decide how many teams there are, or the share of inspections by lot."""
    if key not in SettingKey.values:
        raise Http404
    now = queries.setting(SettingKey(key))
    form = SettingForm(request.POST or None, initial={"value": now.value})
    texts = (str(SettingKey(key).label), _("Decided."))
    return acted(
        request,
        form,
        lambda: services.decide_setting(user_of(request), key, **form.cleaned_data),
        texts,
        reverse("ranking:formula"),
    )
