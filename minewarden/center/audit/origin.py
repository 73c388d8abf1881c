"""Where the request came from that is being answered now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import uuid4

from django.http import HttpRequest, HttpResponse


@dataclass(frozen=True)
class Origin:
    """Address and id of one request; empty for commands and workers."""

    address: str = ""
    request_id: str = ""


_origin: ContextVar[Origin] = ContextVar("request_origin", default=Origin())  # noqa: B039 - frozen


def current_origin() -> Origin:
    """The origin of what is happening in this context."""
    return _origin.get()


@contextmanager
def origin_of(origin: Origin) -> Iterator[None]:
    """Say for a block of work that is no request where it comes from: a job, a command."""
    token = _origin.set(origin)
    try:
        yield
    finally:
        _origin.reset(token)


class RequestOriginMiddleware:
    """Gives every request an id, keeps it for the audit and tells it to the client as ``X-Request-ID``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        origin = Origin(request.META.get("REMOTE_ADDR", ""), str(uuid4()))
        token = _origin.set(origin)
        try:
            response = self.get_response(request)
        finally:
            _origin.reset(token)
        response["X-Request-ID"] = origin.request_id
        return response
