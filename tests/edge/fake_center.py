"""A center in memory behind the real HTTP client: it can fail, lose answers and forget, as a test tells it.

The real center is in the whole-way tests; this one exists for faults that a healthy center does not show.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from uuid import UUID

import httpx

from minewarden.contract import BatchReceipt, EventBatch, EventMessage, EvidenceReceipt, Problem, Refusal


class FakeCenter:
    """Keeps what it was sent. ``trouble`` may raise or return a response before or after the work is done."""

    def __init__(self) -> None:
        self.events: dict[UUID, EventMessage] = {}
        self.files: dict[UUID, bytearray] = {}
        self.deliveries = 0
        self.never_take: Problem | None = None
        self.refuse: Callable[[EventMessage], str | None] = lambda event: None
        self.before: Callable[[httpx.Request], httpx.Response | None] = lambda request: None
        self.after: Callable[[httpx.Request], None] = lambda request: None

    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if early := self.before(request):
            return early
        response = self._events(request) if request.url.path.endswith("/events") else self._evidence(request)
        self.after(request)
        return response

    def _events(self, request: httpx.Request) -> httpx.Response:
        batch = EventBatch.model_validate_json(request.content)
        accepted, refused = [], []
        for event in batch.events:
            self.deliveries += 1
            if reason := self.refuse(event):
                refused.append(Refusal(event_id=event.event_id, reason=reason))
                continue
            known = self.events.get(event.event_id)
            if known is None or known.revision < event.revision:
                self.events[event.event_id] = event
            accepted.append(event.event_id)
        return _json(200, BatchReceipt(accepted=tuple(accepted), refused=tuple(refused)))

    def _evidence(self, request: httpx.Request) -> httpx.Response:
        evidence_id = UUID(request.url.path.rsplit("/", 1)[1])
        reference = next(r for e in self.events.values() for r in e.evidence if r.evidence_id == evidence_id)
        held = self.files.setdefault(evidence_id, bytearray())
        status = 200
        if request.method == "PUT" and self.never_take:
            refusal = EvidenceReceipt(evidence_id=evidence_id, received=0, complete=False, problem=self.never_take)
            return _json(200, refusal)
        if request.method == "PUT":
            if int(request.url.params["offset"]) == len(held):
                held.extend(request.content)
                if len(held) == reference.size and hashlib.sha256(held).hexdigest() != reference.sha256:
                    held.clear()
            else:
                status = 409
        complete = len(held) == reference.size
        return _json(status, EvidenceReceipt(evidence_id=evidence_id, received=len(held), complete=complete))


def _json(status: int, message: BatchReceipt | EvidenceReceipt) -> httpx.Response:
    return httpx.Response(status, content=message.model_dump_json(), headers={"Content-Type": "application/json"})


def flaky(chance: random.Random, share: float) -> Callable[[httpx.Request], None]:
    """Loses this share of the answers after the work was done: the worst moment for a delivery."""

    def lose(request: httpx.Request) -> None:
        if chance.random() < share:
            raise httpx.ReadError("the line was cut", request=request)

    return lose
