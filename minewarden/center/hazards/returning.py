"""A hazard that is written down for something: its page was opened with ``?for=KIND:KEY``, and that goes on with the
new case. An app registers its kind in ``AppConfig.ready()``."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest

from minewarden.center.cases.models import Case

# Does what it does with the case, and answers the address where its writer goes on; empty where it could not.
Handle = Callable[[HttpRequest, Case, str], str]
FIELD: Final = "for"
FORM: Final = re.compile(r"[a-z_]{1,20}:[0-9a-zA-Z-]{1,40}")

_handlers: dict[str, Handle] = {}


def register_return(kind: str, handle: Handle) -> None:
    """Let ``handle(request, case, key)`` go on with cases that were written down for ``kind:key``."""
    _handlers[kind] = handle


def written_for(request: HttpRequest) -> str:
    """What the page was opened for, as it travels with the form; empty for nothing that anybody knows."""
    said = (request.POST if request.method == "POST" else request.GET).get(FIELD, "")
    return said if FORM.fullmatch(said) and said.partition(":")[0] in _handlers else ""


def go_on(request: HttpRequest, case: Case) -> str:
    """Hand the case to what it was written down for; answers where its writer goes on, empty for the case's page."""
    kind, _, key = written_for(request).partition(":")
    return _handlers[kind](request, case, key) if kind else ""
