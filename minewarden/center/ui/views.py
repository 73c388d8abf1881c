"""Pages of the shell that know nobody: the switch between light and dark."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

THEMES: Final = ("system", "light", "dark")
THEME_COOKIE: Final = "theme"
YEAR_SECONDS: Final = 365 * 24 * 3600


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the wished theme in a cookie and go back to the page."""
    wished = request.POST.get("theme", "")
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    if wished in THEMES:
        response.set_cookie(THEME_COOKIE, wished, max_age=YEAR_SECONDS, samesite="Lax", httponly=True)
    return response
