"""The door for edges: ``/api/edge/v1``, as minewarden/contract/ says. Mounted by ``minewarden.center.api``.

Bodies are read by the contract's own models, not by the framework, so that a message of another contract version is
told so before its fields are looked at.
"""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from ninja import Router
from ninja.security import HttpBearer
from pydantic import NonNegativeInt, ValidationError

from minewarden.center.problems import Refused
from minewarden.center.registry.models import Edge
from minewarden.center.registry.services import edge_of_token
from minewarden.contract import (
    CONTRACT_VERSION,
    PIECE_BYTES,
    Assignments,
    BatchReceipt,
    EventBatch,
    EvidenceReceipt,
    Heartbeat,
    HeartbeatReply,
    Message,
    Problem,
)

from . import heartbeat, incoming, ingest
from .models import Evidence

M = TypeVar("M", bound=Message)
NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS}


class EdgeToken(HttpBearer):
    """Bearer token of an edge that is registered and not revoked; the call then finds the edge in ``request.auth``."""

    def authenticate(self, request: HttpRequest, token: str) -> Edge | None:
        return edge_of_token(token)


def _body_of(model: type[Message]) -> dict[str, Any]:
    """How the API's document says what a call wants; the body itself is read by :func:`_read`."""
    schema = {"application/json": {"schema": model.model_json_schema()}}
    return {"requestBody": {"required": True, "content": schema}}


PIECE_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
FAILURES = dict.fromkeys((400, 401, 413, 422, 500, 503), Problem)
edge_router = Router(auth=EdgeToken())


def _edge(request: HttpRequest) -> Edge:
    edge = getattr(request, "auth", None)
    assert isinstance(edge, Edge)
    return edge


def _answer(message: Message, status: int = 200) -> HttpResponse:
    return HttpResponse(message.model_dump_json(), content_type="application/json", status=status)


def _read(request: HttpRequest, model: type[M]) -> M:
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


@edge_router.post(
    "/events", response={200: BatchReceipt, **FAILURES}, openapi_extra=_body_of(EventBatch), url_name="edge_events"
)
def post_events(request: HttpRequest) -> HttpResponse:
    """Take events in. Sending one again changes nothing; a refused one must not be sent again."""
    batch = _read(request, EventBatch)
    _check_version(batch.contract_version)
    return _answer(ingest.receive(_edge(request), batch))


@edge_router.post(
    "/heartbeat",
    response={200: HeartbeatReply, **FAILURES},
    openapi_extra=_body_of(Heartbeat),
    url_name="edge_heartbeat",
)
def post_heartbeat(request: HttpRequest) -> HttpResponse:
    """Say that edge and cameras live, and which coverage was lost."""
    message = _read(request, Heartbeat)
    _check_version(message.contract_version)
    return _answer(heartbeat.receive(_edge(request), message))


def _check_version(version: int) -> None:
    if version != CONTRACT_VERSION:
        words = f"this office speaks contract version {CONTRACT_VERSION}, the message is of version {version}"
        raise Refused(400, "contract_version", words)


@edge_router.get("/assignments", response={200: Assignments, **FAILURES}, url_name="edge_assignments")
def get_assignments(request: HttpRequest) -> HttpResponse:
    """Which cameras to watch, and for what."""
    return _answer(heartbeat.assignments(_edge(request)))


@edge_router.get(
    "/evidence/{evidence_id}", response={200: EvidenceReceipt, 404: Problem, **FAILURES}, url_name="edge_evidence"
)
def get_evidence(request: HttpRequest, evidence_id: UUID) -> HttpResponse:
    """How many bytes of an evidence the office has: where to go on."""
    evidence = _announced(_edge(request), evidence_id)
    return _received(lambda: incoming.resume(_edge(request), evidence))


@edge_router.put(
    "/evidence/{evidence_id}",
    response={200: EvidenceReceipt, 404: Problem, 409: EvidenceReceipt, 507: Problem, **FAILURES},
    openapi_extra=PIECE_BODY,
)
def put_evidence(request: HttpRequest, evidence_id: UUID, offset: NonNegativeInt) -> HttpResponse:
    """Append one piece. 409 says what the office has when that is not ``offset``, and why when it takes no more."""
    evidence = _announced(_edge(request), evidence_id)
    piece = _piece(request)
    return _received(lambda: incoming.add_piece(_edge(request), evidence, offset, piece))


def _announced(edge: Edge, evidence_id: UUID) -> Evidence:
    evidence: Evidence | None = Evidence.objects.filter(pk=evidence_id, event__edge=edge).first()
    if evidence is None:
        raise Refused(404, "unknown_evidence", "no event of this edge has announced this file: send its event first")
    return evidence


def _piece(request: HttpRequest) -> bytes:
    """The bytes of one piece; a body that is longer is not read to its end."""
    try:
        piece = request.read(PIECE_BYTES + 1)
    except UnreadablePostError:
        raise Refused(400, "cut_off", "the piece ended before it was complete; send it again") from None
    if len(piece) > PIECE_BYTES:
        raise Refused(413, "piece_too_large", f"a piece has at most {PIECE_BYTES} bytes")
    announced = int(request.headers.get("Content-Length") or len(piece))
    if len(piece) != announced:
        raise Refused(400, "cut_off", "the piece ended before it was complete; send it again")
    return bytes(piece)


def _received(deliver: Callable[[], EvidenceReceipt]) -> HttpResponse:
    try:
        return _answer(deliver())
    except incoming.WrongOffset as wrong:
        return _answer(wrong.receipt, 409)
    except OSError as error:
        if error.errno in NO_SPACE:
            words = "the office cannot write the file (disk full?); keep it and send it again later"
            raise Refused(507, "cannot_store", words) from error
        raise
