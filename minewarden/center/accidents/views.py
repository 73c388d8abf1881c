"""Pages of accidents and hours worked; all alike, see ``ledgers.pages``."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from minewarden.center.ledgers import pages
from minewarden.center.registry.access import requires

from . import queries
from .registers import ACCIDENT_REGISTER, HOURS_REGISTER


@requires(queries.VIEW)
@require_safe
def accidents(request: HttpRequest) -> HttpResponse:
    """Accidents that the user may see."""
    return pages.list_page(request, ACCIDENT_REGISTER)


@requires(queries.VIEW)
@require_safe
def accident(request: HttpRequest, pk: int) -> HttpResponse:
    """One accident."""
    return pages.record_page(request, ACCIDENT_REGISTER, pk)


@requires(queries.RECORD)
def accident_add(request: HttpRequest) -> HttpResponse:
    """An accident that happened."""
    return pages.add_page(request, ACCIDENT_REGISTER)


@requires(queries.RECORD)
def accident_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct an accident."""
    return pages.edit_page(request, ACCIDENT_REGISTER, pk)


@requires(queries.RECORD)
@require_POST
def accident_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw an accident."""
    return pages.withdraw_page(request, ACCIDENT_REGISTER, pk)


@requires(queries.VIEW)
@require_safe
def hours_worked(request: HttpRequest) -> HttpResponse:
    """Hours worked that the user may see."""
    return pages.list_page(request, HOURS_REGISTER)


@requires(queries.VIEW)
@require_safe
def hours(request: HttpRequest, pk: int) -> HttpResponse:
    """One month of hours worked."""
    return pages.record_page(request, HOURS_REGISTER, pk)


@requires(queries.HAND_IN)
def hours_add(request: HttpRequest) -> HttpResponse:
    """A new month of hours worked."""
    return pages.add_page(request, HOURS_REGISTER)


@requires(queries.HAND_IN)
def hours_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a month of hours worked."""
    return pages.edit_page(request, HOURS_REGISTER, pk)


@requires(queries.HAND_IN)
@require_POST
def hours_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a month of hours worked."""
    return pages.withdraw_page(request, HOURS_REGISTER, pk)
