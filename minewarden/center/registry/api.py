"""The registry for programs: mines and cameras that the user may see."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from minewarden.center.api_errors import Refused
from minewarden.center.ui.paging import keyset

from . import queries
from .access import permissions_of, user_of

router = Router()


class MineOut(Schema):
    """``capacity`` in 10,000 t a year, null where it is not known; ``disaster`` is empty where it is not stated."""

    code: str
    name: str
    kind: str
    state: str
    time_zone: str
    disaster: str
    capacity: int | None
    cameras_in_use: int


class CameraOut(Schema):
    code: str
    name: str
    mine: str
    place: str
    place_class: str
    state: str
    settings_version: int


class MinePage(Schema):
    """``next`` is the query string of the page after this one, empty at the end."""

    mines: list[MineOut]
    next: str


class CameraPage(Schema):
    """``next`` is the query string of the page after this one, empty at the end."""

    cameras: list[CameraOut]
    next: str


class Filters(Schema):
    node: int | None = None
    state: str = ""
    q: str = ""
    after: str = ""


def _check(request: HttpRequest) -> None:
    if "registry.view" not in permissions_of(request):
        raise Refused(403, "not_allowed", "no role of this account may see the registry")


@router.get("/mines", response=MinePage, summary="Mines that the user may see")
def mines(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    """By name; ``node`` takes only what is at or below it."""
    _check(request)
    page = keyset(queries.mines(user_of(request), filters.dict()), request, order=("name", "pk"))
    return {"mines": page.rows, "next": page.next}


@router.get("/cameras", response=CameraPage, summary="Cameras that the user may see")
def cameras(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    """By code, without their sources; ``node`` takes only what is at or below it."""
    _check(request)
    page = keyset(queries.cameras(user_of(request), filters.dict()), request, order=("code",))
    rows = [
        {
            "code": camera.code,
            "name": camera.name,
            "mine": camera.place.mine.code,
            "place": camera.place.name,
            "place_class": camera.place.place_class,
            "state": camera.state,
            "settings_version": camera.settings_version,
        }
        for camera in page.rows
    ]
    return {"cameras": rows, "next": page.next}
