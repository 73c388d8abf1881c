"""Bodies that no page takes are refused by their announced length, before a byte of them is read or laid down."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from minewarden.center.api_errors import answer


class BodyLimitMiddleware:
    """Answers 413 to more than ``BODY_MAX_BYTES``. A body of unknown length is not read by Django at all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) <= settings.BODY_MAX_BYTES:
            return self.get_response(request)
        limit = settings.BODY_MAX_BYTES >> 20
        if request.path_info.startswith("/api/"):
            message = f"the body is larger than {limit} MB: send less at a time"
            return answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", message)
        return render(request, "413.html", {"limit": limit}, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
