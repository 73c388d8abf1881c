"""The fragment that proposes clauses while somebody is writing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods

from minewarden.center.hazards.look import unfinished
from minewarden.center.registry.access import requires, user_of

from .services import suggest


@requires("hazards.record")
@require_http_methods(["GET", "HEAD", "POST"])
def suggested(request: HttpRequest) -> HttpResponse:
    """Up to three clauses for what is written so far.

    GET: ``q``, ``found_on``. POST: the fields of the page as they are (title, description, mine, found_at); the page
    sends these, because what is typed is no log's.
    """
    if request.method == "POST":
        known = unfinished(user_of(request), request.POST)
        text, day, chosen = f"{known.title} {known.description}", known.day, known.clause_code
    else:
        text, day, chosen = request.GET.get("q", ""), day_of(request.GET), ""
    context = {"suggested": suggest(text, day), "chosen": chosen}
    return HttpResponse(render_to_string("hazards/_suggested.html", context))


def day_of(data: Mapping[str, str]) -> date:
    """The day of finding as it was given, else today."""
    try:
        return parse_date(data.get("found_on", "")) or timezone.localdate()
    except ValueError:
        return timezone.localdate()
