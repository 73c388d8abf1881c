"""The addresses of a register: list, new, record, corrected, withdrawn."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST, require_safe

from minewarden.center.registry.access import requires

from .pages import Register, add_page, edit_page, list_page, record_page, withdraw_page


def addresses(register: Register, under: str, listed: str) -> list[URLPattern]:
    """Addresses ``under`` a path ("" or ending in "/"). ``listed`` names the list; the others are named as
    :meth:`.pages.Register.page` says. Who may see the list may see a record; who may add may correct and withdraw.
    """
    see, keep = requires(register.spec.permission), requires(register.permission)

    def of(page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        def view(request: HttpRequest, **numbers: int) -> HttpResponse:
            return page(request, register, **numbers)

        return view

    name = register.name
    return [
        path(under, see(require_safe(of(list_page))), name=listed),
        path(f"{under}new/", keep(of(add_page)), name=f"{name}_add"),
        path(f"{under}<int:pk>/", see(require_safe(of(record_page))), name=name),
        path(f"{under}<int:pk>/edit/", keep(of(edit_page)), name=f"{name}_edit"),
        path(f"{under}<int:pk>/withdraw/", keep(require_POST(of(withdraw_page))), name=f"{name}_withdraw"),
    ]
