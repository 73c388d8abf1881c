"""What every call of an edge goes through: its token, its message read, its answer written.

Bodies are read by the contract's own models, not by the framework, so that a message of another contract version is
told so before its fields are looked at.
"""

from __future__ import annotations

import json
from typing import Any, TypeVar

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from ninja.security import HttpBearer
from pydantic import ValidationError

from minewarden.center.api_errors import Refused
from minewarden.center.registry.models import Edge
from minewarden.center.registry.services import edge_of_token
from minewarden.contract import CONTRACT_VERSION, Message, Problem

M = TypeVar("M", bound=Message)


class EdgeToken(HttpBearer):
    """Bearer token of an edge that is registered and not revoked; the call then finds the edge in ``request.auth``."""

    def authenticate(self, request: HttpRequest, token: str) -> Edge | None:
        return edge_of_token(token)


def body_of(model: type[Message]) -> dict[str, Any]:
    """How the API's document says what a call wants; the body itself is read by :func:`read_message`."""
    schema = {"application/json": {"schema": model.model_json_schema()}}
    return {"requestBody": {"required": True, "content": schema}}


FAILURES = dict.fromkeys((400, 401, 413, 422, 500, 503), Problem)


def edge_of(request: HttpRequest) -> Edge:
    edge = getattr(request, "auth", None)
    assert isinstance(edge, Edge)
    return edge


def answer(message: Message, status: int = 200) -> HttpResponse:
    return HttpResponse(message.model_dump_json(), content_type="application/json", status=status)


def read_message(request: HttpRequest, model: type[M]) -> M:
    """The message in the body.

    Raises:
        Refused: too large, cut off, another contract version, or not such a message; the words name the field.
    """
    try:
        body = request.body
    except RequestDataTooBig:
        raise Refused(413, "too_large", "the body is too large: send fewer events at a time") from None
    except UnreadablePostError:
        raise Refused(400, "cut_off", "the body ended before it was complete; send it again") from None
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        version = _version_said(body)
        if version not in (None, CONTRACT_VERSION):
            message = f"this office speaks contract version {CONTRACT_VERSION}, the message is of version {version}"
            raise Refused(400, "contract_version", message) from None
        faults = [f"{'.'.join(map(str, fault['loc'])) or 'body'}: {fault['msg']}" for fault in error.errors()[:5]]
        raise Refused(422, "invalid", "; ".join(faults)) from None


def _version_said(body: bytes) -> object:
    try:
        said = json.loads(body)
    except ValueError:
        return None
    return said.get("contract_version") if isinstance(said, dict) else None


def check_version(version: int) -> None:
    if version != CONTRACT_VERSION:
        words = f"this office speaks contract version {CONTRACT_VERSION}, the message is of version {version}"
        raise Refused(400, "contract_version", words)
