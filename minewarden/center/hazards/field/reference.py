"""What a user may choose from while there is no network: his mines and their places, clauses, parts of the grade."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language

from minewarden.center.audit.canonical import digest
from minewarden.center.hazards.grading import grading
from minewarden.center.hazards.models import Clause
from minewarden.center.registry.models import Mine, Place, User

from .config import field_config

PERMISSION = "hazards.record"


def reference_of(user: User) -> dict[str, Any]:
    """Everything that the form needs for this user, in the language of the request; no query a mine."""
    return {
        "user_id": user.pk,
        "language": get_language(),
        "time_zone": settings.TIME_ZONE,
        "mines": _mines(user),
        "clauses": _clauses(),
        "grading": [
            {
                "name": part.name,
                "label": str(part.words),
                "choices": [{"value": choice.value, "label": str(choice.words)} for choice in part.choices],
            }
            for part in grading().parts
        ],
    }


def tag_of(reference: dict[str, Any]) -> str:
    """The entity tag of such an answer."""
    return f'"{digest(reference)}"'


def _mines(user: User) -> list[dict[str, Any]]:
    places: dict[int, list[dict[str, Any]]] = {}
    own = Place.objects.for_user(user, PERMISSION).order_by("place_class", "pk")
    for pk, mine, name in own.values_list("pk", "mine_id", "name"):
        places.setdefault(mine, []).append({"id": pk, "name": name})
    return [
        {"id": pk, "code": code, "name": name, "time_zone": zone, "places": places.get(pk, [])}
        for pk, code, name, zone in Mine.objects.for_user(user, PERMISSION)
        .order_by("name", "pk")
        .values_list("pk", "code", "name", "time_zone")
    ]


def _clauses() -> list[dict[str, Any]]:
    """Those in force now, soon, or so lately that something found under them may still have to be written down."""
    since = timezone.localdate() - timedelta(days=field_config().clause_back_days)
    rows = Clause.objects.filter(Q(valid_to=None) | Q(valid_to__gte=since)).order_by("catalogue", "sort", "code")
    return [
        {
            "code": clause.code,
            "title": clause.label,
            "aspect": clause.aspect_label,
            "citation": clause.citation,
            "text": clause.official_text or clause.text,
            "valid_from": clause.valid_from.isoformat(),
            "valid_to": clause.valid_to.isoformat() if clause.valid_to else "",
        }
        for clause in rows
    ]
