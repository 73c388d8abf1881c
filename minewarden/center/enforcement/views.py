"""Pages of inspections, penalties and campaigns; all alike, see ``ledgers.pages``."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from minewarden.center.ledgers import pages
from minewarden.center.registry.access import requires

from . import queries
from .registers import CAMPAIGN_REGISTER, INSPECTION_REGISTER, PENALTY_REGISTER


@requires(queries.VIEW)
@require_safe
def inspections(request: HttpRequest) -> HttpResponse:
    """Inspections that the user may see."""
    return pages.list_page(request, INSPECTION_REGISTER)


@requires(queries.VIEW)
@require_safe
def inspection(request: HttpRequest, pk: int) -> HttpResponse:
    """One inspection."""
    return pages.record_page(request, INSPECTION_REGISTER, pk)


@requires(queries.RECORD)
def inspection_add(request: HttpRequest) -> HttpResponse:
    """An inspection that was made."""
    return pages.add_page(request, INSPECTION_REGISTER)


@requires(queries.RECORD)
def inspection_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct an inspection."""
    return pages.edit_page(request, INSPECTION_REGISTER, pk)


@requires(queries.RECORD)
@require_POST
def inspection_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw an inspection."""
    return pages.withdraw_page(request, INSPECTION_REGISTER, pk)


@requires(queries.VIEW)
@require_safe
def penalties(request: HttpRequest) -> HttpResponse:
    """Penalties that the user may see."""
    return pages.list_page(request, PENALTY_REGISTER)


@requires(queries.VIEW)
@require_safe
def penalty(request: HttpRequest, pk: int) -> HttpResponse:
    """One penalty."""
    return pages.record_page(request, PENALTY_REGISTER, pk)


@requires(queries.RECORD)
def penalty_add(request: HttpRequest) -> HttpResponse:
    """A new penalty."""
    return pages.add_page(request, PENALTY_REGISTER)


@requires(queries.RECORD)
def penalty_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a penalty."""
    return pages.edit_page(request, PENALTY_REGISTER, pk)


@requires(queries.RECORD)
@require_POST
def penalty_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a penalty."""
    return pages.withdraw_page(request, PENALTY_REGISTER, pk)


@requires(queries.VIEW_CAMPAIGNS)
@require_safe
def campaigns(request: HttpRequest) -> HttpResponse:
    """Campaigns that the user may see."""
    return pages.list_page(request, CAMPAIGN_REGISTER)


@requires(queries.VIEW_CAMPAIGNS)
@require_safe
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """One campaign of inspections."""
    return pages.record_page(request, CAMPAIGN_REGISTER, pk)


@requires(queries.PLAN)
def campaign_add(request: HttpRequest) -> HttpResponse:
    """A new campaign of inspections."""
    return pages.add_page(request, CAMPAIGN_REGISTER)


@requires(queries.PLAN)
def campaign_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a campaign of inspections."""
    return pages.edit_page(request, CAMPAIGN_REGISTER, pk)


@requires(queries.PLAN)
@require_POST
def campaign_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a campaign of inspections."""
    return pages.withdraw_page(request, CAMPAIGN_REGISTER, pk)
