"""What a machine saw, for the record of the case that was made of it."""

from __future__ import annotations

from django.urls import reverse

from minewarden.center.cases.models import Case
from minewarden.center.cases.seen import Seen

from .models import Evidence


def seen_of_case(case: Case) -> list[Seen]:
    """Pictures and clips of the case's events, pictures first; a list of evidence has a panel of its own."""
    of_it = Evidence.objects.filter(event__case=case, complete_at__isnull=False)
    kept = of_it.exclude(event__evidence_of__case=case).select_related("event__camera")
    return [
        Seen(reverse("video:file", args=[evidence.pk]), evidence.media_type, evidence.event.camera.name)
        for evidence in kept.order_by("-kind", "event__started_at", "pk")
    ]
