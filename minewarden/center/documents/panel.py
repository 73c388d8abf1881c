"""What a case's page shows of documents: those issued, and those that can be."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from minewarden.center.cases.models import Case
from minewarden.center.registry.access import permissions_of

from .kinds import kinds
from .queries import ISSUE, issuable


def panel(request: HttpRequest, case: Case) -> dict[str, Any] | None:
    """None for who may not see documents, and where there is nothing to show."""
    held = permissions_of(request)
    if "documents.view" not in held:
        return None
    issued = list(case.documents.order_by("issued_at", "pk"))
    offered = issuable(case, issued) if ISSUE in held else []
    if not issued and not offered:
        return None
    named = [
        (document, kinds()[document.kind].name if document.kind in kinds() else document.kind) for document in issued
    ]
    return {"case": case, "issued": named, "offered": offered}
