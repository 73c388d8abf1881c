"""The door for edges: ``/api/edge/v1``, as minewarden/contract/ says. Mounted by ``minewarden.center.api``."""

from __future__ import annotations

import errno
from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from ninja import Router
from pydantic import NonNegativeInt

from minewarden.center.api_errors import Refused
from minewarden.center.registry.models import Edge
from minewarden.contract import (
    PIECE_BYTES,
    Assignments,
    BatchReceipt,
    EventBatch,
    EvidenceReceipt,
    Heartbeat,
    HeartbeatReply,
    Problem,
)

from . import heartbeat, incoming, ingest
from .edge_door import FAILURES, EdgeToken, answer, body_of, check_version, edge_of, read_message
from .models import Evidence

NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS}


PIECE_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
edge_router = Router(auth=EdgeToken())


@edge_router.post(
    "/events", response={200: BatchReceipt, **FAILURES}, openapi_extra=body_of(EventBatch), url_name="edge_events"
)
def post_events(request: HttpRequest) -> HttpResponse:
    """Take events in. Sending one again changes nothing; a refused one must not be sent again."""
    batch = read_message(request, EventBatch)
    check_version(batch.contract_version)
    return answer(ingest.receive(edge_of(request), batch))


@edge_router.post(
    "/heartbeat",
    response={200: HeartbeatReply, **FAILURES},
    openapi_extra=body_of(Heartbeat),
    url_name="edge_heartbeat",
)
def post_heartbeat(request: HttpRequest) -> HttpResponse:
    """Say that edge and cameras live, and which coverage was lost."""
    message = read_message(request, Heartbeat)
    check_version(message.contract_version)
    return answer(heartbeat.receive(edge_of(request), message))


@edge_router.get("/assignments", response={200: Assignments, **FAILURES}, url_name="edge_assignments")
def get_assignments(request: HttpRequest) -> HttpResponse:
    """Which cameras to watch, and for what."""
    return answer(heartbeat.assignments(edge_of(request)))


@edge_router.get(
    "/evidence/{evidence_id}", response={200: EvidenceReceipt, 404: Problem, **FAILURES}, url_name="edge_evidence"
)
def get_evidence(request: HttpRequest, evidence_id: UUID) -> HttpResponse:
    """How many bytes of an evidence the office has: where to go on."""
    evidence = _announced(edge_of(request), evidence_id)
    return _received(lambda: incoming.resume(edge_of(request), evidence))


@edge_router.put(
    "/evidence/{evidence_id}",
    response={200: EvidenceReceipt, 404: Problem, 409: EvidenceReceipt, 507: Problem, **FAILURES},
    openapi_extra=PIECE_BODY,
)
def put_evidence(request: HttpRequest, evidence_id: UUID, offset: NonNegativeInt) -> HttpResponse:
    """Append one piece. 409 says what the office has when that is not ``offset``, and why when it takes no more."""
    evidence = _announced(edge_of(request), evidence_id)
    piece = _piece(request)
    return _received(lambda: incoming.add_piece(edge_of(request), evidence, offset, piece))


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
        return answer(deliver())
    except incoming.WrongOffset as wrong:
        return answer(wrong.receipt, 409)
    except OSError as error:
        if error.errno in NO_SPACE:
            words = "the office cannot write the file (disk full?); keep it and send it again later"
            raise Refused(507, "cannot_store", words) from error
        raise
