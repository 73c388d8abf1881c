"""The page, its copies for the telephone, its service worker and manifest. None of them tells anything of a user."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from minewarden.center.registry.access import requires

from .release import FOLDER, release, shell

ICONS = ((192, "any"), (512, "any"), (512, "maskable"))
BAR = "#10315a"  # --bar of tokens.css: the manifest knows no style sheet
GROUND = "#eef1f5"  # --ground


@requires("hazards.record")
@require_safe
@cache_control(no_store=True)
def page(request: HttpRequest) -> HttpResponse:
    """The page as the network has it; the next time it comes from the telephone."""
    return HttpResponse(shell(translation.get_language() or "zh-hans"))


@require_safe
@cache_control(no_cache=True)
def copy(request: HttpRequest, language: str) -> HttpResponse:
    """The page in one language, for the telephone to keep."""
    try:
        return HttpResponse(shell(language))
    except KeyError:
        raise Http404 from None


@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker of this release; it may answer for the page alone."""
    response = HttpResponse(release().worker, content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = reverse("hazards:field")
    return response


@require_safe
@cache_control(no_cache=True)
def manifest(request: HttpRequest) -> HttpResponse:
    """What the telephone must know to install the page."""
    start = reverse("hazards:field")
    icons = [
        {
            "src": static(f"{FOLDER}/icon-{'maskable-' if purpose == 'maskable' else ''}{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size, purpose in ICONS
    ]
    content = {
        "id": start,
        "name": _("Minewarden field notes"),
        "short_name": _("Field notes"),
        "description": _("Write hazards down without a network; they are sent when there is one."),
        "lang": translation.get_language(),
        "start_url": start,
        "scope": start,
        "display": "standalone",
        "orientation": "portrait",
        "theme_color": BAR,
        "background_color": GROUND,
        "icons": icons,
    }
    return JsonResponse(content, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})
